"""The `filter` and `select` parameters of DATEVconnect.

`timestamp gt 2025-02-11T09:00:00 and status eq 'active'`: comparisons joined with `and`. A time
knows eq, gt, ge, lt, le; a text eq, contains, startswith (also written `contains(field, 'x')`);
anything else eq only. Quotes around a value are optional where it has no blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Any


class BadQuery(ValueError):
    """A parameter that DATEVconnect answers with 400."""


class Kind(StrEnum):
    """How a field can be compared."""

    TIME = "time"
    TEXT = "text"
    EXACT = "exact"


ADDRESSEE_FIELDS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            "current_short_name",
            "surrogate_name",
            "current_company_name",
            "current_surname",
            "firstname",
            "eu_vat_id_number",
            "tax_identification_number",
            "etin",
        ),
        Kind.TEXT,
    ),
    **dict.fromkeys(
        (
            "date_of_birth",
            "date_of_foundation",
            "eu_vat_id_country_code",
            "sex",
            "current_legal_form_id",
            "status",
            "type",
        ),
        Kind.EXACT,
    ),
    "timestamp": Kind.TIME,
}
CLIENT_FIELDS: dict[str, Kind] = {
    **dict.fromkeys(("name", "differing_name"), Kind.TEXT),
    **dict.fromkeys(
        ("id", "number", "type", "status", "natural_person_id", "legal_person_id"), Kind.EXACT
    ),
    "timestamp": Kind.TIME,
}
DELETION_FIELDS: dict[str, Kind] = {"id": Kind.EXACT, "timestamp": Kind.TIME}

_OPERATORS = {
    Kind.TIME: frozenset({"eq", "gt", "ge", "lt", "le"}),
    Kind.TEXT: frozenset({"eq", "contains", "startswith"}),
    Kind.EXACT: frozenset({"eq"}),
}
_VALUE = r"(?:'((?:[^']|'')*)'|([^\s()']+))"
_COMPARISON = re.compile(
    rf"\s*(?:(\w+)\s*\(\s*(\w+)\s*,\s*{_VALUE}\s*\)|(\w+)\s+(\w+)\s+{_VALUE})\s*(?:\band\b|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One comparison of a filter."""

    field: str
    operator: str
    value: str
    kind: Kind

    def holds(self, entity: Mapping[str, Any], zone: tzinfo | None) -> bool:
        """Whether it is true of an entity; never true where the field is missing."""
        if self.field not in entity:
            return False
        found = str(entity[self.field])
        if self.kind is Kind.TIME:
            return self.holds_at(found, zone)
        return _MATCH[self.operator](found.casefold(), self.value.casefold())

    def holds_at(self, stamp: str, zone: tzinfo | None) -> bool:
        """Whether it is true of a time; where both name an offset, nothing is ambiguous."""
        found, wanted = _moment(stamp), _moment(self.value)
        if found.tzinfo is None or wanted.tzinfo is None:
            found, wanted = wall_clock(stamp, zone), wall_clock(self.value, zone)
        return _ORDER[self.operator](found, wanted)


def parse_filter(text: str, fields: Mapping[str, Kind]) -> tuple[Comparison, ...]:
    """Read a filter. Raises BadQuery naming what is wrong with it."""
    found = []
    position = 0
    while position < len(text):
        match = _COMPARISON.match(text, position)
        if match is None:
            raise BadQuery(f"the filter is not understood from {text[position:]!r} on")
        found.append(_comparison(match, fields))
        position = match.end()
    if not found or re.search(r"\band\s*$", text, re.IGNORECASE):
        raise BadQuery("the filter lacks a comparison")
    return tuple(found)


def _comparison(match: re.Match[str], fields: Mapping[str, Kind]) -> Comparison:
    function, of, quoted, bare, field, operator, quoted_too, bare_too = match.groups()
    name, how = (of, function) if function else (field, operator)
    values = (quoted, bare) if function else (quoted_too, bare_too)
    value = values[0].replace("''", "'") if values[0] is not None else values[1]
    kind = fields.get(name)
    if kind is None:
        raise BadQuery(f"the field {name!r} cannot be filtered")
    if how.lower() not in _OPERATORS[kind]:
        raise BadQuery(f"the field {name!r} does not know the operator {how!r}")
    if kind is Kind.TIME:
        wall_clock(value, None)
    return Comparison(field=name, operator=how.lower(), value=value, kind=kind)


def wall_clock(text: str, zone: tzinfo | None) -> datetime:
    """A time as DATEV's wall clock shows it; one with a zone is converted. Raises BadQuery."""
    moment = _moment(text)
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def parse_expand(text: str, known: Collection[str]) -> frozenset[str]:
    """What to show beside the fields of lists. Raises BadQuery for what cannot be expanded."""
    names = {name.strip() for name in text.split(",") if name.strip()}
    unknown = names - {*known, "*"}
    if unknown:
        raise BadQuery(f"{min(unknown)!r} cannot be expanded")
    return frozenset(known) if "*" in names else frozenset(names)


@lru_cache(maxsize=1024)
def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadQuery(f"{text!r} is no date-time") from error


def parse_select(text: str | None) -> frozenset[str] | None:
    """The fields to show, or None for all. Raises BadQuery if the list is empty."""
    if text is None:
        return None
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise BadQuery("select names no field")
    return names


_ORDER: dict[str, Callable[[datetime, datetime], bool]] = {
    "eq": datetime.__eq__,
    "gt": datetime.__gt__,
    "ge": datetime.__ge__,
    "lt": datetime.__lt__,
    "le": datetime.__le__,
}
_MATCH: dict[str, Callable[[str, str], bool]] = {
    "eq": str.__eq__,
    "contains": str.__contains__,
    "startswith": str.startswith,
}
