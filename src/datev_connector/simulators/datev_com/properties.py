"""Eleven properties as they came over COM, and what of them breaks the contract.

Pure: a property is a VARIANT's type number with its bare value, or the failure of reading it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from datev_connector.simulators.datev.hresult import hresult_text, signed_hresult
from datev_connector.simulators.datev.record import FIELDS
from datev_connector.simulators.datev_com.contract import (
    PROPERTY_TYPES,
    VARIANT_NAMES,
    VARIANT_NUMBERS,
    VariantType,
)
from datev_connector.simulators.datev_com.ole_date import ole_date, wall_clock

GONE: Final = frozenset(
    signed_hresult(code)
    for code in (
        0x800706BA,  # RPC_S_SERVER_UNAVAILABLE
        0x800706BE,  # RPC_S_CALL_FAILED
        0x80010007,  # RPC_E_SERVER_DIED
        0x80010012,  # RPC_E_SERVER_DIED_DNE
        0x80010108,  # RPC_E_DISCONNECTED
        0x800401FD,  # CO_E_OBJNOTCONNECTED
        0x80010113,  # RPC_E_INVALID_IPID
        0x80010114,  # RPC_E_INVALID_OBJECT
        0x800706B5,  # RPC_S_UNKNOWN_IF: Wine, when no object of the kind is left over there
    )
)
"""The other process is gone, or has taken its object back: no breach of the contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property that was read: `type_number` and `value` of a VARIANT, or a failed `hresult`.

    value: text, number or None; a date as the number that it is.
    """

    type_number: int = 0
    value: object = None
    hresult: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadObject:
    """What came of reading a whole object: fields as the checker wants them, and the objections."""

    fields: dict[str, object]
    problems: tuple[str, ...]
    gone: int = 0
    """The failure that says that nobody is there any more; 0 if somebody is."""


def judge_properties(properties: Mapping[str, Property]) -> ReadObject:
    """Make fields of properties; one that cannot be read is left out and objected to."""
    gone = next((one.hresult for one in properties.values() if one.hresult in GONE), 0)
    readable = {name: one for name, one in properties.items() if one.hresult >= 0}
    return ReadObject(
        fields={name: field_of(one) for name, one in readable.items()},
        problems=tuple(_problems(properties)),
        gone=gone,
    )


def field_of(one: Property) -> object:
    """One value in the form of the simulator link; a date in ISO form, if it is one."""
    is_date = one.type_number == VARIANT_NUMBERS[VariantType.DATE]
    if not is_date or not isinstance(one.value, float):
        return one.value
    try:
        return wall_clock(one.value).isoformat()
    except ValueError:
        return None


def property_of(name: str, value: object) -> Property:
    """A value to hand out, in the type that the contract wants where it fits.

    ISO times become dates, None an empty VARIANT; numbers and truth values keep their nature.
    """
    if value is None:
        return Property()
    kind = PROPERTY_TYPES[name]
    if kind is VariantType.DATE and isinstance(value, str):
        value = ole_date(datetime.fromisoformat(value))
    if kind is VariantType.DATE and isinstance(value, float):
        return Property(type_number=VARIANT_NUMBERS[kind], value=value)
    return Property(type_number=_NATURAL[type(value)], value=value)


_NATURAL: Final[dict[type, int]] = {str: 8, bool: 11, int: 3, float: 5}


def _problems(properties: Mapping[str, Property]) -> Iterator[str]:
    for name in FIELDS:
        one = properties.get(name)
        if one is None:
            yield f"{name} was not read"
        elif one.hresult < 0:
            yield f"{name} cannot be read ({hresult_text(one.hresult)})"
        else:
            yield from _type_problems(name, one)


def _type_problems(name: str, one: Property) -> Iterator[str]:
    wanted = PROPERTY_TYPES[name]
    if one.type_number != VARIANT_NUMBERS[wanted]:
        got = VARIANT_NAMES.get(one.type_number, str(one.type_number))
        yield f"{name} is a VARIANT of type {got}, not {wanted}"
    elif wanted is VariantType.DATE and field_of(one) is None:
        yield f"{name} is no date"
