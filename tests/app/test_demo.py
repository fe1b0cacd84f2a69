"""The demo as a person starts it: a whole day over real sockets, and whole days that break."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from datev_connector.app.commands.demo import LEGS
from datev_connector.app.demo import run
from datev_connector.app.demo.day import WORKING_DAY
from datev_connector.app.demo.language import Language
from datev_connector.app.demo.plan import Day
from datev_connector.app.demo.run import Performance, perform
from datev_connector.app.demo.sabotage import ANNOUNCED, Sabotage
from datev_connector.app.demo.story import Story

PATIENCE_S = 8.0


def part_of_the_day(*names: str) -> Day:
    scenes = tuple(scene for scene in WORKING_DAY.scenes if scene.name in names)
    assert len(scenes) == len(names)
    return Day(scenes=scenes, sign_ins=1)


async def told(day: Day, sabotage: Sabotage | None = None) -> tuple[int, str]:
    lines: list[str] = []
    story = Story(language=Language.ENGLISH, width=99, write=lines.append)
    performance = Performance(
        day=day, language=Language.ENGLISH, patience_s=PATIENCE_S, sabotage=sabotage
    )
    code = await perform(performance, story)
    return code, " ".join(" ".join(map(click.unstyle, lines)).split())


def test_a_whole_day_ends_without_a_difference_and_leaves_nothing_behind(tmp_path: Path) -> None:
    played = subprocess.run(
        [
            *(sys.executable, "-m", "datev_connector", "demo"),
            *("--headless", "--no-pauses", "--language", "de"),
        ],
        env={**os.environ, "TMPDIR": str(tmp_path), "TMP": str(tmp_path), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    lines = played.stdout.splitlines()
    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stderr == ""
    assert list(tmp_path.iterdir()) == []
    assert max(map(len, lines)) <= 100
    assert not [line for line in lines if line.lstrip().startswith(("{", "["))]
    for scene in WORKING_DAY.scenes:
        assert f"{scene.clock}  {scene.title.de}" in lines
    assert "in allen 12 Anrufen" in " ".join(played.stdout.split())


async def test_without_its_sign_in_after_the_restart_the_day_differs() -> None:
    code, story = await told(Day(scenes=part_of_the_day("missed").scenes, sign_ins=2))
    assert code == 1
    assert "sign-ins over HTTPS: 1 instead of 2" in story


async def test_a_pbx_that_falls_silent_is_noticed() -> None:
    day = part_of_the_day("known client", "direct line", "missed", "internal")
    code, story = await told(day, Sabotage.STARFACE)
    assert code == 1
    assert "until the connector shows the call as “ringing”" in story
    assert "The scenes at 10:50 were no longer played" in story
    assert "Ziegler Maschinenbau GmbH: missing in DATEV's call list" in story


async def test_a_datev_that_stays_away_is_noticed() -> None:
    code, story = await told(part_of_the_day("DATEV dies"), Sabotage.DATEV)
    assert code == 1
    assert "until the connector is connected to DATEV" in story
    assert "Gartenbau Petersen: 0 notes in DATEV's journal instead of 1" in story
    assert "outbox still holds something for DATEV (1)" in story


async def test_a_note_that_datev_swallows_is_noticed() -> None:
    code, story = await told(part_of_the_day("known client", "missed"), Sabotage.JOURNAL)
    assert code == 1
    assert "Bäckerei Hollerbach GmbH: 0 notes in DATEV's journal instead of 1" in story
    assert "Finanzamt Köln-Rheinaue: a missed call." in story, "the day goes on"


async def test_a_client_missing_in_the_index_is_noticed() -> None:
    code, story = await told(part_of_the_day("known client"), Sabotage.CONTACTS)
    assert code == 1
    assert "wrong contact “no contact” instead of “Bäckerei Hollerbach GmbH”" in story


async def test_a_store_that_cannot_be_written_is_noticed() -> None:
    code, story = await told(part_of_the_day("two at once"), Sabotage.STORE)
    assert code == 1
    assert "Tischlerei Vogt: " in story
    assert "locked by another program" in story


async def test_a_connector_that_does_not_start_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datev_connector.app.demo.stage._SETTINGS", "[starface]\nhosst = 'x'\n")
    code, story = await told(part_of_the_day("missed"))
    assert code == 1
    assert "“contacts sync” ended with code 3" in story
    assert "hosst" in story


def test_what_can_be_broken_is_what_the_command_line_offers() -> None:
    assert tuple(Sabotage) == LEGS
    assert set(ANNOUNCED) == set(Sabotage)


@pytest.mark.parametrize("headless", [True, False])
def test_without_a_screen_it_says_so_and_tells_the_day(
    headless: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def play(performance: Performance, story: Story) -> int:
        assert performance.pause_s == run.READING_PAUSE_S
        return 0

    monkeypatch.setattr(run, "perform", play)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert run.demo_command(headless=headless, language="en") == 0
    assert ("There is no screen" in capsys.readouterr().out) is not headless
