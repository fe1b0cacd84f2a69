from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.domain.contacts import (
    ClientState,
    Contact,
    ContactRef,
    Source,
    StoredNumber,
)
from datev_connector.domain.dial_plan import DialPlan
from tests.app.cli_profile import NOON, CliProfile

BOOK = """source;id;name;number;medium;active;client_number
datev;1;Probebau GmbH;0721 / 1234-0;phone;1;10001
datev;2;Anna Berger;0170 1234567;mobile;1;
starface;7;Berger privat;0170 1234567;mobile;1;
datev;3;Fax AG;0721 99999;fax;1;
datev;4;Alt KG;0170 1234567;phone;0;
"""


@pytest.fixture
def profile(tmp_path: Path) -> CliProfile:
    profile = CliProfile(tmp_path / "profile")
    profile.done("contacts", "import", profile.file("book.csv", BOOK))
    return profile


def test_the_object_has_exactly_the_keys_of_the_contract(profile: CliProfile) -> None:
    assert profile.json("lookup", "072112340") == {
        "number": "072112340",
        "kind": "external",
        "e164": "+4972112340",
        "rule": "exact",
        "choice": "automatic",
        "contact": "1",
        "candidates": [
            {
                "id": "1",
                "source": "datev",
                "name": "Probebau GmbH",
                "number": "0721 / 1234-0",
                "rule": "exact",
                "client_number": "10001",
                "client_state": "none",
                "active": True,
            }
        ],
        "rejected": [],
    }


def test_a_loser_is_told_with_name_and_number(profile: CliProfile) -> None:
    (loser,) = profile.json("lookup", "0721 99999")["rejected"]
    assert loser == {
        "id": "3",
        "reason": "the number is stored as fax, not as a telephone",
        "source": "datev",
        "name": "Fax AG",
        "number": "0721 99999",
    }
    told = profile.done("lookup", "0721 99999")
    assert "Fax AG (datev 3) - stored: 0721 99999 - the number is stored as fax" in told


def test_who_is_no_longer_active_is_shown_as_such(profile: CliProfile) -> None:
    book = "source;id;name;number;active;client_number\ndatev;5;Nur Alt KG;0171 7654321;0;10077\n"
    profile.done("contacts", "import", profile.file("former.csv", book))
    found = profile.json("lookup", "0171 7654321")
    assert (found["contact"], found["candidates"][0]["active"]) == (None, False)
    told = profile.done("lookup", "0171 7654321")
    assert "Contact:  nobody; those who fit are no longer active" in told
    assert "Nur Alt KG (client 10077, datev 5, no longer active) - stored: 0171 7654321" in told


def test_the_state_of_a_client_is_told(profile: CliProfile) -> None:
    client = Contact(
        ref=ContactRef(Source.DATEV, "8"),
        name="Test",
        client_number="10008",
        client_state=ClientState.ACTIVE,
        numbers=(StoredNumber(number="0721 8888"),),
    )
    with profile.store() as store, store.contacts.load(Source.DATEV, DialPlan(), NOON) as load:
        load.add(client)
    assert profile.json("lookup", "0721 8888")["candidates"][0]["client_state"] == "active"
    assert "Test (client 10008, datev 8, active client)" in profile.done("lookup", "0721 8888")


def test_an_unknown_caller_is_whom_he_was_said_to_be(profile: CliProfile) -> None:
    profile.done("contacts", "choose", "0151 12345678", "1")
    found = profile.json("lookup", "004915112345678")
    assert (found["rule"], found["choice"], found["contact"]) == ("none", "automatic", "1")
    assert [each["rule"] for each in found["candidates"]] == ["none"]
    told = profile.done("lookup", "004915112345678")
    assert "Contact:  Probebau GmbH (client 10001, datev 1)" in told
    assert "Probebau GmbH (client 10001, datev 1) - said to call from here" in told


def test_a_choice_that_counts_no_more_is_said_to(profile: CliProfile) -> None:
    with profile.store() as store:
        store.choices.learn("+491701234567", ContactRef(Source.DATEV, "99"), NOON)
    told = profile.done("lookup", "0170 1234567")
    assert "a contact that is no longer in the index (datev 99), chosen on 02.03.2026" in told
    assert "it does not count here" in told
    assert "the user is asked" in told


