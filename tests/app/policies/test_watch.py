"""Policies that are changed while the connector runs count at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from datev_connector.app.commands.session import Session
from datev_connector.app.policies.layers import policy_layers
from datev_connector.app.running.assembly import connector_of
from datev_connector.app.running.policy_following import PolicyFollowing
from datev_connector.app.running.policy_watch import Policies, PolicyWatch
from datev_connector.domain.effects import TellUser
from datev_connector.engine import News
from tests.app.policies.registry import registry

Content = dict[str, dict[str, object]]


def read(machine: Content) -> Policies:
    return policy_layers(registry(machine=machine))


def texts(heard: list[News]) -> list[str]:
    return [one.matter.text for one in heard if isinstance(one.matter, TellUser)]


def test_a_change_is_told_once() -> None:
    office: Content = {"calls": {"hide_internal": 1}}
    told: list[Policies] = []
    watch = PolicyWatch(lambda: read(office), told.append, known=read(office))
    watch.look()
    assert told == []
    office["calls"] = {"hide_internal": 0}
    watch.look()
    watch.look()
    assert told == [read({"calls": {"hide_internal": 0}})]
    office.clear()
    watch.look()
    assert told[1:] == [read({})]


def test_a_settings_file_that_turns_up_or_comes_back_is_told(tmp_path: Path) -> None:
    """A roaming folder may come after the program has started, go, and come again."""
    folder = tmp_path / "Roaming" / "DatevConnector"
    told: list[Policies] = []
    watch = PolicyWatch(lambda: (), told.append, known=(), file=folder / "settings.toml")
    watch.look()
    assert told == []
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text("")
    watch.look()
    watch.look()
    assert told == [()]
    away = folder.rename(tmp_path / "away")
    watch.look()
    away.rename(folder)
    watch.look()
    assert told == [(), ()]


async def test_it_looks_round_and_goes_on_after_a_fault(
    caplog: pytest.LogCaptureFixture,
) -> None:
    office: Content = {}
    heard = asyncio.Event()

    def changed(_policies: Policies) -> None:
        heard.set()
        raise LookupError("nobody thought of this")

    watch = PolicyWatch(lambda: read(office), changed, known=(), look_s=0.001)
    running = asyncio.get_running_loop().create_task(watch.run())
    for value in (0, 1):
        office["calls"] = {"hide_internal": value}
        await asyncio.wait_for(heard.wait(), 10)
        heard.clear()
    running.cancel()
    assert "could not be followed" in caplog.text


async def test_a_connector_without_windows_goes_by_the_new_policy(tmp_path: Path) -> None:
    office: Content = {"starface": {"host": "pbx.office"}, "calls": {"hide_internal": 0}}
    session = Session(read_policy=registry(machine=office))
    session.folder = tmp_path
    session.mends_policies = True
    heard: list[News] = []
    with session.store() as store:
        connector = connector_of(session, store, heard.append)
        following = PolicyFollowing(session, connector, heard.append)
        watch = PolicyWatch(session.read_policies, following.changed, known=session.policies)
        heard.clear()

        office["calls"] = {"hide_internal": 1, "only_answered": 7}
        watch.look()
        await following.settled()
        assert connector._terms.settings.calls.hide_internal is True
        first, second = texts(heard)
        assert first == (
            "Your administration has changed settings of the connector: calls.hide_internal."
        )
        assert second.startswith("A policy cannot be used: HKEY_LOCAL_MACHINE")

        heard.clear()
        session.profile.settings_file.write_text("[dial_plan]\narea_code = '721'\n")
        following.changed(session.read_policies())
        await following.settled()
        assert "have been found: dial_plan.area_code" in texts(heard)[0]

        heard.clear()
        session.profile.settings_file.write_text("[starface]\nhost == 1\n")
        office["calls"] = {}
        watch.look()
        await following.settled()
        (told,) = texts(heard)
        assert "goes on with the old ones" in told
        assert connector._terms.settings.calls.hide_internal is True
