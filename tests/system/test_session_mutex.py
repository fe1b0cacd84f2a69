"""The name of the mutex."""

from __future__ import annotations

from datev_connector.system.session_mutex import mutex_name


def test_it_belongs_to_the_session_and_not_to_the_machine() -> None:
    assert mutex_name("0123abc") == "Local\\DatevConnector-0123abc"