def test_a_crowd_is_cut_on_the_terminal_alone(profile: CliProfile) -> None:
    lines = "".join(f"datev;{n};Test {n};0721 4444\n" for n in range(30))
    book = "source;id;name;number\n" + lines
    profile.done("contacts", "import", profile.file("crowd.csv", book))
    assert len(profile.json("lookup", "0721 4444")["candidates"]) == 30
    told = profile.done("lookup", "0721 4444")
    assert told.count("stored: 0721 4444") == 20
    assert "and 10 more; --json names them all" in told


def test_a_name_cannot_move_the_cursor(profile: CliProfile) -> None:
    book = "source;id;name;number\ndatev;1;Test\x1b[2J;0721 4444 \x1b[2J\n"
    profile.done("contacts", "import", profile.file("bad.csv", book))
    assert "\x1b" not in profile.done("lookup", "0721 4444")
    assert "\x1b" not in profile.done("lookup", "0721\x1b[2J")


def test_a_direct_line_is_known_by_the_head_number(profile: CliProfile) -> None:
    found = profile.json("lookup", "+49 721 1234-88")
    assert (found["rule"], found["contact"]) == ("company-stem", "1")
    told = profile.done("lookup", "+49 721 1234-88")
    assert "+49721123488" in told
    assert "head number" in told


def test_several_hits_are_asked_about_and_losers_have_reasons(profile: CliProfile) -> None:
    found = profile.json("lookup", "00491701234567")
    assert (found["choice"], found["contact"]) == ("ask", None)
    assert [each["id"] for each in found["candidates"]] == ["2", "7"]
    assert [each["id"] for each in found["rejected"]] == ["4"]
    assert found["rejected"][0]["reason"]
    told = profile.done("lookup", "00491701234567")
    assert "the user is asked" in told
    for name in ("Anna Berger", "Berger privat", "Alt KG"):
        assert name in told


def test_the_settings_decide(profile: CliProfile) -> None:
    profile.settings("[calls]\nprefer_datev = true\n")
    found = profile.json("lookup", "0170 1234567")
    assert (found["choice"], found["contact"]) == ("automatic", "2")


def test_a_learned_choice_answers_and_is_told(profile: CliProfile) -> None:
    with profile.store() as store:
        store.choices.learn("+491701234567", ContactRef(Source.STARFACE, "7"), NOON)
    found = profile.json("lookup", "0170 1234567")
    assert (found["choice"], found["contact"]) == ("automatic", "7")
    assert "Learned:" in profile.done("lookup", "0170 1234567")


def test_a_new_area_code_reaches_the_contacts_that_are_there(profile: CliProfile) -> None:
    book = "source;id;name;number\nstarface;9;Lokal;55667\n"
    profile.done("contacts", "import", profile.file("local.csv", book))
    assert profile.json("lookup", "072155667")["rule"] == "none"
    profile.settings("[dial_plan]\narea_code = '721'\n")
    assert profile.json("lookup", "072155667")["rule"] == "completed-local"


@pytest.mark.parametrize(
    "number",
    ["0721 / 1234-0", "0721 1234-0 (nur vormittags)", "Tel. 0721 12340", "0721 12340 bis 17 Uhr"],
)
def test_numbers_are_read_as_people_write_them(profile: CliProfile, number: str) -> None:
    found = profile.json("lookup", number)
    assert (found["number"], found["e164"], found["contact"]) == (number, "+4972112340", "1")


@pytest.mark.parametrize("nothing", ["", "  "])
def test_no_number_is_called_so(profile: CliProfile, nothing: str) -> None:
    told = profile.done("lookup", nothing)
    assert "no number was given" in told
    assert "withheld" not in told
    assert "withheld" in profile.done("lookup", "anonymous")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("23", "internal"),
        ("anonymous", "anonymous"),
        ("112", "special"),
        ("hello", "unparseable"),
    ],
)
def test_every_kind_of_number_is_explained(profile: CliProfile, number: str, kind: str) -> None:
    found = profile.json("lookup", number)
    assert (found["kind"], found["choice"], found["e164"]) == (kind, "none", None)
    assert kind in profile.done("lookup", number)
