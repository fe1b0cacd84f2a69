"""The world's numbering plans: country codes, lengths, area codes, and what is a fixed line.

The only place that knows the library `phonenumbers`. Three of its ways are kept from the
rest of the house: it takes `110` for a subscriber (+49110), keeps stray zeros behind the
country code, and drops or glues extensions. So it is only given bare digits with a
country code, and only asked what they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import phonenumbers
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneMetadata,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)

from datev_connector.domain.wording import worded

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DIGITS: Final = 17
"""Longest E.164 form that any country uses, with room for Germany's long direct lines."""

_LONGEST_CODE: Final = 3
_NEVER: Final = "(?!)"
_GERMAN_CODE: Final = "49"
_GERMAN_LENGTHS: Final = range(4, 16)
# Area codes begin with 2 to 9; these do too, but belong to no place: 032, 0700, 0800, 0900.
_GERMAN_FIXED_LINE: Final = re.compile(r"(?!32|700|800|900)[2-9]\d{3,14}")
_GERMAN_MOBILE: Final = re.compile(r"1(?:5\d|6[023489]|7\d)\d{7,8}")
# Emergency calls, the authorities' 115, harmonised 116xxx, directory enquiries, ambulance.
_GERMAN_SPECIAL: Final = re.compile(r"11[025]|116\d{3}|118\d{2,3}|19222")
_BARE_MOBILES: Final = {
    "DE": _GERMAN_MOBILE,
    "AT": re.compile(r"6(?:[5-8]\d|99)\d{7,8}"),
    "CH": re.compile(r"7[4-9]\d{7}"),
}
_NEIGHBOURS_SPECIAL: Final = {
    "AT": re.compile(r"1(?:[2-4]\d|450|16\d{3}|18\d{2,3})"),
    "CH": re.compile(r"1(?:1[78]|4\d|41[45]|16\d{3}|8\d{2})"),
}
_EUROPEAN_EMERGENCY: Final = "112"
_SHORTEST_BASE: Final = 2
"""Digits of a company's stem behind the area code: real ones have two (0621 60-0)."""
_PROBE_DIGITS: Final = 7
_LONGEST_PROBED: Final = 10
_LONGEST_BEGINNING: Final = 9
"""Digits, country code included, that decide on a number's area code."""

