"""Installed, run, upgraded, repaired and removed on a Windows, as an office would."""

from __future__ import annotations

import filecmp
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.msi.conftest import GONE, NEW, Built
from tests.msi.waiting import until
from tests.msi.windows import CONSOLE, MACHINE_KEY, RUN_KEY, WINDOWED, Windows

CONTACTS = """\
source;id;name;number
DATEV;a1;Bäckerei Müller GmbH;+49 721 98760
"""
PROVEN = {
    "COM",
    "modules",
    "texts",
    "time zones",
    "store",
    "keyring",
    "TLS",
    "window",
    "SDD reader",
}


@pytest.fixture(autouse=True)
def nothing_left(windows: Windows) -> Iterator[None]:
    yield
    windows.end_all()
    windows.remove("REMOVE_USER_DATA=1")


def differences(one: Path, other: Path) -> list[str]:
    """Files of one folder that are missing in the other, or differ."""
    found: list[str] = []

    def compare(at: filecmp.dircmp[str]) -> None:
        found.extend(f"{at.left}/{name}" for name in (*at.left_only, *at.right_only))
        found.extend(
            f"{at.left}/{name}"
            for name in filecmp.cmpfiles(at.left, at.right, at.common_files, shallow=False)[1]
        )
        for below in at.subdirs.values():
            compare(below)

    compare(filecmp.dircmp(one, other, ignore=[]))
    return found


def setting(windows: Windows, name: str) -> tuple[object, str]:
    rows = json.loads(windows.connector("settings", "show", "--json").stdout)
    row = next(row for row in rows if f"{row['section']}.{row['key']}" == name)
    return row["value"], row["origin"]


def test_what_is_installed_works_and_leaves_its_folder_as_it_is(
    windows: Windows, newer: Built
) -> None:
    log = newer.msi.with_suffix(".log")
    log.unlink(missing_ok=True)
    given = ("HOST=pbx.kanzlei-müller.example", "LANGUAGE=de", "AREA_CODE=0721", "LOGIN=#17")
    assert windows.install(newer.msi, *given, log=log) == 0
    assert log.stat().st_size > 1000
    assert differences(newer.layout, windows.programs) == []

    run = windows.connector("selftest", "--json")
    told = json.loads(run.stdout)
    assert run.returncode == 0, run.stdout
    assert told["version"] == newer.version
    outcomes = {proof["part"]: proof["outcome"] for proof in told["proofs"]}
    assert {part for part, outcome in outcomes.items() if outcome == "proven"} >= PROVEN

    assert setting(windows, "starface.host") == ("pbx.kanzlei-müller.example", "machine file")
    assert setting(windows, "starface.login") == ("#17", "machine file")
    assert setting(windows, "general.language") == ("de", "machine file")

    assert windows.listed()
    assert set(windows.listed().values()) == {newer.version}
    assert len(windows.shortcuts()) == 1
    program = rf"C:\Program Files\DATEV Connector\{WINDOWED}"
    assert windows.registry(RUN_KEY)["DatevConnector"] == f'"{program}" run --at-sign-in'
    links = windows.registry(rf"{MACHINE_KEY}\Capabilities")
    assert links["tel"] == links["callto"] == "DatevConnector.Link"
    command = windows.registry(r"HKLM\Software\Classes\DatevConnector.Link\shell\open\command")
    assert command["(Default)"] == f'"{program}" run -- "%1"'
    assert differences(newer.layout, windows.programs) == [], "running it wrote beside it"


def test_an_upgrade_of_the_running_program_keeps_everything_and_starts_it_again(
    windows: Windows, older: Built, newer: Built, tmp_path: Path
) -> None:
    assert windows.install(older.msi, "HOST=pbx.example", "AUTOSTART=0") == 0
    contacts = tmp_path / "contacts.csv"
    contacts.write_text(CONTACTS, "utf-8")
    assert windows.connector("contacts", "import", str(contacts)).returncode == 0
    own_settings = windows.settings_file()
    own_settings.parent.mkdir(parents=True, exist_ok=True)
    own_settings.write_text("[dial_plan]\nexchange_prefix = '9'\n", "utf-8")
    windows.start()
    before = windows.wait_for_window()

    assert windows.install(newer.msi) == 0
    assert differences(newer.layout, windows.programs) == []
    assert not (windows.programs / GONE).exists()
    assert (windows.programs / NEW).exists()
    assert set(windows.listed().values()) == {newer.version}
    until(lambda: bool(windows.running() - {before}))
    assert before not in windows.running()

    assert "Bäckerei Müller" in windows.connector("contacts", "search", "Müller").stdout
    assert setting(windows, "dial_plan.exchange_prefix")[0] == "9"
    assert setting(windows, "starface.host") == ("pbx.example", "machine file")
    assert "DatevConnector" not in windows.registry(RUN_KEY), "AUTOSTART=0 was forgotten"

    assert windows.install(older.msi) != 0, "an older version went over a newer one"
    assert set(windows.listed().values()) == {newer.version}
    assert differences(newer.layout, windows.programs) == []


