"""A bundle that came in is played again by a command, whatever somebody has sent."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from datev_connector.app.support_bundle import names
from datev_connector.app.support_bundle import replay as replaying
from datev_connector.app.support_bundle.__main__ import main
from datev_connector.app.support_bundle.plain_values import from_plain
from datev_connector.app.support_bundle.recorded_inputs import as_lines
from datev_connector.app.support_bundle.replay import replay
from datev_connector.domain import inputs
from datev_connector.domain.calls import PbxState
from datev_connector.domain.contacts import Source
from datev_connector.domain.desk.terms import Terms
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.engine.recording import Recorder, Recording
from tests.domain.desk.playbook import AUTOMATIC, Playbook, Shelf, entry


def recorded(most: int = 2000) -> Recording:
    """A call with a note that goes to DATEV."""
    book = Playbook(rules=AUTOMATIC, plan=DialPlan(area_code="721"), shelf=Shelf()).connect()
    book.shelf.entries.append(entry(Source.DATEV, "a1", "Weißenfels", "0049721555014"))
    book.pbx("p1", PbxState.RINGING, caller_number="0721555014", caller_name="Weißenfels")
    book.pbx("p1", PbxState.CONNECTED, caller_number="0721555014")
    call = book.desk.calls[-1].call
    book.feed(inputs.NoteTyped(at=book.at, call=call, text="Rückruf"))
    book.feed(inputs.TransferPressed(at=book.at, call=call))
    book.later(30)
    book.pbx("p1", PbxState.HANGUP)
    recorder = Recorder(most=most)
    for event in book.fed:
        recorder.take(event, Terms(AUTOMATIC, DialPlan(area_code="721"), "t", 1, 0, 1))
    return recorder.recording()


def bundle(folder: Path, recording: str | bytes) -> Path:
    file = folder / "bundle.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(names.RECORDING, recording)
    return file


def test_each_line_is_an_input_and_what_the_desk_did(tmp_path: Path) -> None:
    recording = recorded()
    file = bundle(tmp_path, as_lines(recording, program="0.5.0"))
    done = subprocess.run(
        [sys.executable, "-m", "datev_connector.app.support_bundle", str(file)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    turns = [json.loads(line) for line in done.stdout.splitlines()]
    told = [(from_plain(turn["input"]), from_plain(turn["effects"])) for turn in turns]
    assert told == list(replay(recording))
    assert any("Notify" in effect for turn in turns for effect in turn["effects"])
    assert done.stderr == b""


def test_a_recording_that_begins_in_the_middle_is_told(tmp_path: Path) -> None:
    file = bundle(tmp_path, as_lines(recorded(most=3), program="0.5.0"))
    done = CliRunner().invoke(main, [str(file)])
    assert done.exit_code == 0
    assert "are forgotten" in done.stderr
    assert len(done.stdout.splitlines()) == 3


@pytest.mark.parametrize("recording", ["", "[]", '{"format": "another"}', b"\xff\xfe", "x" * 2_000])
def test_a_recording_that_is_none_is_told(
    tmp_path: Path, recording: str | bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "LARGEST_BYTES", 1_000)
    done = CliRunner().invoke(main, [str(bundle(tmp_path, recording))])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {tmp_path / 'bundle.zip'}: ")
    assert done.stdout == ""


@pytest.mark.parametrize("content", [None, b"", b"a letter", b"PK\x03\x04" + bytes(60)])
def test_a_file_that_is_no_bundle_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "bundle.zip"
    if content is not None:
        file.write_bytes(content)
    done = CliRunner().invoke(main, [str(file)])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {file}: ")


def test_a_bundle_without_a_recording_is_told(tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(names.README, "no more")
    done = CliRunner().invoke(main, [str(file)])
    assert "there is no recording in it" in done.stderr
