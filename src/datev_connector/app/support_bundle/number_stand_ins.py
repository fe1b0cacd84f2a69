"""Stand-ins for telephone numbers: read by the desk as the number itself would be.

An outside number keeps its country and area code and gets other last digits; however it is
written, its stand-in is written the same way. An extension stays an extension of as many digits.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace

from datev_connector.domain import numbering
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.numbers import Dialable, Number, NumberKind, read_caller, to_dial

MOST_EXCHANGED = 7
"""Digits at the end: what is left of a number is shared by thousands."""
KEPT_ABROAD = 4
"""First digits of foreign numbers: country, and roughly where."""
TRIES = 200
WITHHELD = "anonymous"
PLACEHOLDERS = frozenset({"anonymous", "anonym", "unknown", "unbekannt"})
"""What PBXs send in the place of a number or name."""


class NumberStandIns:
    """Finds stand-ins for the numbers of one bundle."""

    def __init__(self, plan: DialPlan, taken: Iterable[str] = ()) -> None:
        """`plan`: of the office, with all accounts; `taken`: digits that are somebody's."""
        self._plan = self.plan = plan
        self._without_extensions = replace(plan, internal_digits=0, accounts=frozenset())
        self._taken = set(taken)
        self._by_digits: dict[str, str] = {}
        self._by_text: dict[str, str] = {}
        accounts = frozenset(self._short(one) for one in sorted(plan.accounts))
        self.plan = replace(plan, accounts=accounts)
        """That of the stand-ins: with their accounts."""

    def of(self, text: str) -> str:
        """Return the stand-in of a number, however it is written."""
        known = self._by_text.get(text)
        if known is None:
            known = self._by_text[text] = self._found(text)
        return known

    def of_digits(self, digits: str) -> str:
        """Return the stand-in of E.164 digits without `+`, or of what is dialled as it is."""
        if read_caller(f"+{digits}", self._plan).digits == digits:
            return self._long(digits)
        return self.of(digits)

    def _found(self, text: str) -> str:
        read = read_caller(text, self._plan)
        match read.kind:
            case NumberKind.ANONYMOUS:
                return self._withheld(text)
            case NumberKind.SPECIAL:
                return text if text.strip().isdecimal() else read.digits
            case NumberKind.INTERNAL:
                return self._written_with(text, read.digits, self._short(read.digits))
            case NumberKind.EXTERNAL:
                return self._external(text, read)
            case NumberKind.UNPARSEABLE:
                return self._unread(text)

    def _withheld(self, text: str) -> str:
        harmless = text.strip().casefold() in PLACEHOLDERS or not any(map(str.isalnum, text))
        return text if harmless or not text.strip("0") else self._counted(WITHHELD)

    def _external(self, text: str, read: Number) -> str:
        assert read.e164 is not None  # noqa: S101 - external numbers have one
        digits = self._long(read.digits)
        written = self._written_with(text, read.digits, digits)
        return written if read_caller(written, self.plan).digits == digits else f"+{digits}"

    def _unread(self, text: str) -> str:
        """What no caller has, and a person may dial all the same."""
        target = to_dial(text, self._plan)
        if isinstance(target, Dialable):
            if target.e164 is not None:
                return f"+{self._long(target.e164[1:])}"
            if target.kind is NumberKind.SPECIAL:
                return target.number
            return self._short(target.number)
        if any(map(str.isdecimal, text)):
            return self._same_shape(text)
        return self._counted("number")

    def _same_shape(self, text: str) -> str:
        """What is as useless for the same reason."""
        reasons = read_caller(text, self._plan).reason, to_dial(text, self._plan)
        for _ in range(TRIES):
            made = "".join(map(_veiled, text))
            if made in self._taken:
                continue
            if (read_caller(made, self.plan).reason, to_dial(made, self.plan)) == reasons:
                return made
        return self._counted("number")

    def _counted(self, word: str) -> str:
        """A new word, and letters that say which it is: digits could be dialled."""
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(len(self._by_text)))
        return f"{word} {letters}"

    # --- digits -----------------------------------------------------------------------------------

    def _long(self, digits: str) -> str:
        """The stand-in of an outside number; E.164 digits without `+`."""
        known = self._by_digits.get(digits)
        if known is None:
            known = self._by_digits[digits] = self._long_made(digits)
            self._taken.add(known)
        return known

    def _long_made(self, digits: str) -> str:
        kept = digits[: len(digits) - self._exchanged(digits)]
        made = digits
        for _ in range(TRIES):
            made = kept + _random_digits(len(digits) - len(kept))
            if self._serves(made, digits):
                break
        return made

    def _exchanged(self, digits: str) -> int:
        """How many last digits of a number are exchanged: never those of its area code."""
        code, kept = numbering.country_code(self._plan.country), KEPT_ABROAD
        if digits.startswith(code):
            kept = len(code) + numbering.area_code_length(digits, self._plan.country)
        return max(1, min(MOST_EXCHANGED, len(digits) - kept))

    def _serves(self, made: str, digits: str) -> bool:
        if made in self._taken or made in self._by_digits or made == digits:
            return False
        country = self._plan.country
        alike = numbering.is_fixed_line(made, country) is numbering.is_fixed_line(digits, country)
        return alike and read_caller(f"+{made}", self.plan).e164 == f"+{made}"

    def _short(self, digits: str) -> str:
        """The stand-in of what is dialled as it is."""
        known = self._by_digits.get(digits)
        if known is None:
            known = self._by_digits[digits] = self._short_made(digits)
            self._taken.add(known)
        return known

    def _short_made(self, digits: str) -> str:
        """As many digits; where too few are left for that, the same may stand for two."""
        local = read_caller(digits, self._without_extensions)
        if local.completed and local.digits.endswith(digits):
            # By another plan, which may come later, it is a local number of the office's area.
            return self._long(local.digits)[-len(digits) :]
        made = digits
        for _ in range(TRIES):
            made = "".join(_other(c) if c.isdecimal() else c for c in digits)
            known = made in self._taken or made in self._by_digits
            if not known and not numbering.is_special(made, self._plan.country):
                break
        return made

    def _written_with(self, text: str, digits: str, made: str) -> str:
        """The text with the digits at its end exchanged as those of the number were."""
        places = [place for place, character in enumerate(text) if character.isdecimal()]
        changed = len(digits) - _same_beginning(digits, made)
        written = "".join(text[place] for place in places)
        if any(map(str.isalpha, text)) or changed > len(places) or not changed:
            return made
        if not written.endswith(digits[-changed:]):
            return made
        exchanged = list(text)
        for place, digit in zip(places[-changed:], made[-changed:], strict=True):
            exchanged[place] = digit
        return "".join(exchanged)


def _same_beginning(one: str, other: str) -> int:
    for place, (a, b) in enumerate(zip(one, other, strict=True)):
        if a != b:
            return place
    return len(one)


def _random_digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


def _other(digit: str) -> str:
    """Another digit; a zero stays, since it says how a number is to be read."""
    return digit if digit == "0" else secrets.choice("123456789")


def _veiled(character: str) -> str:
    if character.isdecimal():
        return _other(character)
    return "x" if character.isalpha() else character