def test_a_repair_brings_back_what_is_missing_or_damaged(windows: Windows, newer: Built) -> None:
    assert windows.install(newer.msi, "HOST=pbx.example") == 0
    (windows.programs / "runtime" / "libssl-3.dll").unlink()
    (windows.programs / CONSOLE).write_bytes(b"MZ damaged")
    damaged = windows.programs / "runtime" / "packages" / "datev_connector" / "__main__.pyc"
    damaged.write_bytes(b"damaged")
    # What `msiexec /f` does on Windows; Wine knows it by this name alone.
    assert windows.install(newer.msi, "REINSTALL=ALL") == 0
    assert differences(newer.layout, windows.programs) == []
    assert setting(windows, "starface.host") == ("pbx.example", "machine file")


def test_removal_leaves_what_people_have_kept_unless_it_is_told_to(
    windows: Windows, newer: Built
) -> None:
    assert windows.install(newer.msi, "HOST=pbx.example") == 0
    windows.start()
    windows.wait_for_window()
    assert windows.remove() == 0
    assert windows.running() == set()
    assert_nothing_is_installed(windows)
    assert (windows.own_data / "store.db").exists()
    assert (windows.machine_data / "settings.toml").exists()

    assert windows.install(newer.msi) == 0
    assert setting(windows, "starface.host") == ("pbx.example", "machine file")
    assert windows.remove("REMOVE_USER_DATA=1") == 0
    assert_nothing_is_installed(windows)
    assert list(windows.user.rglob("DatevConnector")) == []
    assert not windows.machine_data.exists()


def assert_nothing_is_installed(windows: Windows) -> None:
    assert windows.listed() == {}
    assert not windows.programs.exists()
    assert windows.shortcuts() == []
    assert windows.registry(MACHINE_KEY) == {}
    assert "DatevConnector" not in windows.registry(RUN_KEY)
    assert windows.registry(r"HKLM\Software\Classes\DatevConnector.Link") == {}
    assert "DATEV Connector" not in windows.registry(r"HKLM\Software\RegisteredApplications")


# --- odd and bad input ----------------------------------------------------------------------------


def test_it_works_from_a_folder_of_any_name_and_stays_there(
    windows: Windows, older: Built, newer: Built
) -> None:
    folder = windows.drive / "Büro & Söhne" / "Tele fon (x)"
    assert windows.install(older.msi, r"INSTALLDIR=C:\Büro & Söhne\Tele fon (x)") == 0
    assert not windows.programs.exists()
    assert windows.install(newer.msi) == 0
    assert differences(newer.layout, folder) == []
    # What looks whether it had run ends at once; the program itself would stay.
    until(lambda: windows.running() == set())
    assert windows.connector("selftest", folder=folder).returncode == 0
    assert windows.remove() == 0
    assert not folder.exists()


@pytest.mark.parametrize("wrong", ["LANGUAGE=fr", "AUTOSTART=yes", "AREA_CODE=Karlsruhe"])
def test_a_wrong_property_installs_nothing(windows: Windows, newer: Built, wrong: str) -> None:
    assert windows.install(newer.msi, wrong) != 0
    assert_nothing_is_installed(windows)
    assert not (windows.machine_data / "settings.toml").exists()


def test_a_folder_that_cannot_be_written_installs_nothing(windows: Windows, newer: Built) -> None:
    assert windows.install(newer.msi, r"INSTALLDIR=Q:\no such drive\DATEV Connector") != 0
    assert_nothing_is_installed(windows)
