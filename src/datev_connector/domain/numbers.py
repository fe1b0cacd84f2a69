"""Telephone numbers as the PBX sends them, as master data hold them, and as they are dialled.

Every text becomes a `Number`, whatever it holds: what cannot be read says why, in words
that continue "The number ...". Nothing raises, and text of any length is judged in short
time.

Where digits leave room, the most specific reading wins, in this order: an account of the
PBX, a special number, an extension by its length, an international number, a national
one, a local one completed with the office's own area code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from datev_connector.domain import numbering, spelling
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.grouping import Written
from datev_connector.domain.numbering import Unreadable
from datev_connector.domain.wording import worded

_WITHHELD: Final = re.compile(
    r"[\W_]*|0+|(?:anonym|unknown|unbekannt|unterdr|privat|withheld|restricted|unavailable"
    r"|nicht verf|keine nummer|no number).*",
    re.IGNORECASE | re.DOTALL,
)
_BARE: Final = re.compile(r"\+?\d+")
# What nearly all callers have: a German number with 00 and country code, or as dialled within the
# country, as long as German numbers are; an extension. Services begin with 11 or 19.
_USUAL: Final = re.compile(
    r"00(49(?:[2-9]\d{3,14}|1[2-8]\d{2,13}))|0([2-9]\d{3,14}|1[2-8]\d{2,13})|((?:[2-9]|1(?![19]))\d*)",
    re.ASCII,
)
_FUNCTION_CODE: Final = re.compile(r"[*#][\d*#]*\d[\d*#]*")
_LOST_PLUS_LENGTH: Final = 11
"""German local numbers are shorter: so many digits behind a country code lack their plus."""
_LONGEST_LOCAL: Final = 10
_SHORTEST_LOCAL: Final = 3


class NumberKind(StrEnum):
    """What a text stands for."""

    EXTERNAL = "external"
    INTERNAL = "internal"
    ANONYMOUS = "anonymous"
    SPECIAL = "special"
    UNPARSEABLE = "unparseable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A telephone number and how it was read."""

    given: str
    """The text as it came."""
    kind: NumberKind
    e164: str | None = None
    """With `+`; only external numbers have one."""
    digits: str = ""
    """External: `e164` without `+`; otherwise what would be dialled, as far as it is known."""
    reason: str = ""
    """What speaks for the kind; for an unparseable number what is wrong with it."""
    completed: bool = False
    """Something was missing (the area code, a mobile number's zero) and was put in."""
    stem: str | None = None
    """Written as a company's head number: the part of `digits` that its direct lines share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialable:
    """What the PBX is told to dial."""

    number: str
    """Digits only (function codes of the PBX also have `*` and `#`)."""
    kind: NumberKind
    e164: str | None = None
    """None: an inner number, or a local one that the line itself completes."""


@dataclass(frozen=True, slots=True)
class Undiallable:
    """Why a text cannot be dialled: a plain sentence without its full stop, in lower case."""

    reason: str


def read_caller(text: str, plan: DialPlan) -> Number:
    """Read a number as a PBX sends it.

    STARFACE sends outside numbers with `00`, extensions as they are, and nothing, `0` or
    a word for a withheld number; `+` and national forms are understood too. The exchange
    prefix is taken off if the plan has one, except where the number makes sense only, or
    as a number of the own country, with those digits.
    """
    quick = read_quickly(text, plan)
    return read_fully(text, plan) if quick is None else quick


def read_quickly(text: str, plan: DialPlan) -> Number | None:
    """Return what `read_fully` would for usual callers, None for all others."""
    found = _USUAL.fullmatch(text)
    if found is None or text in plan.accounts:
        return None
    prefix = plan.exchange_prefix
    prefixed = bool(prefix) and text.startswith(prefix)
    world, national, short = found.groups()
    if short is not None:
        few = len(text) <= plan.internal_digits and not prefixed
        return _internal(text, text, _few_digits(plan)) if few else None
    if len(text) <= plan.internal_digits:
        return None
    if national is not None:
        # A prefix of one zero is never taken off these: it is their own.
        at_home = plan.country == "DE" and (not prefixed or prefix == "0")
        world = f"49{national}" if at_home else None
    elif prefixed:
        return None
    if world is None:
        return None
    return Number(given=text, kind=NumberKind.EXTERNAL, e164=f"+{world}", digits=world)


def read_fully(text: str, plan: DialPlan) -> Number:
    """Do the work of `read_caller` for any text."""
    if len(text) > spelling.MAX_TEXT:
        return _too_long(text)
    plain = spelling.tidy(text)
    if _WITHHELD.fullmatch(plain):
        return Number(
            given=text, kind=NumberKind.ANONYMOUS, reason=worded("is withheld by the caller")
        )
    return _read_sent(text, plain, plan)


def _read_sent(text: str, plain: str, plan: DialPlan) -> Number:
    if _FUNCTION_CODE.fullmatch(plain):
        return _internal(text, plain, worded("is a function code of the phone system"))
    if plan.exchange_prefix and plain.startswith(f"{plan.exchange_prefix}+"):
        plain = plain.removeprefix(plan.exchange_prefix)
    if _BARE.fullmatch(plain):
        return _read_digits(text, _without_exchange_prefix(plain, plan), plan)
    if any(character.isalpha() for character in plain):
        return _unparseable(text, worded("holds letters"))
    written = spelling.written_numbers(plain)
    if not written:
        return _unparseable(text, worded("holds no digits that form a number"))
    digits = _without_exchange_prefix(written[0].digits, plan)
    return _read_digits(text, digits, plan)


def read_stored(
    text: str, standardised: str, plan: DialPlan, *, head: bool = False
) -> tuple[Number, ...]:
    """Read a field of master data as somebody typed it, beside the source's standardised form.

    The standardised form comes first and settles what the text leaves open; what else the
    text holds is kept. `head` tells that the source calls this a head number. Returns
    nothing only for an empty field, and unparseable numbers only if nothing can be read.
    """
    typed = _read_typed(text, plan, head=head)
    known = list(filter(_is_read, typed))
    for number in _read_typed(standardised, plan, head=head):
        if number.kind is NumberKind.EXTERNAL and not number.completed:
            known = _settled(number, known)
    return tuple(known) or typed


def is_function_code(text: str) -> bool:
    """Tell whether a text is an order to the PBX (divert, open a door) and no number."""
    return _FUNCTION_CODE.fullmatch("".join(text.split())) is not None


def to_dial(text: str, plan: DialPlan) -> Dialable | Undiallable:
    """Return what the PBX must dial for a text of a person or of DATEV.

    Outside numbers get `00`, the country code and before it the exchange prefix of the
    plan; extensions, special numbers and function codes stay as they are. Of several
    numbers the first is dialled; notes and separately written extensions are cut off.
    """
    code = text.strip()
    if len(code) <= spelling.MAX_TEXT and _FUNCTION_CODE.fullmatch(code):
        return Dialable(number=code, kind=NumberKind.INTERNAL)
    numbers = _read_typed(text, plan)
    if not numbers:
        return Undiallable(worded("there is no number to dial"))
    return _dialable(next(filter(_is_read, numbers), numbers[0]), plan)


def _dialable(number: Number, plan: DialPlan) -> Dialable | Undiallable:
    prefix, kind = plan.exchange_prefix, number.kind
    if kind is NumberKind.EXTERNAL:
        return Dialable(number=f"{prefix}00{number.digits}", kind=kind, e164=number.e164)
    if kind is not NumberKind.UNPARSEABLE:
        return Dialable(number=number.digits, kind=kind)
    if _is_local(number.digits) and not plan.area_code:
        # The line itself knows its area: the network completes what the plan cannot.
        return Dialable(number=f"{prefix}{number.digits}", kind=NumberKind.EXTERNAL)
    return Undiallable(worded("the number {reason}", reason=number.reason))


def _is_read(number: Number) -> bool:
    return number.kind is not NumberKind.UNPARSEABLE


def national_format(e164: str, country: str = "DE") -> str:
    """Return an E.164 number as people of `country` write it; other text comes back as it is."""
    return numbering.national_format(e164, country)


def _settled(known: Number, others: list[Number]) -> list[Number]:
    """Put the source's own reading in the place of our guesses and before the rest."""
    same = next((number for number in others if number.e164 == known.e164), None)
    if same is not None:
        known = replace(known, given=same.given, stem=same.stem or known.stem)
    rest = [n for n in others if n is not same and n.e164 is not None and not n.completed]
    return [known, *rest]


