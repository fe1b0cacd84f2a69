"""Which paths of Windows name another computer."""

from __future__ import annotations

import pytest

from datev_connector.system.places import names_a_share


@pytest.mark.parametrize(
    ("path", "share"),
    [
        (r"\\server\profile$\anna", True),
        (r"\\?\UNC\server\profile\anna", True),
        ("//server/profile/anna", True),
        (r"\\10.0.0.5\daten\x", True),
        (r"\\?\unc\server\share\x", True),
        (r"C:\Users\anna\AppData\Local", False),
        (r"\\?\C:\Users\anna", False),
        (r"\\.\pipe\x", False),
        (r"H:\anna", False),
        (r"relative\path", False),
        ("/home/anna", False),
        ("", False),
    ],
)
def test_a_share_is_known_by_its_name(path: str, *, share: bool) -> None:
    assert names_a_share(path) is share