_FAULTS: Final = {
    ValidationResult.INVALID_COUNTRY_CODE: worded("begins with a country code that does not exist"),
    ValidationResult.TOO_SHORT: worded("is too short for a telephone number"),
    ValidationResult.TOO_LONG: worded("is too long for a telephone number"),
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: worded("is too short for a telephone number"),
    ValidationResult.INVALID_LENGTH: worded(
        "has a length that no telephone number of its country has"
    ),
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why digits are no telephone number; continues the sentence "The number ..."."""

    reason: str


def standard_form(digits: str, country: str) -> str | Unreadable:
    """Return the E.164 form (with `+`) of digits that begin with a country code.

    Zeros between country code and area code, as in `49 0 721`, are dropped where the
    country dials a zero before its area codes.
    """
    quick = quick_form(digits)
    return full_form(digits, country) if quick is None else quick


def quick_form(digits: str) -> str | None:
    """Return what `full_form` would for plain numbers with a country code, None for others."""
    if (
        digits.startswith(_GERMAN_CODE)
        and len(digits) - len(_GERMAN_CODE) in _GERMAN_LENGTHS
        and digits[len(_GERMAN_CODE)] != "0"
    ):
        return f"+{digits}"
    return None if digits.startswith(_GERMAN_CODE) else _quick_foreign_form(digits)


def _quick_foreign_form(digits: str) -> str | None:
    abroad = _abroad(digits[:_LONGEST_CODE])
    if abroad is None or len(digits) not in abroad.lengths or abroad.prefix(digits):
        return None
    return f"+{digits}"


@dataclass(frozen=True, slots=True)
class _Abroad:
    """What a country's own numbers look like."""

    lengths: frozenset[int]
    """Digits of its numbers with the country code."""
    prefix: Callable[[str], object]
    """Finds what must be taken off behind the country code."""


# There are a thousand beginnings at most, and asking for one takes a while.
@lru_cache(maxsize=1000)
def _abroad(beginning: str) -> _Abroad | None:
    codes = (int(beginning[:length]) for length in range(1, len(beginning) + 1))
    code = next((code for code in codes if code in COUNTRY_CODE_TO_REGION_CODE), 0)
    if not code or beginning.startswith("0"):
        return None
    region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if metadata is None or metadata.general_desc is None:
        return None
    lengths = frozenset(len(str(code)) + n for n in metadata.general_desc.possible_length)
    taken_off = metadata.national_prefix_for_parsing or _NEVER
    return _Abroad(lengths, re.compile(f"{code}(?:{taken_off})").match)


def full_form(digits: str, country: str) -> str | Unreadable:
    """Do the work of `standard_form` with the numbering plans of all countries."""
    if len(digits) > MAX_DIGITS + 2:
        return Unreadable(_FAULTS[ValidationResult.TOO_LONG])
    code = country_code(country)
    if digits.startswith(code) and trunk_prefix(country) == "0":
        digits = code + digits.removeprefix(code).lstrip("0")
    form = _parsed(f"+{digits}", country)
    while isinstance(form, str) and form[1:] != digits:
        # The library takes off one stray zero at a time.
        digits = form[1:]
        form = _parsed(form, country)
    return form


def national_form(digits: str, country: str) -> str | Unreadable:
    """Return the E.164 form (with `+`) of digits as dialled within `country`."""
    trunk = trunk_prefix(country)
    if trunk == "0" and digits.startswith("0"):
        return standard_form(country_code(country) + digits.lstrip("0"), country)
    if len(digits) > MAX_DIGITS:
        return Unreadable(_FAULTS[ValidationResult.TOO_LONG])
    return _parsed(digits, country)


def _parsed(text: str, country: str) -> str | Unreadable:
    try:
        parsed = phonenumbers.parse(text, country)
    except NumberParseException as fault:
        if fault.error_type == NumberParseException.INVALID_COUNTRY_CODE:
            return Unreadable(_FAULTS[ValidationResult.INVALID_COUNTRY_CODE])
        return Unreadable(_FAULTS[ValidationResult.TOO_SHORT])
    verdict = phonenumbers.is_possible_number_with_reason(parsed)
    if verdict != ValidationResult.IS_POSSIBLE:
        return Unreadable(_FAULTS[verdict])
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def country_code(country: str) -> str:
    """Return the digits that call `country` from abroad; `0` for a country that is none."""
    if country == "DE":
        return _GERMAN_CODE
    return str(phonenumbers.country_code_for_region(country))


def trunk_prefix(country: str) -> str:
    """Return what is dialled before an area code within `country`; empty where nothing is."""
    if country == "DE":
        return "0"
    return phonenumbers.ndd_prefix_for_region(country, strip_non_digits=True) or ""


def is_special(digits: str, country: str) -> bool:
    """Tell whether digits, as dialled without any prefix, call a service and no subscriber."""
    if country == "DE":
        return _GERMAN_SPECIAL.fullmatch(digits) is not None
    return digits == _EUROPEAN_EMERGENCY


def is_short_code(digits: str, country: str) -> bool:
    """Tell whether digits that are no extension call a service of Austria or Switzerland.

    There they begin like extensions do, so whoever knows that they are one must not ask.
    """
    pattern = _NEIGHBOURS_SPECIAL.get(country)
    return pattern is not None and pattern.fullmatch(digits) is not None


def is_assigned(e164: str) -> bool:
    """Tell whether the number lies in a range that its country has given out."""
    return phonenumbers.is_valid_number(phonenumbers.parse(e164))


def is_bare_mobile(digits: str, country: str) -> bool:
    """Tell whether digits are a mobile number whose leading zero a spreadsheet has lost."""
    pattern = _BARE_MOBILES.get(country)
    return pattern is not None and pattern.fullmatch(digits) is not None


def is_fixed_line(key: str, country: str) -> bool:
    """Tell whether a number is a fixed line with an area code of `country`.

    `key` is E.164 digits without `+`. Mobile, service, freephone and nationwide numbers are not.
    """
    code = country_code(country)
    if not key.startswith(code):
        return False
    if country == "DE":
        return _GERMAN_FIXED_LINE.fullmatch(key, len(code)) is not None
    return phonenumbers.number_type(phonenumbers.parse(f"+{key}")) == PhoneNumberType.FIXED_LINE


def area_code_length(key: str, country: str) -> int:
    """Return how many digits the area code of a fixed line of `country` has; 0: none is known.

    `key` is E.164 digits without `+`; what follows the area code may be incomplete.
    """
    longest = len(country_code(country)) + _LONGEST_PROBED
    length = max(len(key), min(len(key) + _PROBE_DIGITS, longest))
    return _area_code_length(key[:_LONGEST_BEGINNING], length)


def stem(key: str, direct: tuple[int, ...], country: str) -> str | None:
    """Return what is left of a fixed line's key without its direct line, beyond the area code.

    `direct`: how many last digits may be the direct line, best guess first. None: nothing is left,
    or the number is no fixed line of `country`.
    """
    if not is_fixed_line(key, country):
        return None
    code = len(country_code(country))
    for length in direct:
        shared = key[: len(key) - length]
        area = area_code_length(shared, country) if len(shared) > code else 0
        if area and len(shared) >= code + area + _SHORTEST_BASE:
            return shared
    return None


# The beginnings of a country's numbers are few, and asking for one takes a while.
@lru_cache(maxsize=8192)
def _area_code_length(beginning: str, length: int) -> int:
    whole = beginning.ljust(length, "0")
    return phonenumbers.length_of_geographical_area_code(phonenumbers.parse(f"+{whole}"))


# A list is painted, and a window brought up to date, far more often than a number is new to it.
@lru_cache(maxsize=2048)
def national_format(e164: str, country: str = "DE") -> str:
    """Return a number as people of `country` write it: `0721 12345`, `+43 1 58000`."""
    try:
        parsed = phonenumbers.parse(e164)
    except NumberParseException:
        return e164
    if str(parsed.country_code) == country_code(country):
        written = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
        if written.startswith(trunk_prefix(country)):
            return written
        # The library leaves the zero off what it takes for no number of the country.
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
