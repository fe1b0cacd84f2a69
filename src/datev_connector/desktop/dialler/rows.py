"""What the dialler lists for a search, and what Enter would dial. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from datev_connector.desktop.ports import DialPreview
from datev_connector.domain.contacts import Contact, Medium, StoredNumber
from datev_connector.domain.numbers import national_format
from datev_connector.texts.language import Language

_ORDER = (Medium.PHONE, Medium.MOBILE, Medium.OTHER, Medium.FAX)
MOST_NAMES = 3
"""Names beside the number in the preview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One number of one contact."""

    name: str
    client_number: str
    shown: str
    """The number in national form, as far as its source has standardised it."""
    medium: Medium
    text: str
    """What is dialled: as the source holds it, to be read by the dial plan."""


def rows_of(contacts: Iterable[Contact]) -> tuple[Row, ...]:
    """Return a row for each number: contacts in their order, telephones before fax."""
    return tuple(row for contact in contacts for row in _rows(contact))


def _rows(contact: Contact) -> Iterator[Row]:
    seen = set[str]()
    for one in sorted(contact.numbers, key=_rank):
        shown = _shown(one)
        if shown in seen or not shown:
            continue
        seen.add(shown)
        yield Row(
            name=contact.name,
            client_number=contact.client_number,
            shown=shown,
            medium=one.medium,
            text=one.standardised or one.number,
        )


def _rank(number: StoredNumber) -> tuple[int, bool]:
    return _ORDER.index(number.medium), not number.main


def _shown(number: StoredNumber) -> str:
    digits = number.standardised.removeprefix("00")
    if digits != number.standardised and digits.isdecimal():
        return national_format(f"+{digits}")
    return number.number.strip()


def is_number(text: str) -> bool:
    """Tell whether a typed text is meant as a number: it has digits and no letters."""
    return any(one.isdigit() for one in text) and not any(one.isalpha() for one in text)


def first_choice(text: str, rows: tuple[Row, ...]) -> int | None:
    """Return the row that is chosen by itself; None: none, a typed number is dialled as it is."""
    return None if is_number(text) or not rows else 0


def medium_word(medium: Medium, language: Language) -> str:
    """Say what a number is for."""
    words = {
        Medium.PHONE: language.say("Phone"),
        Medium.MOBILE: language.say("Mobile"),
        Medium.FAX: language.say("Fax"),
        Medium.OTHER: language.say("Other"),
    }
    return words[medium]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewWords:
    """What the preview says."""

    heading: str
    """What will be dialled, or why nothing can be."""
    detail: str = ""
    """The digits, and who has the number."""
    dialable: bool = False


def preview_words(preview: DialPreview, language: Language) -> PreviewWords:
    """Word what would happen with a number."""
    if preview.refused or not preview.dialled:
        reason = language.tell(preview.refused)
        if not reason:
            return PreviewWords(heading=language.say("This cannot be dialled."))
        return PreviewWords(
            heading=language.say("This cannot be dialled: {reason}.", reason=reason)
        )
    names = ", ".join(preview.names[:MOST_NAMES])
    digits = language.say("Digits: {digits}", digits=preview.dialled)
    return PreviewWords(
        heading=language.say("Will be dialled: {number}", number=preview.shown or preview.dialled),
        detail=f"{digits} · {names}" if names else digits,
        dialable=True,
    )
