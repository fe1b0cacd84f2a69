"""What both sides agreed on: class and interface ids, names, numbers and types (DATEV CTI).

The numbers of the notification methods are not known; who calls them has to ask by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from datev_connector.simulators.datev.record import FIELDS, TEXT_FIELDS, TIME_FIELDS, Method

DATEV_CLASS: Final = "{A299D197-E7C3-43E2-8ACC-C608FC2A7806}"
"""`DatevTelefonie`: what DATEV puts into the Running Object Table."""
BUDDY_CLASS: Final = "{D8CA0C15-8585-494A-93DF-07D706629793}"
"""`BuddyAdapter`: what the telephony program puts there."""

DATA_INTERFACE: Final = "{A4F23D58-64A0-412B-8A9A-0088026DC967}"
CONTROL_INTERFACE: Final = "{867665AF-5040-4134-8D8D-3B7E9013EA12}"
NOTIFICATION_INTERFACE: Final = "{2C706C43-A0E8-4B18-98C2-BF1629AAD7C4}"

PROPERTY_IDS: Final = {name: number for number, name in enumerate(FIELDS, start=1)}
METHOD_IDS: Final = {method.value: number for number, method in enumerate(Method, start=1)}


class VariantType(StrEnum):
    """The types that a property may have."""

    TEXT = "BSTR"
    WHOLE = "I4"
    DATE = "DATE"


VARIANT_NUMBERS: Final = {VariantType.WHOLE: 3, VariantType.DATE: 7, VariantType.TEXT: 8}
VARIANT_NAMES: Final = {0: "EMPTY", 1: "NULL", 2: "I2", 5: "R8", 9: "DISPATCH", 11: "BOOL"} | {
    number: kind.value for kind, number in VARIANT_NUMBERS.items()
}

PROPERTY_TYPES: Final = {
    **dict.fromkeys(FIELDS, VariantType.WHOLE),
    **dict.fromkeys(TEXT_FIELDS, VariantType.TEXT),
    **dict.fromkeys(TIME_FIELDS, VariantType.DATE),
}


def find_id(numbers: Mapping[str, int], name: str) -> int | None:
    """The number of a name; capitals do not matter, as everywhere in automation."""
    wanted = name.casefold()
    return next((number for known, number in numbers.items() if known.casefold() == wanted), None)
