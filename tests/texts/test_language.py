"""What a language makes of sentences and of the values in them."""

from __future__ import annotations

import gettext
from datetime import UTC, datetime
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.wording import counted, joined, sentence, worded
from datev_connector.texts.language import Language, Tongue

ENTRIES = {
    "It is {what}.": "Es ist {what}.",
    "broken": "kaputt",
    "100 % {sure}": "100 % {sicher}",
    "{number} call": "{number} Anruf",
    "{number} calls": "{number} Anrufe",
    "at {at:%H:%M}, {gigabytes:.1f} GB": "um {at:%H.%M} Uhr, {gigabytes:.1f} GB",
}
ENGLISH = Language.of(Tongue.ENGLISH)


def german() -> Language:
    catalogue = Catalog(locale="de", fuzzy=False)
    for text, said in ENTRIES.items():
        catalogue.add(text, said)
    catalogue.add(("{number} note", "{number} notes"), ("{number} Notiz", "{number} Notizen"))
    out = BytesIO()
    write_mo(out, catalogue)
    out.seek(0)
    return Language(Tongue.GERMAN, gettext.GNUTranslations(out))


GERMAN = german()


def test_values_are_told_as_well() -> None:
    text = worded("It is {what}.", what=worded("broken"))
    assert text == "It is broken."
    assert GERMAN.tell(text) == "Es ist kaputt."
    assert ENGLISH.tell(text) == "It is broken."


def test_what_nobody_has_translated_is_said_in_english() -> None:
    assert GERMAN.say("Nobody knows {this}.", this="that") == "Nobody knows that."
    assert GERMAN.tell("It is {what}.") == "It is {what}."
    assert GERMAN.say("") == ""


def test_without_values_braces_stay() -> None:
    assert GERMAN.say("100 % {sure}") == "100 % {sicher}"
    assert GERMAN.tell(worded("100 % {sure}")) == "100 % {sicher}"


def test_joined_texts_are_told_one_by_one() -> None:
    text = joined(worded("It is {what}.", what="X"), "", "as it is", sentence(worded("broken")))
    assert text == "It is X. as it is broken."
    assert GERMAN.tell(text) == "Es ist X. as it is kaputt."
    assert GERMAN.tell(joined("", worded("broken"))) == "kaputt"
    assert joined() == ""


def test_moments_and_decimals_follow_the_translation() -> None:
    at = datetime(2026, 11, 23, 14, 3, tzinfo=UTC)
    text = worded("at {at:%H:%M}, {gigabytes:.1f} GB", at=at, gigabytes=12.34)
    assert text == "at 14:03, 12.3 GB"
    assert GERMAN.tell(text) == "um 14.03 Uhr, 12,3 GB"
    assert ENGLISH.tell(text) == text


@pytest.mark.parametrize(
    ("number", "english", "said"),
    [
        (1, "1 call", "1 Anruf"),
        (0, "0 calls", "0 Anrufe"),
        (118234, "118234 calls", "118.234 Anrufe"),
    ],
)
def test_amounts_are_told_in_one_or_many(number: int, english: str, said: str) -> None:
    text = counted("{number} call", "{number} calls", number)
    assert text == english
    assert GERMAN.tell(text) == said


def test_counting_knows_both_forms() -> None:
    assert GERMAN.count("{number} note", "{number} notes", 1) == "1 Notiz"
    assert GERMAN.count("{number} note", "{number} notes", 2000) == "2.000 Notizen"
    assert ENGLISH.count("{number} note", "{number} notes", 2000) == "2,000 notes"
    assert ENGLISH.count("{number} note of {who}", "", 1, who="A") == "1 note of A"


def test_only_amounts_are_written_as_amounts() -> None:
    assert GERMAN.say("{port} {number} {flag}", port=58452, number="58452", flag=True) == (
        "58452 58452 True"
    )


@given(st.text())
def test_values_are_never_taken_for_templates(value: str) -> None:
    text = worded("It is {what}.", what=value)
    assert text == f"It is {value}."
    assert GERMAN.tell(text) == f"Es ist {value}."
    assert ENGLISH.tell(text) == text


@given(st.integers(min_value=0))
def test_whole_numbers_keep_their_digits(number: int) -> None:
    for language, separator in ((GERMAN, "."), (ENGLISH, ",")):
        groups = language.whole(number).split(separator)
        assert int("".join(groups)) == number
        assert all(len(group) == 3 for group in groups[1:])
        assert 1 <= len(groups[0]) <= 3


@given(st.recursive(st.text(), lambda inner: st.lists(inner, max_size=3).map(lambda t: joined(*t))))
def test_english_tells_what_was_worded(text: str) -> None:
    assert ENGLISH.tell(text) == text


def test_the_catalogue_of_the_program_is_there() -> None:
    assert Language.of(Tongue.GERMAN).say("today {time}", time="14:03") == "heute 14:03"
