"""The log follows settings, policies and commands while the program runs."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.commands.session import Session
from datev_connector.app.folders import Profile, find_profile
from datev_connector.app.level_watch import POLICY_S, LevelWatch, WishInSettings
from datev_connector.app.log_levels import LASTS, LevelStanding
from datev_connector.app.logs import Log, start_log
from datev_connector.app.running.level_back import take_back, take_back_by_itself
from datev_connector.app.settings import (
    Layer,
    Loaded,
    LogLevel,
    Origin,
    SettingsError,
    policy_layer,
    read_settings,
)
from datev_connector.app.settings.saving import Shelf
from datev_connector.domain.tracing import TRACE

OWN = logging.getLogger("datev_connector.some.room")
LEVEL = "[general]\nlog_level = '{level}'\n"


class House:
    """A profile with a log, a clock, and what others may set."""

    def __init__(self, folder: Path, log: Log) -> None:
        self.now = datetime(2026, 11, 23, 8, tzinfo=UTC)
        self.clock_s = 0.0
        self.log = log
        self.profile: Profile = replace(
            find_profile(folder=folder), machine_settings_file=folder / "machine.toml"
        )
        self.policies: tuple[Layer, ...] = ()
        self.told: list[LevelStanding] = []
        self.given_back = 0
        self.reads = 0

    def watch(self, given: LogLevel | None = None, platform: str = "linux") -> LevelWatch:
        files = (self.profile.settings_file, self.profile.machine_settings_file)
        wish = WishInSettings(self._read, files, clock=lambda: self.clock_s, platform=platform)
        made = LevelWatch(self.log, self.profile, wish, now=lambda: self.now, given=given)
        made.tell = self.told.append
        made.give_back = self._give_back
        made.look()
        return made

    def _give_back(self) -> None:
        self.given_back += 1

    def _read(self) -> Loaded | None:
        self.reads += 1
        try:
            return read_settings(
                user_file=self.profile.settings_file,
                machine_file=self.profile.machine_settings_file,
                policies=self.policies,
                mend_policies=True,
            )
        except SettingsError:
            return None

    def write(self, text: str, file: Path | None = None) -> None:
        written = file or self.profile.settings_file
        written.write_text(text, "utf-8")
        # Some file systems tell no two moments of one second apart.
        os.utime(written, ns=(0, written.stat().st_mtime_ns + 1_000_000_000 * (self.reads + 1)))

    def wants(self, level: str) -> None:
        self.write(LEVEL.format(level=level))


def level_of(watch: LevelWatch) -> LogLevel:
    """Asked anew each time: it changes."""
    return watch.standing.level


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    folder = tmp_path / "profile"
    folder.mkdir()
    with start_log(folder / "logs") as log:
        yield House(folder, log)


def test_a_setting_counts_without_a_restart(house: House) -> None:
    watch = house.watch()
    assert not OWN.isEnabledFor(logging.DEBUG)
    house.wants("trace")
    watch.look()
    assert OWN.isEnabledFor(TRACE)
    assert watch.standing == LevelStanding(level=LogLevel.TRACE, until=house.now + LASTS)
    house.wants("warning")
    watch.look()
    assert not OWN.isEnabledFor(logging.INFO)
    assert [one.level for one in house.told] == ["trace", "warning"]


async def test_a_file_that_hangs_holds_nothing_up(house: House) -> None:
    hangs, asked = threading.Event(), threading.Event()
    watch = house.watch()
    read = house._read

    def hang() -> Loaded | None:
        asked.set()
        hangs.wait(20)
        return read()

    watch._wish._read = hang
    watch.settings_changed()
    following = asyncio.get_running_loop().create_task(watch.run())
    while not asked.is_set():  # noqa: ASYNC110 - the loop goes on meanwhile: that is the point
        await asyncio.sleep(0)
    watch.ask(LogLevel.TRACE)
    assert OWN.isEnabledFor(TRACE)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    hangs.set()


async def test_what_is_saved_counts_at_once(house: House) -> None:
    watch, changed = house.watch(), asyncio.Event()
    watch.tell = lambda _: changed.set()
    following = asyncio.get_running_loop().create_task(watch.run())
    house.wants("trace")
    watch.settings_changed()
    await asyncio.wait_for(changed.wait(), 20)
    assert level_of(watch) == LogLevel.TRACE
    following.cancel()


def test_nothing_is_read_that_has_not_changed(house: House) -> None:
    watch = house.watch()
    for _ in range(50):
        watch.look()
    assert house.reads == 1


def test_a_policy_counts_within_a_minute(house: House) -> None:
    watch = house.watch(platform="win32")
    values = {"general": {"log_level": "trace"}}
    house.policies = (policy_layer(Origin.MACHINE_POLICY, "HKLM", values),)
    watch.look()
    assert level_of(watch) == LogLevel.INFO
    house.clock_s += POLICY_S
    watch.look()
    assert level_of(watch) == LogLevel.TRACE


def test_it_goes_back_by_itself_and_the_settings_are_told_once(house: House) -> None:
    house.wants("debug")
    watch = house.watch()
    house.now += LASTS - timedelta(seconds=1)
    watch.look()
    assert (watch.standing.level, house.given_back) == (LogLevel.DEBUG, 0)
    house.now += timedelta(seconds=1)
    for _ in range(3):
        watch.look()
    assert watch.standing == LevelStanding(level=LogLevel.INFO, ended=True)
    assert not OWN.isEnabledFor(logging.DEBUG)
    assert house.given_back == 1


def test_a_restart_does_not_begin_its_time_anew(house: House) -> None:
    house.wants("trace")
    until = house.watch().standing.until
    house.now += timedelta(hours=20)
    assert house.watch().standing.until == until
    house.now += timedelta(hours=20)
    assert house.watch().standing == LevelStanding(level=LogLevel.INFO, ended=True)


def test_what_is_not_ones_own_is_not_given_back(house: House) -> None:
    house.write(LEVEL.format(level="trace"), house.profile.machine_settings_file)
    watch = house.watch()
    house.now += LASTS
    watch.look()
    assert watch.standing.ended
    assert house.given_back == 0
    house.now += timedelta(days=400)
    assert house.watch().standing.ended, "a machine that wants it for good does not get it"


def test_after_the_end_it_can_be_switched_on_again(house: House) -> None:
    house.wants("trace")
    watch = house.watch()
    house.now += LASTS
    watch.look()
    shelf = Shelf(
        user_file=house.profile.settings_file, machine_file=house.profile.machine_settings_file
    )
    take_back(shelf)
    assert "log_level" not in house.profile.settings_file.read_text("utf-8")
    watch.settings_changed()
    watch.look()
    assert not (house.profile.root / "log-level.json").exists()
    house.wants("trace")
    watch.look()
    assert watch.standing.until == house.now + LASTS


def test_without_windows_the_file_is_put_right_by_itself(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(now=lambda: house.now)
    session.folder = house.profile.root
    house.wants("trace")
    session.level_watch = watch = house.watch()
    done = threading.Event()

    def put_right(shelf: Shelf) -> None:
        take_back(shelf)
        done.set()

    monkeypatch.setattr("datev_connector.app.running.level_back.take_back", put_right)
    take_back_by_itself(session)
    house.now += LASTS
    watch.look()
    assert done.wait(20)
    assert "trace" not in house.profile.settings_file.read_text("utf-8")


def test_a_settings_file_that_is_broken_changes_nothing(house: House) -> None:
    house.wants("debug")
    watch = house.watch()
    house.write("no toml [")
    watch.look()
    assert level_of(watch) == LogLevel.DEBUG
    take_back(Shelf(user_file=house.profile.settings_file, machine_file=Path("nowhere")))
    assert house.profile.settings_file.read_text("utf-8") == "no toml ["


def test_what_was_asked_of_this_run_counts_until_the_settings_say_something_else(
    house: House,
) -> None:
    watch = house.watch(given=LogLevel.TRACE)
    assert watch.standing.until == house.now + LASTS
    watch.look()
    assert level_of(watch) == LogLevel.TRACE
    house.wants("error")
    watch.look()
    assert level_of(watch) == LogLevel.ERROR
    watch.ask(LogLevel.DEBUG)
    assert level_of(watch) == LogLevel.DEBUG
    watch.ask(None)
    assert level_of(watch) == LogLevel.ERROR


def test_what_was_asked_of_a_run_for_a_year_ends_as_well(house: House) -> None:
    watch = house.watch(given=LogLevel.TRACE)
    house.now += LASTS
    watch.look()
    assert watch.standing == LevelStanding(level=LogLevel.INFO)
    assert house.given_back == 0


@pytest.mark.parametrize(
    "content",
    ["", "null", "[]", "{}", '{"level": "loud", "since": "2026-11-23T08:00:00+00:00"}',
     '{"level": "trace", "since": "2026-11-23T08:00:00"}', "\x00", "[" * 900],
)  # fmt: skip
def test_a_broken_mark_is_none(house: House, content: str) -> None:
    (house.profile.root / "log-level.json").write_text(content, "utf-8")
    house.wants("trace")
    assert house.watch().standing.until == house.now + LASTS
    kept: Any = json.loads((house.profile.root / "log-level.json").read_text("utf-8"))
    assert kept["level"] == "trace"


def test_a_mark_that_cannot_be_kept_stops_nothing(house: House) -> None:
    (house.profile.root / "log-level.json").mkdir()
    house.wants("trace")
    assert house.watch().standing.level is LogLevel.TRACE
