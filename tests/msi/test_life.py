"""Installed, run, upgraded, repaired and removed on a Windows, as an office would."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from datev_connector.datev.com.ids import LIBID, braced
from datev_connector.datev.com.type_library import INTERFACES
from installer.making import Made
from tests.msi import keeping
from tests.msi.comparing import differences
from tests.msi.conftest import GONE, NEW
from tests.msi.waiting import LIMIT_S, until
from tests.msi.windows import (
    CONSOLE,
    INTERFACES_KEY,
    LIBRARY_KEY,
    MACHINE_KEY,
    RUN_KEY,
    USER_RUN_KEY,
    WINDOWED,
    Windows,
)

CONTACTS = """\
source;id;name;number
DATEV;a1;Bäckerei Müller GmbH;+49 721 98760
"""
PROVEN = {
    "COM",
    "modules",
    "texts",
    "tables",
    "time zones",
    "store",
    "keyring",
    "TLS",
    "window",
    "SDD reader",
    "manual",
}
GIVEN = {
    "HOST": ("starface", "host", "pbx.kanzlei-müller.example"),
    "LOGIN": ("starface", "login", "#17"),
    "MODULE_NAME": ("starface", "module_name", "DATEV-Kanzlei"),
    "AREA_CODE": ("dial_plan", "area_code", "721"),
    "EXCHANGE_PREFIX": ("dial_plan", "exchange_prefix", "0"),
    "LANGUAGE": ("general", "language", "de"),
}
"""Property of the installer, and the setting that it becomes."""
NEWER_THERE = "Eine neuere Version des DATEV Connectors ist bereits installiert."


@pytest.fixture(autouse=True)
def nothing_left(windows: Windows) -> Iterator[None]:
    yield
    windows.end_all()
    windows.remove("REMOVE_USER_DATA=1")


def logged(log: Path) -> str:
    """What Windows Installer wrote down, in whichever letters."""
    content = log.read_bytes()
    return content.decode("utf-16" if content.startswith(b"\xff\xfe") else "utf-8", "replace")


def setting(windows: Windows, name: str) -> tuple[object, str]:
    rows = json.loads(windows.connector("settings", "show", "--json").stdout)
    row = next(row for row in rows if f"{row['section']}.{row['key']}" == name)
    return row["value"], row["origin"]


def test_what_is_installed_works_and_leaves_its_folder_as_it_is(
    windows: Windows, newer: Made
) -> None:
    log = newer.msi.with_suffix(".log")
    log.unlink(missing_ok=True)
    given = [f"{name}={value}" for name, (_, _, value) in GIVEN.items()]
    assert windows.install(newer.msi, *given, log=log) == 0
    assert "RegisterInterfaces" in logged(log)
    assert differences(newer.layout, windows.programs) == []

    run = windows.connector("selftest", "--json")
    told = json.loads(run.stdout)
    assert run.returncode == 0, run.stdout
    assert told["version"] == newer.version
    outcomes = {proof["part"]: proof["outcome"] for proof in told["proofs"]}
    assert {part for part, outcome in outcomes.items() if outcome == "proven"} >= PROVEN

    for section, key, value in GIVEN.values():
        assert setting(windows, f"{section}.{key}") == (value, "machine file")
    written = tomllib.loads((windows.machine_data / "settings.toml").read_text("utf-8"))
    assert written == {
        one: {key: value for section, key, value in GIVEN.values() if section == one}
        for one in {section for section, _, _ in GIVEN.values()}
    }

    assert windows.listed()
    assert set(windows.listed().values()) == {newer.version}
    assert len(windows.shortcuts()) == 1
    program = rf"C:\Program Files\DATEV Connector\{WINDOWED}"
    assert windows.registry(RUN_KEY)["DatevConnector"] == f'"{program}" run --at-sign-in'
    links = windows.registry(rf"{MACHINE_KEY}\Capabilities")
    assert links["tel"] == links["callto"] == "DatevConnector.Link"
    command = windows.registry(r"HKLM\Software\Classes\DatevConnector.Link\shell\open\command")
    assert command["(Default)"] == f'"{program}" run -- "%1"'
    assert windows.interfaces() == {one.name: braced(LIBID) for one in INTERFACES}
    library = r"C:\Program Files\DATEV Connector\type-library\datev_cti.tlb"
    assert windows.registry(rf"{LIBRARY_KEY}\1.0\0\win64")["(Default)"] == library
    assert differences(newer.layout, windows.programs) == [], "running it wrote beside it"


def test_an_upgrade_of_the_running_program_keeps_everything_and_starts_it_again(
    windows: Windows, older: Made, newer: Made, tmp_path: Path
) -> None:
    assert windows.install(older.msi, "HOST=pbx.example", "AUTOSTART=0") == 0
    contacts = tmp_path / "contacts.csv"
    contacts.write_text(CONTACTS, "utf-8")
    assert windows.connector("contacts", "import", str(contacts)).returncode == 0
    own_settings = windows.settings_file()
    own_settings.parent.mkdir(parents=True, exist_ok=True)
    own_settings.write_text("[dial_plan]\nexchange_prefix = '9'\n", "utf-8")
    kept = windows.python("-m", keeping.__name__)
    assert kept.returncode == 0, kept.stderr
    first = windows.start()
    before = windows.wait_for_window()

    assert windows.install(newer.msi) == 0
    assert differences(newer.layout, windows.programs) == []
    assert not (windows.programs / GONE).exists()
    assert (windows.programs / NEW).exists()
    assert set(windows.listed().values()) == {newer.version}
    until(lambda: bool(windows.running() - {before}))
    assert before not in windows.running()
    assert first.wait(LIMIT_S) == 0, "it was not ended in order"

    calls = json.loads(windows.connector("journal", "list", "--json").stdout)
    assert [one["note"] for one in calls if one["draft"]] == [keeping.DRAFT]
    waiting = json.loads(windows.connector("outbox", "list", "--json").stdout)
    assert [one["call"] for one in waiting] == [keeping.WAITING]
    assert "Bäckerei Müller" in windows.connector("contacts", "search", "Müller").stdout
    assert setting(windows, "dial_plan.exchange_prefix")[0] == "9"
    assert setting(windows, "starface.host") == ("pbx.example", "machine file")
    assert "DatevConnector" not in windows.registry(RUN_KEY), "AUTOSTART=0 was forgotten"

    log = tmp_path / "older.log"
    assert windows.install(older.msi, log=log) != 0, "an older version went over a newer one"
    assert "LaunchConditions. Return value 0" in logged(log)
    assert windows.refusal(older.msi).startswith(NEWER_THERE)
    assert set(windows.listed().values()) == {newer.version}
    assert differences(newer.layout, windows.programs) == []


def test_a_repair_brings_back_what_is_missing_or_damaged(windows: Windows, newer: Made) -> None:
    assert windows.install(newer.msi, "HOST=pbx.example") == 0
    # Nobody may be kept waiting by the program that cannot be started to end itself.
    (windows.programs / "runtime" / "python313.dll").unlink()
    (windows.programs / "runtime" / "libssl-3.dll").unlink()
    (windows.programs / CONSOLE).write_bytes(b"MZ damaged")
    damaged = windows.programs / "runtime" / "packages" / "datev_connector" / "__main__.pyc"
    damaged.write_bytes(b"damaged")
    # What `msiexec /f` does on Windows; Wine knows it by this name alone.
    assert windows.install(newer.msi, "REINSTALL=ALL") == 0
    assert differences(newer.layout, windows.programs) == []
    assert setting(windows, "starface.host") == ("pbx.example", "machine file")


def test_removal_leaves_what_people_have_kept_unless_it_is_told_to(
    windows: Windows, newer: Made
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
    assert braced(LIBID) not in windows.interfaces().values()
    assert windows.registry(LIBRARY_KEY) == {}


def test_an_interface_that_somebody_else_has_registered_is_left_alone(
    windows: Windows, newer: Made
) -> None:
    foreign, other = "{0F6B7C1E-5D0C-4A43-8C0B-2B1A6F9D7E55}", INTERFACES[0]
    key = rf"{INTERFACES_KEY}\{braced(other.iid)}"
    for name, value in (("ProxyStubClsid32", braced(other.proxy)), ("TypeLib", foreign)):
        windows.run("reg", "add", rf"{key}\{name}", "/ve", "/d", value, "/f")
    try:
        before = windows.registry(key)
        assert windows.install(newer.msi) == 0
        ours = {one.name: braced(LIBID) for one in INTERFACES[1:]}
        assert windows.interfaces() == {other.name: foreign, **ours}
        assert windows.remove() == 0
        assert windows.interfaces() == {other.name: foreign}
        assert windows.registry(key) == before
    finally:
        windows.run("reg", "delete", key, "/f")


def test_windows_starts_it_once_wherever_it_is(windows: Windows, newer: Made) -> None:
    folder = windows.drive / "Konnektor"
    assert windows.install(newer.msi, r"INSTALLDIR=C:\Konnektor") == 0
    for_all = rf'"C:\Konnektor\{WINDOWED}" run --at-sign-in'
    assert windows.registry(RUN_KEY)["DatevConnector"] == for_all
    # An entry for the user, as an earlier program without an installer has left it.
    left = windows.run("reg", "add", USER_RUN_KEY, "/v", "DatevConnector", "/d", "x.exe", "/f")
    assert left.returncode == 0
    windows.start(folder=folder)
    until(lambda: "DatevConnector" not in windows.registry(USER_RUN_KEY))
    windows.connector("quit", folder=folder)
    assert windows.registry(RUN_KEY)["DatevConnector"] == for_all


# --- odd and bad input ----------------------------------------------------------------------------


def test_it_works_from_a_folder_of_any_name_and_stays_there(
    windows: Windows, older: Made, newer: Made
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
def test_a_wrong_property_installs_nothing(windows: Windows, newer: Made, wrong: str) -> None:
    assert windows.install(newer.msi, wrong) != 0
    assert_nothing_is_installed(windows)
    assert not (windows.machine_data / "settings.toml").exists()


def test_a_folder_that_cannot_be_written_installs_nothing(windows: Windows, newer: Made) -> None:
    assert windows.install(newer.msi, r"INSTALLDIR=Q:\no such drive\DATEV Connector") != 0
    assert_nothing_is_installed(windows)
