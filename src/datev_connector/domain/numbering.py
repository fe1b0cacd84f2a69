"""The world's numbering plans: country codes, lengths, area codes, and what is a fixed line.

The only place that knows the library `phonenumbers`. Three of its ways are kept from the
rest of the house: it takes `110` for a subscriber (+49110), keeps stray zeros behind the
country code, and drops or glues extensions. So it is only given bare digits with a
country code, and only asked what they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

MAX_DIGITS: Final = 17
"""Longest E.164 form that any country uses, with room for Germany's long direct lines."""

_GERMAN_CODE: Final = "49"
_GERMAN_LENGTHS: Final = range(4, 16)
# Area codes begin with 2 to 9; these do too, but belong to no place: 032, 0700, 0800, 0900.
_GERMAN_FIXED_LINE: Final = re.compile(r"(?!32|700|800|900)[2-9]\d{3,14}")
_GERMAN_MOBILE: Final = re.compile(r"1(?:5\d|6[023489]|7\d)\d{7,8}")
# Emergency calls, the authorities' 115, harmonised 116xxx, directory enquiries, ambulance.
_GERMAN_SPECIAL: Final = re.compile(r"11[025]|116\d{3}|118\d{2,3}|19222")
_EUROPEAN_EMERGENCY: Final = "112"
_AREA_PROBE: Final = "0000000"
_LONGEST_PROBED: Final = 11

_FAULTS: Final = {
    ValidationResult.INVALID_COUNTRY_CODE: "begins with a country code that does not exist",
    ValidationResult.TOO_SHORT: "is too short for a telephone number",
    ValidationResult.TOO_LONG: "is too long for a telephone number",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "is too short for a telephone number",
    ValidationResult.INVALID_LENGTH: "has a length that no telephone number of its country has",
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
    """Return what `full_form` would for plain German numbers, None for all others."""
    if (
        digits.startswith(_GERMAN_CODE)
        and len(digits) - len(_GERMAN_CODE) in _GERMAN_LENGTHS
        and digits[len(_GERMAN_CODE)] != "0"
    ):
        return f"+{digits}"
    return None


def full_form(digits: str, country: str) -> str | Unreadable:
    """Do the work of `standard_form` with the numbering plans of all countries."""
    if len(digits) > MAX_DIGITS + 2:
        return Unreadable(_FAULTS[ValidationResult.TOO_LONG])
    code = country_code(country)
    if digits.startswith(code) and trunk_prefix(country) == "0":
        digits = code + digits.removeprefix(code).lstrip("0")
    return _parsed(f"+{digits}", country)


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


def is_assigned(e164: str) -> bool:
    """Tell whether the number lies in a range that its country has given out."""
    return phonenumbers.is_valid_number(phonenumbers.parse(e164))


def is_bare_mobile(digits: str, country: str) -> bool:
    """Tell whether digits are a mobile number whose leading zero a spreadsheet has lost."""
    return country == "DE" and _GERMAN_MOBILE.fullmatch(digits) is not None


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
    whole = (key + _AREA_PROBE)[: max(len(key), len(country_code(country)) + _LONGEST_PROBED - 1)]
    return phonenumbers.length_of_geographical_area_code(phonenumbers.parse(f"+{whole}"))


def national_format(e164: str, country: str = "DE") -> str:
    """Return a number as people of `country` write it: `0721 12345`, `+43 1 58000`."""
    try:
        parsed = phonenumbers.parse(e164)
    except NumberParseException:
        return e164
    at_home = str(parsed.country_code) == country_code(country)
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)
