"""What a licence says, as the bytes that are signed: JSON, and back."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from datev_connector.domain.licences import Licence

LONGEST_NAME = 200
MOST_NAMES = 50
MOST_SEATS = 100_000
SHORTEST_DATE = len("2026-01-01")


class NotUnderstood(ValueError):
    """These bytes are no licence of a form that this version knows; the text says why."""


def as_bytes(licence: Licence) -> bytes:
    """Write a licence; the key id stands elsewhere. Raises NotUnderstood, as `from_bytes` would."""
    document = {
        "id": licence.id,
        "product": licence.product,
        "customer": licence.customer,
        "seats": licence.seats,
        "features": [*licence.features],
        "issued": licence.issued.isoformat(),
        "from": licence.valid_from.isoformat(),
        "until": licence.valid_until.isoformat(),
        "pbx": [*licence.pbx],
    }
    written = json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")
    from_bytes(written, licence.key_id)
    return written


def from_bytes(content: bytes, key_id: str) -> Licence:
    """Read a licence whose signature is known to be right. Members that are new are passed over.

    Raises NotUnderstood.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as fault:
        raise NotUnderstood("no JSON") from fault
    if not isinstance(document, dict):
        raise NotUnderstood("no object")
    licence = Licence(
        id=_name(document, "id"),
        product=_name(document, "product"),
        customer=_name(document, "customer"),
        seats=_seats(document.get("seats")),
        features=_names(document, "features"),
        issued=_date(document, "issued"),
        valid_from=_date(document, "from"),
        valid_until=_date(document, "until"),
        pbx=_names(document, "pbx"),
        key_id=key_id,
    )
    if licence.valid_until < licence.valid_from:
        raise NotUnderstood("it would end before it begins")
    return licence


def _name(document: dict[str, Any], member: str) -> str:
    value = document.get(member)
    if not isinstance(value, str) or not value.strip():
        raise NotUnderstood(f"{member} is empty")
    return _printable(value, member)


def _names(document: dict[str, Any], member: str) -> tuple[str, ...]:
    values = document.get(member, [])
    if not isinstance(values, list) or len(values) > MOST_NAMES:
        raise NotUnderstood(f"{member} is no list, or too long")
    return tuple(_name({member: value}, member) for value in values)


def _printable(value: str, member: str) -> str:
    if len(value) > LONGEST_NAME or not value.isprintable():
        raise NotUnderstood(f"{member} is too long, or holds what cannot be printed")
    return value


def _seats(value: object) -> int:
    if type(value) is not int or not 1 <= value <= MOST_SEATS:
        raise NotUnderstood(f"seats must be from 1 to {MOST_SEATS}")
    return value


def _date(document: dict[str, Any], member: str) -> date:
    value = document.get(member)
    if not isinstance(value, str) or len(value) != SHORTEST_DATE:
        raise NotUnderstood(f"{member} is no date")
    try:
        return date.fromisoformat(value)
    except ValueError as fault:
        raise NotUnderstood(f"{member} is no date") from fault
