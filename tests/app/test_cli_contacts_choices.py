from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.domain.contacts import ContactRef, Source
from tests.app.cli_profile import NOON, CliProfile

BOOK = """source;id;name;number;client_number;active
datev;1;Probebau GmbH;0721 / 1234-0;10001;1
datev;2;Alt KG;0170 1234567;;0
starface;7;Berger privat;0170 1234567;;1
"""


@pytest.fixture
def profile(tmp_path: Path) -> CliProfile:
    profile = CliProfile(tmp_path / "profile")
    profile.settings("[dial_plan]\narea_code = '721'\n")
    profile.done("contacts", "import", profile.file("book.csv", BOOK))
    return profile


def learn(profile: CliProfile, *learned: tuple[str, Source, str]) -> None:
    with profile.store() as store:
        for e164, source, contact in learned:
            store.choices.learn(e164, ContactRef(source, contact), NOON)


def test_choices_are_shown_with_whom_they_mean(profile: CliProfile) -> None:
    learn(
        profile,
        ("+4915112345678", Source.DATEV, "1"),
        ("+4972199999", Source.DATEV, "99"),
        ("+43158000", Source.DATEV, "2"),
    )
    assert profile.json("contacts", "choices") == [
        {
            "e164": "+43158000",
            "number": "+43 1 58000",
            "id": "2",
            "source": "datev",
            "since": NOON.astimezone().isoformat(timespec="seconds"),
            "in_index": True,
            "name": "Alt KG",
            "client_number": "",
            "active": False,
        },
        {
            "e164": "+4915112345678",
            "number": "01511 2345678",
            "id": "1",
            "source": "datev",
            "since": NOON.astimezone().isoformat(timespec="seconds"),
            "in_index": True,
            "name": "Probebau GmbH",
            "client_number": "10001",
            "active": True,
        },
        {
            "e164": "+4972199999",
            "number": "0721 99999",
            "id": "99",
            "source": "datev",
            "since": NOON.astimezone().isoformat(timespec="seconds"),
            "in_index": False,
            "name": None,
            "client_number": None,
            "active": None,
        },
    ]
    told = profile.done("contacts", "choices")
    assert "Alt KG (no longer active)" in told
    assert "0721 99999     (no longer in the index)" in told
    assert f"{NOON.astimezone():%d.%m.%Y %H:%M}" in told


def test_without_choices_that_is_said(profile: CliProfile) -> None:
    result = profile.run("contacts", "choices")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nothing was learned" in result.stderr
    assert profile.json("contacts", "choices") == []


@pytest.mark.parametrize(
    "number", ["0721 / 55 66 77", "+49 (0)721 556677", "0049721556677", "556677"]
)
def test_a_choice_is_taught_and_undone_however_the_number_is_written(
    profile: CliProfile, number: str
) -> None:
    told = profile.done("contacts", "choose", number, "1")
    assert told == "Calls from 0721 556677 are Probebau GmbH from now on.\n"
    (choice,) = profile.json("contacts", "choices")
    assert (choice["e164"], choice["id"], choice["source"]) == ("+49721556677", "1", "datev")
    assert profile.done("contacts", "forget", number) == "Forgotten: 0721 556677.\n"
    assert profile.json("contacts", "choices") == []


def test_a_choice_may_be_of_another_source_and_takes_the_place_of_the_last(
    profile: CliProfile,
) -> None:
    profile.done("contacts", "choose", "0170 1234567", "2")
    chosen = profile.json("contacts", "choose", "0170 1234567", "7", "--source", "starface")
    assert (chosen["name"], chosen["source"]) == ("Berger privat", "starface")
    assert [each["id"] for each in profile.json("contacts", "choices")] == ["7"]
    assert profile.json("contacts", "forget", "0170 1234567") == {"forgotten": ["+491701234567"]}


@pytest.mark.parametrize("number", ["23", "", "anonymous", "hello", "112"])
def test_only_outside_numbers_can_be_taught(profile: CliProfile, number: str) -> None:
    told = profile.failed(1, "contacts", "choose", number, "1")
    assert "outside numbers" in told
    assert profile.json("contacts", "choices") == []


def test_nobody_is_chosen_who_is_not_there(profile: CliProfile) -> None:
    told = profile.failed(1, "contacts", "choose", "0721 55667", "4711")
    assert "There is no contact '4711' of the source datev." in told
    assert "contacts search" in told
    assert profile.json("contacts", "choices") == []


def test_what_was_not_learned_cannot_be_forgotten(profile: CliProfile) -> None:
    told = profile.failed(1, "contacts", "forget", "0721 55667")
    assert "Nothing was learned of 0721 55667." in told


def test_all_choices_are_forgotten_only_when_that_is_meant(profile: CliProfile) -> None:
    learn(profile, ("+49721556677", Source.DATEV, "1"), ("+491701234567", Source.DATEV, "2"))
    asked = profile.run("contacts", "choices", "--forget-all", answer="n\n")
    assert (asked.exit_code, len(profile.json("contacts", "choices"))) == (1, 2)
    assert "Forget 2 learned choices?" in asked.stderr
    asked = profile.run("contacts", "choices", "--forget-all", answer="y\n")
    assert (asked.exit_code, asked.stdout) == (0, "Forgotten: 2 choices.\n")
    learn(profile, ("+49721556677", Source.DATEV, "1"))
    forgotten = profile.json("contacts", "choices", "--forget-all", "--yes")
    assert forgotten == {"forgotten": ["+49721556677"]}
    assert profile.json("contacts", "choices") == []
    assert "--forget-all" in profile.failed(2, "contacts", "choices", "--yes")


def test_a_choice_that_gives_way_to_the_one_who_has_the_number_is_said_to(
    profile: CliProfile,
) -> None:
    result = profile.run("contacts", "choose", "0170 1234567", "1")
    assert result.stdout == "Learned for 0170 1234567: Probebau GmbH.\n"
    assert "does not count yet: Berger privat is the one contact that fits" in result.stderr
    lookup = profile.json("lookup", "0170 1234567")
    assert (lookup["contact"], lookup["choice"]) == ("7", "automatic")
