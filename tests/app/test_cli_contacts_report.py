from __future__ import annotations

import csv
import stat
import sys
from pathlib import Path

import pytest

from datev_connector.domain.contacts import ClientState, Contact, ContactRef, Source
from datev_connector.domain.dial_plan import DialPlan
from tests.app.cli_profile import NOON, CliProfile

BOOK = """source;id;name;number;medium;kind;active;client_number;note
datev;1;Probebau GmbH;0721 / 1234-0;phone;company;1;10001;
datev;2;Anna Berger;0170 1234567;mobile;person;1;;
datev;2;Anna Berger;0721 55555;phone;person;1;;
datev;3;Berger, Anna;0170 1234567;mobile;person;1;10020;
datev;3;Berger, Anna;0721 55555;phone;person;1;;
starface;7;Hugo Hund;0170 1234567;mobile;person;;;
datev;4;Fax AG;0721 99999;fax;company;1;10003;
datev;5;Karl Kurz;55667;phone;person;1;10006;
datev;6;Tom Tippfehler;0721 1234567890123456;phone;person;1;;
datev;7;Fritz Faxer;0721 88888;phone;person;1;10010;Telefax
datev;8;Hugo Hund;0721 77777;phone;person;1;;
datev;9;Katja Katz;0721 77777;phone;person;1;10012;
datev;10;Peter Müller;0721 66666;phone;person;1;;
datev;11;Eva Müller;0721 66666;phone;person;1;;
datev;12;=cmd|' /C calc'!A0;+-1;phone;person;1;@1;
"""
COUNTS = {
    "inactive-client": 0,
    "client-without-number": 1,
    "unreadable-number": 2,
    "double": 1,
    "shared-number": 1,
    "fax-as-telephone": 1,
    "no-area-code": 1,
}


@pytest.fixture
def profile(tmp_path: Path) -> CliProfile:
    profile = CliProfile(tmp_path / "profile")
    profile.settings("[dial_plan]\narea_code = '721'\n")
    profile.done("contacts", "import", profile.file("book.csv", BOOK))
    return profile


def test_everything_to_mend_is_in_the_json_worst_first(profile: CliProfile) -> None:
    found = profile.json("contacts", "report")
    assert found["counts"] == COUNTS
    assert [each["fault"] for each in found["findings"]] == [
        fault for fault, count in COUNTS.items() for _ in range(count)
    ]
    assert (found["contacts"], found["without_number"], found["rightly_shared"]) == (12, 0, 1)
    assert set(found["as_of"]) == {"datev"}
    double = next(each for each in found["findings"] if each["fault"] == "double")
    assert double["number"] == "0170 1234567"
    assert [each["id"] for each in double["contacts"]] == ["3", "2"]
    assert double["contacts"][0] == {
        "id": "3",
        "source": "datev",
        "name": "Berger, Anna",
        "client_number": "10020",
        "client_state": "none",
        "number": "0170 1234567",
    }
    assert all(each["remedy"] and each["reason"] for each in found["findings"])


def test_the_terminal_says_what_it_means_and_what_to_do(profile: CliProfile) -> None:
    told = profile.done("contacts", "report")
    assert "datev: 12 contacts with 14 numbers, as of" in told
    assert "Clients without a telephone number (1)" in told
    assert "In DATEV: enter the telephone numbers" in told
    assert "is too long for a telephone number" in told
    assert "Berger, Anna (10020), Anna Berger (datev 2)" in told
    assert "had no area code; the office's was put in: 0721 55667" in told
    assert "Not listed: 1 number that a family" in told


def test_the_terminal_shows_the_first_and_says_how_to_see_all(profile: CliProfile) -> None:
    lines = "".join(f"datev;{n};Test {n};55{n:04};{n}\n" for n in range(30))
    book = "source;id;name;number;client_number\n" + lines
    profile.done("contacts", "import", profile.file("many.csv", book))
    told = profile.done("contacts", "report")
    assert told.count("the office's was put in") == 10
    assert "and 20 more; --all shows them" in told
    everything = profile.done("contacts", "report", "--all")
    assert everything.count("the office's was put in") == 30
    assert "more; --all" not in everything


