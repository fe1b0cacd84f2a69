"""Where a session seems to run."""

from __future__ import annotations

import pytest

from datev_connector.system.hosting import Hosting, hosting_of


@pytest.mark.parametrize(
    ("environment", "hosting"),
    [
        ({}, Hosting.DESK),
        ({"SESSIONNAME": "Console", "USERDOMAIN": "KANZLEI"}, Hosting.DESK),
        ({"SESSIONNAME": "RDP-Tcp#12"}, Hosting.REMOTE),
        ({"SESSIONNAME": "ica-tcp#3"}, Hosting.REMOTE),
        ({"SESSIONNAME": "31C5CE94259D4006A9E4#0"}, Hosting.DESK),
        (
            {"SESSIONNAME": "RDP-Tcp#1", "USERDNSDOMAIN": "k1234.datevasp.local"},
            Hosting.DATA_CENTRE,
        ),
        ({"USERDOMAIN": "PARTNER-ASP"}, Hosting.DATA_CENTRE),
        ({"USERDNSDOMAIN": "DATEV.LOCAL"}, Hosting.DATA_CENTRE),
        ({"LOGONSERVER": r"\\DATEV_ASP01"}, Hosting.DATA_CENTRE),
        ({"COMPUTERNAME": "DATEV-SERVER", "USERDNSDOMAIN": "kanzlei-datev.example"}, Hosting.DESK),
        ({"USERDNSDOMAIN": "kaspar.local"}, Hosting.DESK),
        ({"USERNAME": "datevasp"}, Hosting.DESK),
    ],
)
def test_what_the_session_says_of_itself(environment: dict[str, str], hosting: Hosting) -> None:
    assert hosting_of(environment) is hosting
