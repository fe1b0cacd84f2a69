from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from datev_connector.app.commands.journal_export import to_file, to_stream
from datev_connector.domain.calls import Call, Outcome
from datev_connector.domain.effects import SaveCall
from tests.app.cli_profile import NOON, CliProfile, call


def keep(profile: CliProfile, *calls: Call) -> None:
    with profile.store() as store:
        store.commit([SaveCall(each) for each in calls])


@pytest.fixture
def profile(tmp_path: Path) -> CliProfile:
    profile = CliProfile(tmp_path / "profile")
    keep(
        profile,
        call("c-1", outcome=Outcome.MISSED, connected_at=None),
        call("c-2", note="Steuerbescheid fehlt", note_revision=1, note_sent_revision=1),
        call("c-3", note="Entwurf", note_revision=1, number="", e164=None, pbx_name="=1+1"),
    )
    return profile


def ids(found: list[dict[str, object]]) -> list[object]:
    return [each["call"] for each in found]


def test_the_list_is_newest_first_and_can_be_narrowed(profile: CliProfile) -> None:
    assert ids(profile.json("journal", "list")) == ["c-3", "c-2", "c-1"]
    assert ids(profile.json("journal", "list", "--limit", "1")) == ["c-3"]
    assert ids(profile.json("journal", "list", "--only", "missed")) == ["c-1"]
    assert ids(profile.json("journal", "list", "--only", "draft")) == ["c-3"]


def test_a_call_for_programs(profile: CliProfile) -> None:
    found = profile.json("journal", "list")[1]
    began = (NOON + timedelta(minutes=2)).astimezone().isoformat(timespec="seconds")
    assert found == {
        "call": "c-2",
        "pbx_call": "pbx-c-2",
        "direction": "incoming",
        "state": "ended",
        "outcome": "answered",
        "began": began,
        "connected": began,
        "ended": began,
        "number": "+4972112345",
        "internal": False,
        "name": "Änne Müller",
        "contact": None,
        "note": "Steuerbescheid fehlt",
        "draft": False,
        "in_datev": None,
    }


def test_the_table_is_aligned_and_in_local_time(profile: CliProfile) -> None:
    heading, newest, *_ = profile.done("journal", "list").splitlines()
    assert newest.startswith((NOON + timedelta(minutes=3)).astimezone().strftime("%d.%m.%Y %H:%M"))
    assert newest.index("withheld") == heading.index("NUMBER")
    assert newest.endswith("Entwurf (draft)")


def test_search_finds_names_numbers_and_notes(profile: CliProfile) -> None:
    assert ids(profile.json("journal", "search", "mueller 12345")) == ["c-2", "c-1"]
    assert ids(profile.json("journal", "search", "steuerb")) == ["c-2"]
    assert profile.run("journal", "search", "nothing").stdout == ""


# --- export ---------------------------------------------------------------------------------------


def test_export_as_csv_is_fit_for_a_spreadsheet(profile: CliProfile, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    assert "3 calls" in profile.run("journal", "export", str(file)).stderr
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert [row["call"] for row in rows] == ["c-1", "c-2", "c-3"]
    assert rows[1]["note"] == "Steuerbescheid fehlt"
    assert rows[2]["name"] == "'=1+1"
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o077 == 0


def test_export_as_json_by_name_or_by_wish(profile: CliProfile, tmp_path: Path) -> None:
    file = tmp_path / "calls.json"
    profile.done("journal", "export", str(file))
    assert ids(json.loads(file.read_text("utf-8"))) == ["c-1", "c-2", "c-3"]
    printed = profile.done("journal", "export", "--format", "json")
    assert json.loads(printed) == json.loads(file.read_text("utf-8"))


def test_export_to_standard_output_is_csv(profile: CliProfile) -> None:
    assert profile.done("journal", "export").startswith("began;connected;ended;")


def test_letters_stay_letters_in_the_export(profile: CliProfile, tmp_path: Path) -> None:
    file = tmp_path / "calls.json"
    profile.done("journal", "export", str(file))
    assert "Änne Müller" in file.read_text("utf-8")
    assert "Änne Müller" in profile.done("journal", "export", "--format", "json")


def test_standard_output_without_all_letters_gets_json_that_holds_them() -> None:
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    to_stream(output, [call("c-1")], "json")
    output.seek(0)
    assert json.load(output)[0]["name"] == "Änne Müller"


def test_an_export_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(OSError, match="folder"):
        to_file(target, [], "csv")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


def test_where_nothing_can_be_written_is_named_as_it_was_given(
    profile: CliProfile, tmp_path: Path
) -> None:
    missing = tmp_path / "missing"
    assert f"no folder {missing}." in profile.failed(
        1, "journal", "export", str(missing / "calls.csv")
    )
    assert f"{tmp_path} is a folder" in profile.failed(1, "journal", "export", str(tmp_path))


def test_a_file_that_is_there_is_replaced_by_wish_only(profile: CliProfile, tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("mine", "utf-8")
    assert "--force" in profile.failed(1, "journal", "export", str(file))
    assert file.read_text("utf-8") == "mine"
    profile.done("journal", "export", str(file), "--force")
    assert "Steuerbescheid" in file.read_text("utf-8-sig")


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a pseudo terminal")
@pytest.mark.parametrize(("answer", "code"), [(b"n\n", 1), (b"y\n", 0)])
def test_on_a_terminal_it_is_asked_about(
    profile: CliProfile, tmp_path: Path, answer: bytes, code: int
) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("mine", "utf-8")
    ours, theirs = os.openpty()
    try:
        os.write(ours, answer)
        command = [sys.executable, "-m", "datev_connector", "--profile", str(profile.folder)]
        done = subprocess.run(
            [*command, "journal", "export", str(file)],
            stdin=theirs,
            capture_output=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == code, done.stderr
    assert b"Replace it?" in done.stderr
    assert (file.read_text("utf-8-sig") == "mine") is (code == 1)


# --- erase ----------------------------------------------------------------------------------------


def test_erasing_is_asked_about(profile: CliProfile) -> None:
    result = profile.run("journal", "erase", answer="n\n")
    assert result.exit_code == 1
    assert "ALL calls" in result.stderr
    assert len(profile.json("journal", "list")) == 3
    assert profile.run("journal", "erase", answer="y\n").exit_code == 0
    assert ids(profile.json("journal", "list")) == ["c-3"]


def test_what_is_not_finished_is_kept(profile: CliProfile) -> None:
    assert profile.json("journal", "erase", "--yes") == {"erased": 2, "kept": 1}


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%Y"])
def test_only_calls_before_a_day_are_erased(profile: CliProfile, form: str) -> None:
    keep(profile, call("c-5", began_at=NOON - timedelta(days=2)))
    day = NOON.astimezone().strftime(form)
    done = profile.json("journal", "erase", "--yes", "--before", day)
    assert done == {"erased": 1, "kept": 0}
    assert len(profile.json("journal", "list")) == 3


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "01/02/2026"])
def test_a_day_that_is_none_is_wrong_usage(profile: CliProfile, day: str) -> None:
    assert "is no day" in profile.failed(2, "journal", "erase", "--yes", "--before", day)
