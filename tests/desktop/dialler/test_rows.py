from __future__ import annotations

import pytest

from datev_connector.desktop.dialler.rows import (
    first_choice,
    is_number,
    medium_word,
    preview_words,
    rows_of,
)
from datev_connector.desktop.ports import DialPreview
from datev_connector.domain.contacts import Contact, ContactRef, Medium, Source, StoredNumber
from datev_connector.domain.wording import worded
from datev_connector.texts.language import Language


def contact(*numbers: StoredNumber) -> Contact:
    ref = ContactRef(Source.DATEV, "a1")
    return Contact(ref=ref, name="Müller GmbH", client_number="10234", numbers=numbers)


def test_each_number_is_a_row_telephones_first_and_fax_last() -> None:
    rows = rows_of(
        [
            contact(
                StoredNumber(number="0721 98769", medium=Medium.FAX),
                StoredNumber(number="0171 1234567", medium=Medium.MOBILE),
                StoredNumber(number="0721 98761"),
                StoredNumber(number="0721 98760", main=False),
                StoredNumber(number="0721 98762", main=True),
            )
        ]
    )
    # Of telephones the order of the source counts, its main number included.
    assert [row.shown for row in rows][-2:] == ["0171 1234567", "0721 98769"]
    assert {row.medium for row in rows[:3]} == {Medium.PHONE}
    assert rows[0].shown == "0721 98762"
    assert {(row.name, row.client_number) for row in rows} == {("Müller GmbH", "10234")}


def test_a_standardised_number_is_shown_nationally_and_dialled_as_it_is() -> None:
    typed = StoredNumber(number="98 76-0 (Zentrale)", standardised="004972198760")
    (row,) = rows_of([contact(typed)])
    assert (row.shown, row.text) == ("0721 98760", "004972198760")


def test_the_same_number_is_shown_once() -> None:
    one = StoredNumber(number="0721 98760", standardised="004972198760")
    other = StoredNumber(number="0721/98760", standardised="004972198760", medium=Medium.FAX)
    (row,) = rows_of([contact(other, one, StoredNumber(number=" "))])
    assert row.medium is Medium.PHONE


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0721 98760", True),
        ("+49 (721) 9876-0", True),
        ("*21#", True),
        ("12", True),
        ("Müller", False),
        ("Müller 12", False),
        ("", False),
        ("+", False),
    ],
)
def test_digits_without_letters_are_meant_as_a_number(text: str, number: bool) -> None:
    assert is_number(text) is number


def test_a_name_chooses_its_first_hit_and_a_number_itself() -> None:
    rows = rows_of([contact(StoredNumber(number="0721 98760"))])
    assert first_choice("Mül", rows) == 0
    assert first_choice("0721", rows) is None
    assert first_choice("Mül", ()) is None


def test_the_preview_says_exactly_what_will_be_dialled(german: Language) -> None:
    preview = DialPreview(
        dialled="0004972198760",
        shown="0721 98760",
        names=("Müller GmbH", "Meier", "Schulz", "Schmidt"),
    )
    words = preview_words(preview, german)
    assert words.heading == "Gewählt wird: 0721 98760"
    assert words.detail == "Ziffern: 0004972198760 · Müller GmbH, Meier, Schulz"
    assert words.dialable


def test_the_preview_says_why_nothing_can_be_dialled(german: Language) -> None:
    refused = DialPreview(dialled="", shown="x", refused=worded("there is no number to dial"))
    words = preview_words(refused, german)
    assert words.heading == "Nicht wählbar: es gibt keine Nummer, die sich wählen ließe."
    assert not words.dialable
    assert not preview_words(DialPreview(dialled="", shown=""), german).dialable


def test_every_medium_has_a_word_of_its_own(german: Language, english: Language) -> None:
    for language in (german, english):
        assert len({medium_word(medium, language) for medium in Medium}) == len(Medium)
