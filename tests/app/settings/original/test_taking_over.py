from __future__ import annotations

import json
import stat
import sys
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.folders import Profile
from datev_connector.app.settings.layers import Origin, policy_layer
from datev_connector.app.settings.option import Value
from datev_connector.app.settings.original.places import original_files
from datev_connector.app.settings.original.report import (
    Fate,
    Report,
    Row,
    keep_report,
    kept_report,
    report_file,
)
from datev_connector.app.settings.original.taking_over import take_over, take_over_first
from datev_connector.app.settings.saving import Draft, Shelf, draft
from datev_connector.texts.language import Language, Tongue
from tests.app.settings.original.files import OFFICE, left_behind, user_config

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
SECRET = ("lindgraefe", "0017", "AQAAANC", "Geheimer")


class Home:
    """A home as Windows lays it out, with our profile in it."""

    def __init__(self, folder: Path, text: str | None = None) -> None:
        self.environment = left_behind(folder, text)
        self.roaming = Path(self.environment["APPDATA"]) / "DatevConnector"
        self.profile = Profile(
            root=Path(self.environment["LOCALAPPDATA"]) / "DatevConnector",
            settings_file=self.roaming / "settings.toml",
            machine_settings_file=folder / "machine.toml",
            logs_folder=Path(self.environment["LOCALAPPDATA"]) / "DatevConnector" / "Logs",
        )
        self.shelf = Shelf(
            user_file=self.profile.settings_file,
            machine_file=self.profile.machine_settings_file,
            platform="win32",
        )

    def start(self, shelf: Shelf | None = None) -> Report | None:
        return take_over_first(
            self.profile, shelf or self.shelf, environment=self.environment, now=lambda: AT
        )

    @property
    def settings(self) -> dict[str, dict[str, object]]:
        return tomllib.loads(self.profile.settings_file.read_text("utf-8"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_first_start_takes_over_and_reports(home: Home) -> None:
    before = (home.roaming / "user.config").read_bytes()
    report = home.start()
    assert report is not None
    assert home.settings["starface"] == {
        "host": "pbx.kanzlei-lindgraefe.example",
        "xmpp_port": 5223,
        "login": "0017",
    }
    assert home.settings["calls"]["prefer_datev"] is True
    assert kept_report(home.profile) == report
    assert report.file.replace("\\", "/") == "%AppData%/DatevConnector/user.config"
    assert (home.roaming / "user.config").read_bytes() == before, "it is left as it was"
    if sys.platform != "win32":
        assert stat.S_IMODE(home.profile.settings_file.stat().st_mode) == 0o600
    assert sorted(file.name for file in home.roaming.iterdir()) == ["settings.toml", "user.config"]


def test_the_report_holds_no_value_of_anybody(home: Home) -> None:
    home.start()
    text = report_file(home.profile).read_text("utf-8")
    assert not [one for one in SECRET if one in text]
    assert "UseTapiLine" in text


def test_it_happens_once(home: Home) -> None:
    assert home.start() is not None
    home.profile.settings_file.unlink()
    assert home.start() is None
    assert not home.profile.settings_file.exists()


def test_a_report_that_cannot_be_kept_is_told_all_the_same(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("datev_connector.app.settings.original.taking_over.keep_report", full)
    report = home.start()
    assert report is not None
    assert report.of(Fate.TAKEN)
    assert home.start() is None, "there are settings of one's own now"


@pytest.mark.parametrize("content", ["", "[starface]\nhost = 'mine'\n", "no toml at all ["])
def test_settings_of_ones_own_are_never_touched(home: Home, content: str) -> None:
    home.profile.settings_file.write_text(content, "utf-8")
    assert home.start() is None
    assert home.profile.settings_file.read_text("utf-8") == content
    assert not report_file(home.profile).exists()


def test_settings_that_somebody_else_begins_meanwhile_stay(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(wanted: Mapping[str, Value], shelf: Shelf) -> Draft:
        made = draft(wanted, shelf)
        home.profile.settings_file.write_text("# mine\n", "utf-8")
        return made

    monkeypatch.setattr("datev_connector.app.settings.original.taking_over.draft", meanwhile)
    assert home.start() is None
    assert home.profile.settings_file.read_text("utf-8") == "# mine\n"
    assert not list(home.roaming.glob("*.new"))


@pytest.mark.parametrize(
    "text", ["", "no xml", "<a/>", "<!DOCTYPE a><a/>", "<a>" * 90, "x" * 1_000_001]
)
def test_a_bad_file_is_told_of_and_hurts_nothing(tmp_path: Path, text: str) -> None:
    home = Home(tmp_path, text)
    report = home.start()
    assert report is not None
    assert report.unread
    assert not home.profile.settings_file.exists()
    kept = kept_report(home.profile)
    assert kept is not None
    assert kept.summary == report.summary
    german = Language.of(Tongue.GERMAN).tell(kept.summary)
    assert german.startswith("Die Einstellungen des früheren Connectors")
    assert "the file" not in german
    assert home.start() is None, "it is told once"


def test_where_nothing_was_left_nothing_is_done(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.roaming / "user.config").unlink()
    assert home.start() is None
    assert not report_file(home.profile).exists()
    assert list(original_files({})) == []


def test_a_policy_and_the_machine_stay(home: Home) -> None:
    home.profile.machine_settings_file.write_text("[starface]\nhost = 'pbx.office'\n", "utf-8")
    policy = policy_layer(Origin.USER_POLICY, "HKCU", {"calls": {"prefer_datev": False}})
    shelf = Shelf(
        user_file=home.shelf.user_file,
        machine_file=home.shelf.machine_file,
        policies=(policy,),
        platform="win32",
    )
    report = home.start(shelf)
    assert report is not None
    assert "host" not in home.settings["starface"]
    assert "prefer_datev" not in home.settings["calls"]
    assert {row.fate for row in report.of(Fate.LOCKED, Fate.ADMINISTRATOR)} == {
        Fate.LOCKED,
        Fate.ADMINISTRATOR,
    }


def test_settings_of_the_machine_that_cannot_be_used_leave_it_for_another_start(home: Home) -> None:
    home.profile.machine_settings_file.write_text("[starface]\nhosst = 1\n", "utf-8")
    assert home.start() is None
    assert not report_file(home.profile).exists()
    home.profile.machine_settings_file.unlink()
    assert home.start() is not None


# --- what a first start cannot read -----------------------------------------------------------


class Locked:
    """The file of another program that has it open for itself alone."""

    def __init__(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reason: OSError | None = PermissionError(13, "Permission denied")
        real = Path.open

        def opened(path: Path, mode: str = "r", *given: Any, **named: Any) -> Any:
            if path == file and self.reason is not None:
                raise self.reason
            return real(path, mode, *given, **named)

        monkeypatch.setattr(Path, "open", opened)


@pytest.fixture
def locked(home: Home, monkeypatch: pytest.MonkeyPatch) -> Locked:
    return Locked(home.roaming / "user.config", monkeypatch)


def test_a_locked_file_is_tried_again_until_it_can_be_read(home: Home, locked: Locked) -> None:
    first = home.start()
    assert first is not None
    assert "Permission denied" in first.unread
    assert not home.profile.settings_file.exists()
    assert home.start() is None, "it is told once"
    assert kept_report(home.profile) == first
    locked.reason = None
    report = home.start()
    assert report is not None
    assert home.settings["starface"]["host"] == "pbx.kanzlei-lindgraefe.example"
    assert kept_report(home.profile) == report
    home.profile.settings_file.unlink()
    assert home.start() is None, "it was read once"


def test_what_was_set_before_a_locked_file_could_be_read_stays(home: Home, locked: Locked) -> None:
    home.start()
    home.profile.settings_file.write_text("# mine\n[starface]\nlogin = '0100'\n", "utf-8")
    assert home.start() is None
    locked.reason = None
    report = home.start()
    assert report is not None
    assert [row.name for row in report.of(Fate.KEPT)] == ["LoginId"]
    assert home.settings["starface"]["login"] == "0100"
    assert home.settings["starface"]["host"] == "pbx.kanzlei-lindgraefe.example"
    assert home.profile.settings_file.read_text("utf-8").startswith("# mine\n")


def test_another_reason_is_kept_and_logged_and_opens_no_window(
    home: Home, locked: Locked, caplog: pytest.LogCaptureFixture
) -> None:
    home.start()
    locked.reason = OSError(5, "Input/output error")
    with caplog.at_level("INFO"):
        assert home.start() is None
        assert home.start() is None
    assert caplog.text.count("Input/output error") == 1
    kept = kept_report(home.profile)
    assert kept is not None
    assert "Input/output error" in kept.unread


@pytest.mark.parametrize("becomes", [None, user_config({"LastFolder": "C:\\", "Zoom": "3"})])
def test_a_file_that_is_gone_or_of_another_program_is_not_waited_for(
    home: Home, locked: Locked, becomes: str | None
) -> None:
    home.start()
    home.profile.settings_file.write_text("[starface]\nhost = 'mine'\n", "utf-8")
    locked.reason, file = None, home.roaming / "user.config"
    file.unlink() if becomes is None else file.write_text(becomes, "utf-8")
    assert home.start() is None
    assert not report_file(home.profile).exists()
    file.write_text(user_config(), "utf-8")
    assert home.start() is None, "there are settings of one's own"


def test_a_file_in_a_folder_that_shows_nothing_is_told_of_once(
    home: Home, locked: Locked, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert locked.reason is not None

    def refused(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refused)
    first = home.start()
    assert first is not None
    assert "Permission denied" in first.unread
    assert home.start() is None
    assert not caplog.records


def test_an_older_file_does_not_stand_in_for_a_locked_one(home: Home, locked: Locked) -> None:
    folder = Path(home.environment["LOCALAPPDATA"]) / "Fluxpunkt_GmbH"
    older = folder / "DATEVConnectorforSTARFACE.exe_Url_abc123" / "2.6.1.0" / "user.config"
    older.parent.mkdir(parents=True)
    older.write_text(user_config({"Host": "old"}), "utf-8")
    home.start()
    locked.reason = None
    home.start()
    assert home.settings["starface"]["host"] == "pbx.kanzlei-lindgraefe.example"


def test_settings_that_somebody_else_begins_meanwhile_leave_what_waits_waiting(
    home: Home, locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = home.start()
    locked.reason = None

    def meanwhile(wanted: Mapping[str, Value], shelf: Shelf) -> Draft:
        made = draft(wanted, shelf)
        if not home.profile.settings_file.exists():
            home.profile.settings_file.write_text("# mine\n", "utf-8")
        return made

    monkeypatch.setattr("datev_connector.app.settings.original.taking_over.draft", meanwhile)
    assert home.start() is None
    assert home.profile.settings_file.read_text("utf-8") == "# mine\n"
    assert kept_report(home.profile) == first
    assert home.start() is not None


# --- where .NET puts them -------------------------------------------------------------------------


def test_the_newest_where_net_puts_them_is_taken(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.roaming / "user.config").unlink()
    company = Path(home.environment["LOCALAPPDATA"]) / "Fluxpunkt_GmbH"
    for version, host in (("2.6.1.0", "old"), ("2.10.0.0", "newest"), ("2.9.0.0", "older")):
        folder = company / "DATEVConnectorforSTARFACE.exe_Url_abc123" / version
        folder.mkdir(parents=True)
        (folder / "user.config").write_text(user_config({"Host": host}), "utf-8")
    report = home.start()
    assert report is not None
    assert report.file.replace("\\", "/").startswith("%LocalAppData%/Fluxpunkt_GmbH/")
    assert home.settings["starface"] == {"host": "newest"}


@pytest.mark.parametrize(
    "folder",
    [
        "Company/OtherProgram.exe_Url_abc123/2.0.0.0",
        "Company/DatevConnector.exe_Url_abc123/not-a-version",
        "Company/DatevConnectorSettings/2.0.0.0",
        "DatevConnector.exe_Url_abc123/2.0.0.0/deeper",
    ],
)
def test_other_folders_are_not_looked_into(tmp_path: Path, folder: str) -> None:
    home = Home(tmp_path)
    (home.roaming / "user.config").unlink()
    there = Path(home.environment["LOCALAPPDATA"]) / folder
    there.mkdir(parents=True)
    (there / "user.config").write_text(user_config(), "utf-8")
    assert home.start() is None


def test_a_file_of_another_program_is_passed_over(tmp_path: Path) -> None:
    home = Home(tmp_path, user_config({"LastFolder": "C:\\", "Zoom": "3"}))
    assert home.start() is None
    assert not home.profile.settings_file.exists()
    assert not report_file(home.profile).exists()


# --- asked for --------------------------------------------------------------------------------


def test_a_file_that_somebody_names_fills_what_is_not_set_yet(home: Home) -> None:
    home.profile.settings_file.write_text("# mine\n[starface]\nlogin = '0100'\n", "utf-8")
    file = home.roaming / "user.config"
    tried = take_over(file, home.shelf, AT, dry_run=True)
    assert home.profile.settings_file.read_text("utf-8").count("\n") == 3, "only tried"
    report = take_over(file, home.shelf, AT)
    assert report == tried
    assert home.settings["starface"]["login"] == "0100"
    assert home.settings["starface"]["host"] == "pbx.kanzlei-lindgraefe.example"
    assert home.profile.settings_file.read_text("utf-8").startswith("# mine\n")
    assert report.of(Fate.KEPT) == (Row(name="LoginId", fate=Fate.KEPT, option="starface.login"),)
    assert take_over(file, home.shelf, AT).of(Fate.TAKEN) == ()


def test_a_report_comes_back_as_it_was_kept(home: Home) -> None:
    home.profile.prepare()
    report = take_over(home.roaming / "user.config", home.shelf, AT)
    keep_report(home.profile, report)
    assert kept_report(home.profile) == report
    assert len(report.rows) == len(OFFICE)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"at": "x"}', "null", "\x00", "[" * 9000])
def test_a_broken_report_is_none(home: Home, content: str) -> None:
    home.profile.prepare()
    report_file(home.profile).write_text(content, "utf-8")
    assert kept_report(home.profile) is None
    assert home.start() is None, "it says all the same that this was no first start"


def test_the_report_is_told_in_german(home: Home) -> None:
    report = home.start()
    assert report is not None
    german = Language.of(Tongue.GERMAN)
    lines = [german.tell(line) for line in report.lines()]
    assert lines[0].startswith("Einstellungen des früheren Connectors gefunden in %AppData%")
    assert "Übernommen: 13; hier schon so: 1; nicht übernommen: 3." in lines[0]
    assert any(line.startswith("UseTapiLine: gibt es nicht mehr") for line in lines)
    assert any(line.startswith("Password: wird nie übernommen") for line in lines)
    assert json.loads(report_file(home.profile).read_text("utf-8"))["settings"]
