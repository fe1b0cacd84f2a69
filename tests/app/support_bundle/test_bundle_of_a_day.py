"""The demo's working day at TRACE: its log and its support bundle tell of nobody, and the desk is
played again from the bundle alone."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from datev_connector.app.demo.connector import ConnectorProcess, Event
from datev_connector.app.demo.day import WORKING_DAY
from datev_connector.app.demo.director import Director
from datev_connector.app.demo.language import Language, same
from datev_connector.app.demo.office import (
    CONTACTS,
    DATEV_PASSWORD,
    DATEV_USER,
    JONAS,
    LENA,
    PBX_CONTACTS,
)
from datev_connector.app.demo.plan import Rings, WritesNote
from datev_connector.app.demo.run import SECRETS, Performance, _prepare
from datev_connector.app.demo.stage import open_stage
from datev_connector.app.demo.story import Story
from datev_connector.app.support_bundle import names
from tests.app.support_bundle.played_again import assert_played_again
from tests.app.support_bundle.traces_of_people import traces, with_words

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Day:
    """What a played day has left."""

    bundle: Path
    logs: Mapping[str, bytes]
    events: list[Event]


async def _played(folder: Path) -> Day:
    profile, bundle = folder / "profile", folder / "bundle.zip"
    performance = Performance(language=Language.GERMAN, patience_s=PATIENCE_S)
    async with open_stage() as stage:
        await _prepare(performance, stage, profile)
        connector = ConnectorProcess(profile, secrets=SECRETS)
        director = Director(
            stage=stage,
            connector=connector,
            story=Story(language=Language.GERMAN, write=lambda _: None),
            profile=profile,
            patience_s=PATIENCE_S,
        )
        try:
            await connector.start()
            await connector.send(command="log", level="trace")
            await connector.until(lambda: bool(connector.of("log")), same("trace"), PATIENCE_S)
            await director.ready()
            await director.play(WORKING_DAY)
            assert director.mishaps == []
            seen = list(connector.events)
            await connector.send(command="bundle", file=str(bundle))
            await connector.until(lambda: bool(connector.of("bundle")), same("bundle"), PATIENCE_S)
            await connector.leave()
        finally:
            await connector.kill()
    logs = {file.name: file.read_bytes() for file in (profile / "logs").iterdir()}
    return Day(bundle, logs, seen)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    return asyncio.run(_played(tmp_path_factory.mktemp("day")))


def members(day: Day) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(day.bundle) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def personal() -> dict[str, set[str]]:
    """Every name, number, note and secret of the day."""
    steps = [step for scene in WORKING_DAY.scenes for step in scene.steps]
    people = {one.name for one in (*CONTACTS, *PBX_CONTACTS)}
    people |= {f"{one.first_name} {one.family_name}" for one in (LENA, JONAS)}
    notes = {step.text for step in steps if isinstance(step, WritesNote)}
    secrets = {LENA.password, JONAS.password, DATEV_PASSWORD}
    ids = {one.id for one in (*CONTACTS, *PBX_CONTACTS) if len(one.id) > 6}
    numbers = {one.number for one in (*CONTACTS, *PBX_CONTACTS)}
    numbers |= {step.number for step in steps if isinstance(step, Rings)}
    parts = {note[at : at + 24] for note in notes for at in range(0, len(note) - 24, 12)}
    return {
        "texts": with_words(people) | notes | parts | secrets | ids | {DATEV_USER},
        "numbers": {number for number in numbers if sum(map(str.isdecimal, number)) > 5},
        "words": {LENA.login, JONAS.login},
    }


def test_a_log_at_trace_tells_of_nobody(day: Day) -> None:
    looked_for = personal()
    for name, content in day.logs.items():
        assert traces(content, **looked_for) == [], name


def test_a_log_at_trace_tells_what_goes_over_the_lines(day: Day) -> None:
    lines = day.logs["connector.log"].decode().splitlines()
    told = [line.split(": ", 1)[1] for line in lines if " TRACE " in line]
    for beginning in (
        "https request ucp.v30.requests.connection.login",
        "xmpp event ucp.v30.events.call.receiveCallState",
        "NewCall call_id=",
        "NewJournal call_id=",
        "Dial number=",
    ):
        assert any(line.startswith(beginning) for line in told), beginning
    events = [line for line in told if line.startswith("xmpp event ")]
    assert any("RINGING" in line or "INCOMING" in line for line in events), "states are shown"
    assert any("uuid 1" in line for line in events), "ids are known again"


def test_a_bundle_tells_of_nobody(day: Day) -> None:
    looked_for, there = personal(), dict(members(day))
    assert {names.RECORDING, names.SETTINGS, names.LEGS, "logs/connector.log"} <= set(there)
    for name, content in there.items():
        assert traces(content, **looked_for) == [], name


def test_the_desk_is_played_again_from_the_bundle_alone(day: Day) -> None:
    assert_played_again(day.bundle, day.events, least=100)
