"""A connector starts under a policy that cannot be used, and tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.app.commands.failures import SettingsInvalid
from datev_connector.app.commands.session import Session
from datev_connector.app.running.assembly import connector_of
from datev_connector.domain.effects import TellUser
from datev_connector.engine import News
from tests.app.policies.registry import registry

POLICY: dict[str, dict[str, object]] = {
    "starface": {"host": "pbx.office", "https_port": 0},
    "calls": {"hide_internal": 1},
}
TOLD = (
    r"A policy cannot be used: HKEY_LOCAL_MACHINE\Software\Policies\DatevConnector, "
    "starface.https_port: must be from 1 to 65535, not 0."
)


def session_of(folder: Path) -> Session:
    session = Session(read_policy=registry(machine=POLICY))
    session.folder = folder
    return session


async def test_it_goes_by_the_other_settings_and_tells(tmp_path: Path) -> None:
    session = session_of(tmp_path)
    session.mends_policies = True
    heard: list[News] = []
    with session.store() as store:
        connector_of(session, store, heard.append)
    assert session.settings.starface.host == "pbx.office"
    assert session.settings.calls.hide_internal is True
    assert session.settings.starface.https_port == 443
    told = [one.matter.text for one in heard if isinstance(one.matter, TellUser)]
    assert TOLD in told


def test_any_other_command_ends(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="https_port"):
        _ = session_of(tmp_path).settings
