"""Addressees and clients as DATEVconnect gives them (Client Master Data 1.7). Pure.

Absent values are missing keys there; still, any field may be missing, null, of the wrong type or
far too long, and costs then itself and nothing else. Only who has neither name nor id is no use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from datev_connector.domain.contacts import (
    Contact,
    ContactKind,
    ContactRef,
    Medium,
    Source,
    StoredNumber,
)
from datev_connector.domain.master_data import Client, Listed

LONGEST_ID = 200
LONGEST_NAME = 200
LONGEST_NUMBER = 100
LONGEST_NOTE = 100
LONGEST_STAMP = 100
MOST_NUMBERS = 500
MOST_DIGITS = 18
"""Of a client number."""

MEDIA = {"phone": Medium.PHONE, "fax": Medium.FAX, "other": Medium.OTHER}
"""Mobile numbers are phones there; `email` and `url` are no numbers."""
NO_NUMBERS = frozenset({"email", "url"})
KINDS = {"natural_person": ContactKind.PERSON, "legal_person": ContactKind.COMPANY}

Fields = Mapping[str, Any]


def read_listed(value: Any) -> Listed | None:
    """An entry of a list, or of a deletion log; None if it names nothing."""
    if not isinstance(value, dict):
        return None
    listed_id = _id(value.get("id"))
    if not listed_id:
        return None
    stamp = value.get("timestamp")
    usable = isinstance(stamp, str) and len(stamp) <= LONGEST_STAMP
    return Listed(id=listed_id, stamp=_line(stamp) if usable else "")


def read_addressee(value: Any, addressee_id: str) -> Contact | None:
    """The contact in the answer to a request for `addressee_id`.

    None if it has no name, is another one, or no addressee at all.
    """
    if not isinstance(value, dict):
        return None
    own_id = _id(value.get("id"))
    if own_id and own_id.casefold() != addressee_id.casefold():
        return None
    name, kind = _name(value)
    if not name:
        return None
    return Contact(
        ref=ContactRef(Source.DATEV, addressee_id),
        name=name,
        kind=KINDS.get(_word(value.get("type")), kind),
        active=_word(value.get("status")) != "inactive",
        numbers=_numbers(value.get("communications")),
    )


def read_client(value: Any) -> Client | None:
    """A client with the addressee whom it belongs to; None if it has no id, owner or number."""
    if not isinstance(value, dict):
        return None
    client_id, owner = _id(value.get("id")), _owner(value)
    number = _client_number(value.get("number"))
    if not (client_id and owner and number):
        return None
    active = _word(value.get("status")) != "inactive"
    return Client(id=client_id, owner=owner, number=number, active=active)


# --- names ----------------------------------------------------------------------------------------


def _name(fields: Fields) -> tuple[str, ContactKind]:
    """What is shown, and what it says about the kind where `type` does not."""
    company = _text(fields, "current_company_name") or _latest(fields, "company_names")
    family = _text(fields, "current_surname") or _latest(fields, "surnames")
    first = _text(fields, "firstname")
    person = " ".join(filter(None, (first, family))) if family else ""
    if _word(fields.get("type")) == "natural_person" and person:
        return person, ContactKind.PERSON
    if company:
        return company, ContactKind.COMPANY
    if person:
        return person, ContactKind.PERSON
    short = _text(fields, "current_short_name") or _latest(fields, "short_names")
    return _text(fields, "surrogate_name") or first or short, ContactKind.UNKNOWN


def _latest(fields: Fields, name: str) -> str:
    """The value of a history list (`value`, `valid_from`) that began last."""
    history = fields.get(name)
    entries = history if isinstance(history, list) else ()
    known = [
        (_text(entry, "valid_from"), _text(entry, "value"))
        for entry in entries
        if isinstance(entry, dict)
    ]
    return max((each for each in known if each[1]), default=("", ""))[1]


# --- numbers --------------------------------------------------------------------------------------


def _numbers(communications: Any) -> tuple[StoredNumber, ...]:
    found = communications if isinstance(communications, list) else ()
    return tuple(dict.fromkeys(_stored(found[:MOST_NUMBERS])))


def _stored(communications: Any) -> Iterator[StoredNumber]:
    for each in communications:
        if not isinstance(each, dict) or (medium := _medium(each)) is None:
            continue
        typed = _number(each.get("data_content"))
        standardised = _number(each.get("number_standardized"))
        if typed or standardised:
            yield StoredNumber(
                number=typed or standardised,
                standardised=standardised,
                medium=medium,
                note=_line(each.get("note"))[:LONGEST_NOTE],
                main=each.get("is_main_communication") is True,
            )


def _medium(communication: Fields) -> Medium | None:
    kind = _word(communication.get("type"))
    return None if kind in NO_NUMBERS else MEDIA.get(kind, Medium.OTHER)


def _number(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 <= value < 10**LONGEST_NUMBER else ""
    text = _line(value)
    return text if len(text) <= LONGEST_NUMBER else ""


# --- clients --------------------------------------------------------------------------------------


def _owner(fields: Fields) -> str:
    person, company = _id(fields.get("natural_person_id")), _id(fields.get("legal_person_id"))
    if _word(fields.get("type")) == "legal_person":
        return company or person
    return person or company


def _client_number(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 <= value < 10**MOST_DIGITS else ""
    text = _line(value)
    return text if len(text) <= MOST_DIGITS else ""


# --- words ----------------------------------------------------------------------------------------


def _id(value: Any) -> str:
    usable = isinstance(value, str) and len(value) <= LONGEST_ID
    return _line(value) if usable else ""


def _word(value: Any) -> str:
    return value.strip().casefold() if isinstance(value, str) and len(value) < LONGEST_ID else ""


def _text(fields: Fields, name: str) -> str:
    return _line(fields.get(name))[:LONGEST_NAME].rstrip()


def _line(value: Any) -> str:
    """The text on one line, with nothing in it that cannot be seen or kept."""
    if not isinstance(value, str):
        return ""
    if not value.isprintable():
        value = "".join(letter if letter.isprintable() else " " for letter in value)
    return " ".join(value.split())