def _read_typed(text: str, plan: DialPlan, *, head: bool = False) -> tuple[Number, ...]:
    if not text or text.isspace():
        return ()
    if len(text) > spelling.MAX_TEXT:
        return (_too_long(text),)
    if not head and text.isascii() and _BARE.fullmatch(text):
        return (_read_digits(text, text, plan),)
    written = spelling.written_numbers(text, head=head)
    if not written:
        return (_unparseable(text, worded("holds no digits that form a number")),)
    return tuple(_without_repeats(_read_written(text, part, plan) for part in written))


def _without_repeats(numbers: Iterator[Number]) -> Iterator[Number]:
    seen: set[str] = set()
    for number in numbers:
        if number.digits not in seen:
            seen.add(number.digits)
            yield number


def _read_written(text: str, written: Written, plan: DialPlan) -> Number:
    number = _read_digits(text, written.digits, plan)
    if number.e164 is None or number.completed or not written.direct:
        return number
    return replace(number, stem=numbering.stem(number.digits, written.direct, plan.country))


def _without_exchange_prefix(digits: str, plan: DialPlan) -> str:
    prefix = plan.exchange_prefix
    if not prefix or digits in plan.accounts or not digits.startswith(prefix):
        return digits
    rest = digits.removeprefix(prefix)
    if numbering.is_special(rest, plan.country):
        return rest
    if len(digits) <= plan.internal_digits or numbering.is_special(digits, plan.country):
        return digits
    if digits.startswith("00") and _is_own_country(digits[2:], plan):
        return digits
    # "0721..." with the prefix "0" is a national number that never had the prefix.
    return digits if digits.startswith("0") and not rest.startswith("0") else rest