def test_strangers_on_one_number_come_by_how_many_they_are(profile: CliProfile) -> None:
    names = ["Klein", "Groß", "Lang", "Kurz", "Breit", "Schmal", "Hoch"]
    people = [("0721 1111", name) for name in names[:2]]
    people += [("0721 2222", name) for name in names[:4]]
    people += [("0721 3333", name) for name in names]
    lines = "".join(f"datev;{at};{name};{n};person\n" for at, (n, name) in enumerate(people))
    book = "source;id;name;number;kind\n" + lines
    profile.done("contacts", "import", profile.file("many.csv", book))
    told = profile.done("contacts", "report")
    assert told.index("0721 3333") < told.index("0721 2222") < told.index("0721 1111")
    assert "Breit (datev 10), Groß (datev 7), Hoch (datev 12) and 4 more" in told
    found = profile.json("contacts", "report")["findings"]
    assert [len(each["contacts"]) for each in found] == [7, 4, 2]


def test_an_active_client_whose_addressee_is_inactive_comes_first(profile: CliProfile) -> None:
    lost = Contact(
        ref=ContactRef(Source.DATEV, "1"),
        name="Müller KG",
        active=False,
        client_number="10001",
        client_state=ClientState.ACTIVE,
    )
    with profile.store() as store, store.contacts.load(Source.DATEV, DialPlan(), NOON) as load:
        load.add(lost)
    (found,) = profile.json("contacts", "report")["findings"]
    assert (found["fault"], found["contacts"][0]["client_state"]) == ("inactive-client", "active")


def test_a_spreadsheet_can_be_worked_through(profile: CliProfile, tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    told = profile.run("contacts", "report", "--csv", str(file))
    assert (told.exit_code, told.stdout) == (0, "")
    assert file.read_bytes().startswith(b"\xef\xbb\xbffault;client_number;name;")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = [*csv.DictReader(stream, delimiter=";")]
    assert f"{len(rows)} lines written" in told.stderr
    assert [row["id"] for row in rows if row["fault"].startswith("The same name")] == ["3", "2"]
    (trap,) = [row for row in rows if row["id"] == "12"]
    assert trap["name"] == "'=cmd|' /C calc'!A0"
    assert (trap["number"], trap["client_number"]) == ("'+-1", "'@1")
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_replaced_unasked(profile: CliProfile, tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_text("mine")
    assert "--force" in profile.failed(1, "contacts", "report", "--csv", str(file))
    assert file.read_text() == "mine"
    profile.done("contacts", "report", "--csv", str(file), "--force")
    assert file.read_text("utf-8-sig").startswith("fault;")
    assert "no folder" in profile.failed(1, "contacts", "report", "--csv", str(file / "x" / "y"))
    assert "is a folder" in profile.failed(1, "contacts", "report", "--csv", str(tmp_path))
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_two_forms_at_once_are_wrong_usage(profile: CliProfile) -> None:
    assert "not both" in profile.failed(2, "contacts", "report", "--json", "--csv", "x.csv")


def test_without_contacts_of_datev_the_way_to_them_is_shown(tmp_path: Path) -> None:
    profile = CliProfile(tmp_path / "empty")
    told = profile.run("contacts", "report")
    assert (told.exit_code, told.stdout) == (0, "")
    assert "There are no contacts of DATEV" in told.stderr
    assert profile.json("contacts", "report")["findings"] == []


def test_nothing_to_mend_is_said(profile: CliProfile) -> None:
    book = "source;id;name;number\ndatev;1;Test;0721 12345\n"
    profile.done("contacts", "import", profile.file("good.csv", book))
    assert "There is nothing to mend." in profile.done("contacts", "report")


def test_a_name_cannot_move_the_cursor(profile: CliProfile) -> None:
    book = "source;id;name;number;client_number\ndatev;1;Test\x1b[2J;55\x1b[2J;\x1b[1m\n"
    profile.done("contacts", "import", profile.file("bad.csv", book))
    assert "\x1b" not in profile.done("contacts", "report", "--all")
