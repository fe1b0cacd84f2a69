"""Names under which the module stands by mistake: what is asked for, and what is said of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.starface.module.names import (
    MOST_COMPARED,
    MOST_GUESSES,
    MOST_LISTED,
    STANDARD,
    flaw_of,
    from_list,
    guesses,
)

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=100
).map(str.strip)
BLANK_END = "with a blank at its end"
BLANK_BEGINNING = "with a blank at its beginning"
BLANKS = "with blanks inside"
CASE = "in other upper and lower case"


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        (f"{STANDARD} ", BLANK_END),
        (f" {STANDARD}", BLANK_BEGINNING),
        (f" {STANDARD} ", f"{BLANK_BEGINNING}, {BLANK_END}"),
        (f"{STANDARD}\u00a0", BLANK_END),
        ("DATEV Connector for STARFACE", BLANKS),
        ("DATEV Connector for STARFACE ", f"{BLANK_END}, {BLANKS}"),
        ("datevconnectorforstarface", CASE),
        ("DATEVConnectorForStarface", CASE),
        ("Datev Connector for Starface", f"{BLANKS}, {CASE}"),
        ("DATEV-Connector-for-STARFACE", "with other signs between its words"),
        (f"{STANDARD} 2", 'with "2" behind it'),
        (f"{STANDARD}_1", 'with "_1" behind it'),
        ("DATEV Test", "another configuration of the module"),
        ("", "another configuration of the module"),
    ],
)
def test_what_is_wrong_with_a_name(name: str, flaw: str) -> None:
    assert flaw_of(name, STANDARD) == flaw


def test_nothing_is_wrong_with_the_right_name() -> None:
    assert flaw_of(STANDARD, STANDARD) == ""


@given(st.text(), NAMES)
def test_every_other_name_has_a_flaw(name: str, wanted: str) -> None:
    assert bool(flaw_of(name, wanted)) is (name != wanted)


@pytest.mark.parametrize(
    "name",
    [
        f"{STANDARD} ",
        f" {STANDARD}",
        "DATEV Connector for STARFACE",
        "DATEV Connector for STARFACE ",
        "DATEVConnector for STARFACE",
        "DATEV ConnectorforSTARFACE",
        "datevconnectorforstarface",
        "DATEVCONNECTORFORSTARFACE",
        "DATEVConnectorForSTARFACE",
        "DATEVConnectorForStarface",
        "DatevConnectorForStarface",
        "DATEVConnectorforStarface",
        "Datev Connector for Starface",
        "DATEV connector for STARFACE",
        "DATEV-Connector-for-STARFACE",
        f"{STANDARD}1",
        f"{STANDARD} 2",
        "DATEV Connector",
    ],
)
def test_likely_names_are_asked_for(name: str) -> None:
    assert name in guesses(STANDARD)


def test_a_blank_that_nobody_sees_is_asked_for_first() -> None:
    assert guesses(STANDARD)[:2] == (f"{STANDARD} ", f" {STANDARD}")


def test_another_name_in_the_settings_may_be_the_mistake() -> None:
    assert guesses("DATEVConectorforSTARFACE")[0] == STANDARD


@given(NAMES)
def test_few_are_asked_for_each_once_and_never_the_right_one(wanted: str) -> None:
    names = guesses(wanted)
    assert len(names) == len(set(names)) <= MOST_GUESSES
    assert wanted not in names
    assert all(name.strip() for name in names)
    assert all(flaw_of(name, wanted) for name in names)


def test_all_guesses_for_the_usual_name_are_asked_for() -> None:
    assert "DATEV" in guesses(STANDARD), "the last one is not cut off"


# --- what the PBX lists ---------------------------------------------------------------------------


def test_of_a_list_the_likeliest_come_first() -> None:
    listed = ["Mailbox", "Kanzlei DATEV", "DATEVCONNECTORforSTARFACE", f"{STANDARD} ", STANDARD]
    names = from_list(listed, STANDARD)
    assert set(names[:2]) == {f"{STANDARD} ", "DATEVCONNECTORforSTARFACE"}
    assert names[0] == f"{STANDARD} "
    assert STANDARD not in names
    assert set(names) == {*listed} - {STANDARD}


def test_a_likely_name_is_found_at_the_end_of_an_endless_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[str] = []

    def letters(name: str) -> str:
        looked_at.append(name)
        return "".join(filter(str.isalnum, name)).casefold()

    monkeypatch.setattr("datev_connector.starface.module.names._letters", letters)
    listed = [f"Queue {at}" for at in range(50_000)]
    names = from_list([*listed, f"{STANDARD} "], STANDARD)
    assert names[0] == f"{STANDARD} "
    assert len(names) == MOST_LISTED
    assert len(looked_at) <= MOST_COMPARED + MOST_GUESSES + 1


def test_a_name_that_nobody_types_is_not_asked_for() -> None:
    assert from_list([f"{STANDARD} {'x' * 100_000}", "Kanzlei"], STANDARD) == ("Kanzlei",)


@given(st.lists(NAMES, max_size=40), NAMES)
def test_of_a_long_list_some_are_asked_for(listed: list[str], wanted: str) -> None:
    names = from_list(listed, wanted)
    assert set(names) <= {*listed} - {wanted}
    assert len(names) == min(len({*listed} - {wanted}), MOST_LISTED)