def _is_own_country(digits: str, plan: DialPlan) -> bool:
    if not digits.startswith(numbering.country_code(plan.country)):
        return False
    form = numbering.standard_form(digits, plan.country)
    return isinstance(form, str) and numbering.is_assigned(form)


def _read_digits(given: str, digits: str, plan: DialPlan) -> Number:
    """Read digits, with or without a `+` in front."""
    if digits.startswith("+"):
        return _international(given, digits[1:], plan)
    short = _short(given, digits, plan)
    if short is not None:
        return short
    if digits.startswith("00"):
        return _international(given, digits[2:], plan)
    if digits.startswith("0"):
        return _national(given, digits, plan)
    return _local(given, digits, plan)


def _short(given: str, digits: str, plan: DialPlan) -> Number | None:
    """Read what is dialled as it is: accounts, special numbers, extensions."""
    if digits in plan.accounts:
        return _internal(given, digits, worded("is an account of the phone system"))
    if numbering.is_special(digits, plan.country):
        return _special(given, digits)
    if not digits.strip("0"):
        return _unparseable(given, worded("holds nothing but zeros"))
    if len(digits) <= plan.internal_digits:
        return _internal(given, digits, _few_digits(plan))
    if numbering.is_short_code(digits, plan.country):
        return _special(given, digits)
    return None


def _international(given: str, digits: str, plan: DialPlan) -> Number:
    if digits.startswith("0"):
        # A plus or two zeros too many: "+0721 ...", "+0049 ...", "000049 ...".
        bare = digits.lstrip("0")
        if not bare:
            return _unparseable(given, worded("holds nothing but zeros"))
        zeros = "00" if digits.startswith("00") else "0"
        return _read_digits(given, zeros + bare, plan)
    code = numbering.country_code(plan.country)
    service = digits.removeprefix(code).lstrip("0")
    if digits.startswith(code) and numbering.is_special(service, plan.country):
        return _special(given, service)
    return _external(given, digits, numbering.standard_form(digits, plan.country))


def _national(given: str, digits: str, plan: DialPlan) -> Number:
    service = digits.lstrip("0")
    if numbering.is_special(service, plan.country):
        return _special(given, service)
    return _external(given, digits, numbering.national_form(digits, plan.country))


def _local(given: str, digits: str, plan: DialPlan) -> Number:
    """Read digits that begin with no zero: complete them, if they do not stand for more."""
    code = numbering.country_code(plan.country)
    if (
        len(digits) >= _LOST_PLUS_LENGTH
        and digits.startswith(code)
        and _is_own_country(digits, plan)
    ):
        return _international(given, digits, plan)
    if numbering.is_bare_mobile(digits, plan.country):
        form = numbering.standard_form(code + digits, plan.country)
        return _external(given, digits, form, completed=worded("lacked its leading zero"))
    trunk = numbering.trunk_prefix(plan.country)
    if trunk != "0":
        form = numbering.national_form(digits, plan.country)
        if isinstance(form, str):
            return _external(given, digits, form)
    if not _is_local(digits):
        return _unparseable(given, worded("is neither complete nor a local number"), digits)
    if not plan.area_code:
        return _unparseable(
            given,
            worded("has no area code, and the setting dial_plan.area_code names none"),
            digits,
        )
    area = plan.area_code.lstrip("0") if trunk == "0" else plan.area_code
    form = numbering.national_form(trunk + area + digits, plan.country)
    return _external(
        given, digits, form, completed=worded("had no area code; the office's was put in")
    )


def _is_local(digits: str) -> bool:
    return _SHORTEST_LOCAL <= len(digits) <= _LONGEST_LOCAL and digits[0] != "0"


def _external(given: str, digits: str, form: str | Unreadable, *, completed: str = "") -> Number:
    if isinstance(form, Unreadable):
        return _unparseable(given, form.reason, digits)
    return Number(
        given=given,
        kind=NumberKind.EXTERNAL,
        e164=form,
        digits=form[1:],
        reason=completed,
        completed=bool(completed),
    )


def _internal(given: str, digits: str, reason: str) -> Number:
    return Number(given=given, kind=NumberKind.INTERNAL, digits=digits, reason=reason)


def _few_digits(plan: DialPlan) -> str:
    return worded("has no more than {most} digits", most=plan.internal_digits)


def _special(given: str, digits: str) -> Number:
    reason = worded("is an emergency or service number")
    return Number(given=given, kind=NumberKind.SPECIAL, digits=digits, reason=reason)


def _unparseable(given: str, reason: str, digits: str = "") -> Number:
    return Number(given=given, kind=NumberKind.UNPARSEABLE, digits=digits, reason=reason)


def _too_long(given: str) -> Number:
    return _unparseable(
        given,
        worded("is {length} characters long, which no telephone number is", length=len(given)),
    )
