"""What to mend in master data, so that callers are known without a question.

Some faults show in one contact alone (`faults_of`), some only where several contacts have the same
number (`sharing_of`). Not everything that looks odd is worth a line on somebody's list:

    people of a company with the company's number, a family, the companies of one owner
        share numbers rightly; the person is asked who it is, and the answer is learned
    contacts that are no longer active
        answer nobody anyway; only an active client among them is a fault
    fax numbers and internet addresses
        name no caller, whatever is written there
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from datev_connector.domain.contacts import (
    ClientState,
    Contact,
    ContactKind,
    ContactRef,
    Source,
    StoredNumber,
)
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.matching import index_keys
from datev_connector.domain.numbers import Number, NumberKind, national_format, read_stored
from datev_connector.domain.spelling import MAX_TEXT, marks_head, tidy

CROWD: Final = 6
"""So many contacts on one number are no family: every call asks with a list that nobody reads."""

_FAX: Final = re.compile(r"\b(?:tele)?fax", re.IGNORECASE)
_NO_FAX: Final = re.compile(r"\b(?:tel(?!efax)|fon\b|phone|kein|ohne|nicht|kombi)", re.IGNORECASE)
_ADDRESSED: Final = frozenset(
    {"dr", "prof", "dipl", "ing", "med", "jur", "mag", "herr", "herrn", "frau", "fam", "familie"}
)
"""What stands before a name in one place and not in the other, folded."""
_LEGAL_FORMS: Final = frozenset(
    {"ag", "eg", "ev", "eu", "gbr", "gmbh", "ggmbh", "kg", "kgaa", "mbb", "mbh", "ohg", "ug"}
    | {"partg", "partgmbb", "se", "stiftung", "verein", "ltd", "inc", "llc", "bv", "sarl"}
)
_SAYS_NOTHING: Final = (
    _ADDRESSED
    | _LEGAL_FORMS
    | {"und", "fur", "der", "die", "das", "den", "von", "van", "zur", "zum", "firma", "the", "and"}
    | {"beteiligungs", "besitz", "betriebs", "gesellschaft", "grundstucks", "handels", "holding"}
    | {"immobilien", "service", "vermogensverwaltung", "vermogensverwaltungs", "verwaltungs"}
    | {"verwaltung", "eheleute", "ehel", "haftungsbeschrankt"}
)
"""Words that two names may share without having to do with each other, folded."""
_SHORTEST_TELLING: Final = 3


class Fault(StrEnum):
    """What is wrong; in the order in which mending helps most."""

    INACTIVE_CLIENT = "inactive-client"
    UNREACHABLE_CLIENT = "client-without-number"
    UNREADABLE = "unreadable-number"
    DOUBLE = "double"
    SHARED = "shared-number"
    FAX = "fax-as-telephone"
    NO_AREA_CODE = "no-area-code"

    @property
    def of_clients(self) -> bool:
        """Tell whether only clients have it."""
        return self in (Fault.INACTIVE_CLIENT, Fault.UNREACHABLE_CLIENT)

    @property
    def of_numbers_in_common(self) -> bool:
        """Tell whether it shows only where several contacts are looked at."""
        return self in (Fault.DOUBLE, Fault.SHARED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A contact, and how a number stands with it."""

    ref: ContactRef
    name: str
    kind: ContactKind = ContactKind.UNKNOWN
    client_number: str = ""
    client_state: ClientState = ClientState.NONE
    number: str = ""
    """As typed; empty where no number is meant."""
    answers: bool = True
    """The number is stored as a telephone or mobile phone."""

    @property
    def is_client(self) -> bool:
        """Tell whether it is a client as far as the source tells."""
        return _is_client(self.client_state, self.client_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to mend."""

    fault: Fault
    holders: tuple[Holder, ...]
    """Whom it is about: one contact, or those that have the number in common."""
    number: str = ""
    """As people of the country write it, where it could be read."""
    reason: str = ""
    """What is wrong with this one, as the rest of a sentence; may hold a number."""


def is_client(contact: Contact) -> bool:
    """Tell whether a contact is a client that is not known to be a former one."""
    return _is_client(contact.client_state, contact.client_number)


def _is_client(state: ClientState, number: str) -> bool:
    return state is ClientState.ACTIVE or (state is ClientState.NONE and bool(number))


# --- one contact ----------------------------------------------------------------------------------


def faults_of(contact: Contact, plan: DialPlan, evident: Collection[int] = ()) -> Iterator[Finding]:
    """Return what is wrong with a contact and its numbers.

    `evident` are the positions of numbers that are known to be read as they stand.
    """
    if not contact.active:
        if contact.client_state is ClientState.ACTIVE:
            reason = "the addressee is inactive, the client is active"
            yield _about(Fault.INACTIVE_CLIENT, contact, reason=reason)
        return
    telephones = [(at, each) for at, each in enumerate(contact.numbers) if each.medium.answers]
    if not telephones and is_client(contact):
        held = len(contact.numbers)
        reason = f"has no telephone number, only {held} of other kinds" if held else "has no number"
        yield _about(Fault.UNREACHABLE_CLIENT, contact, reason=reason)
    for at, stored in telephones:
        if at not in evident or _is_fax(stored):
            yield from _faults_of_number(contact, stored, plan)


def _faults_of_number(contact: Contact, stored: StoredNumber, plan: DialPlan) -> Iterator[Finding]:
    head = marks_head(stored.note)
    read = read_stored(stored.number, stored.standardised, plan, head=head)
    known = [number for number in read if number.kind is NumberKind.EXTERNAL]
    if not known:
        if read and read[0].kind is not NumberKind.SPECIAL:
            yield _about(Fault.UNREADABLE, contact, stored, reason=read[0].reason)
        return
    if _is_fax(stored) and len(known) > 1:
        yield _about(Fault.FAX, contact, stored, reason="holds a fax number beside another one")
    elif _is_fax(stored) and not _NO_FAX.search(_said(stored)):
        yield _about(Fault.FAX, contact, stored, known[0], reason="is called a fax")
    for number in known:
        if number.completed:
            yield _about(Fault.NO_AREA_CODE, contact, stored, number, reason=number.reason)


def _is_fax(stored: StoredNumber) -> bool:
    return _FAX.search(_said(stored)) is not None


def _said(stored: StoredNumber) -> str:
    return f"{stored.number[:MAX_TEXT]} {stored.note[:MAX_TEXT]}"


def _about(
    fault: Fault,
    contact: Contact,
    stored: StoredNumber | None = None,
    number: Number | None = None,
    *,
    reason: str,
) -> Finding:
    holder = Holder(
        ref=contact.ref,
        name=contact.name,
        kind=contact.kind,
        client_number=contact.client_number,
        client_state=contact.client_state,
        number=(stored.number or stored.standardised) if stored else "",
    )
    written = national_format(number.e164) if number and number.e164 else ""
    return Finding(fault=fault, holders=(holder,), number=written, reason=reason)


# --- one number -----------------------------------------------------------------------------------


def sharing_of(
    e164: str, holders: Iterable[Holder], fold: Callable[[str], str]
) -> Iterator[Finding]:
    """Return what is wrong with a number that several active contacts have.

    `fold` makes names comparable: lower case, words of plain letters with a blank between.
    """
    by_contact = {holder.ref: holder for holder in reversed([*holders])}
    named = sorted((_named(holder, fold) for holder in by_contact.values()), key=_order)
    everyone = [[*same] for _, same in groupby(named, key=_same_name)]
    number = national_format(e164)
    for same in everyone:
        if len(same) > 1:
            found = tuple(each.holder for each in same)
            reason = f"{len(same)} contacts of the same name have this number"
            yield Finding(fault=Fault.DOUBLE, holders=found, number=number, reason=reason)
    called = [same[0] for same in everyone if any(each.holder.answers for each in same)]
    if len(called) >= CROWD or not _belong_together(called):
        found = tuple(sorted((each.holder for each in called), key=_clients_first))
        reason = f"{len(called)} contacts have this number"
        yield Finding(fault=Fault.SHARED, holders=found, number=number, reason=reason)


@dataclass(frozen=True, slots=True)
class _Named:
    holder: Holder
    words: frozenset[str]
    """All that makes up the name, in whatever order it is written."""
    telling: frozenset[str]
    """The words by which relatives and companies of one owner are known."""
    is_company: bool


def _named(holder: Holder, fold: Callable[[str], str]) -> _Named:
    # "e. V." and "i. L." fold to single letters, which belong together.
    words = fold(holder.name).split()
    is_company = _is_company(holder, words)
    last = words if is_company else fold(_family_name(holder.name)).split()
    return _Named(
        holder=holder,
        words=frozenset(words) - _ADDRESSED,
        telling=frozenset(w for w in last if len(w) >= _SHORTEST_TELLING) - _SAYS_NOTHING,
        is_company=is_company,
    )


def _is_company(holder: Holder, words: Sequence[str]) -> bool:
    if holder.kind is ContactKind.UNKNOWN:
        return holder.ref.source is Source.INSTITUTION or not _LEGAL_FORMS.isdisjoint(words)
    return holder.kind is ContactKind.COMPANY


def _family_name(name: str) -> str:
    """Return the surname of `Berger, Anna` and `Anna Berger`."""
    before, comma, _ = name.partition(",")
    return before if comma else (name.split() or [""])[-1]


def _same_name(named: _Named) -> tuple[bool, tuple[str, ...]]:
    return named.is_company, tuple(sorted(named.words)) or (named.holder.name,)


def _order(named: _Named) -> tuple[tuple[bool, tuple[str, ...]], bool, ContactRef]:
    return _same_name(named), not named.holder.is_client, named.holder.ref


def _clients_first(holder: Holder) -> tuple[bool, str, ContactRef]:
    return not holder.is_client, tidy(holder.name[:MAX_TEXT]).casefold(), holder.ref


def _belong_together(named: Sequence[_Named]) -> bool:
    """Tell whether all are relatives, a company and its people, or companies of one owner."""
    if len(named) < 2:
        return True
    linked, rest = [named[0]], list(named[1:])
    while linked and rest:
        one = linked.pop()
        near = [other for other in rest if _related(one, other)]
        rest = [other for other in rest if other not in near]
        linked += near
    return not rest


def _related(one: _Named, other: _Named) -> bool:
    return one.is_company is not other.is_company or not one.telling.isdisjoint(other.telling)


def is_first_in_common(e164: str, contacts: Sequence[Contact], plan: DialPlan) -> bool:
    """Tell whether a number is the first of those that all of these contacts have.

    Who is there twice usually has several numbers twice: one finding is enough.
    """
    held = [{k.key for n in each.numbers for k in index_keys(n, plan)} for each in contacts]
    common = set.intersection(*held) if held else set()
    return not common or f"+{min(common)}" == e164
