"""Who belongs to a number, by which rule, and why the others lost.

The index holds keys: for each stored number its E.164 digits, and for a company's head
number also its stem, the part that all its direct lines share. A caller asks for its own
digits and, being a fixed line of the country, for all beginnings that could be a stem.

    exact            the caller's digits are a stored key
    company-stem     the caller's digits begin with a stem, and at most five more follow
    completed-local  as exact, but one of the two numbers lacked its area code and was
                     completed with the office's own

Only the hits of the best rule are candidates, among stems only those of the longest. A
stem is never combined with a completed number: two guesses on top of each other are
weaker than any rule. Fax numbers do not answer. Contacts that are no longer active do not
answer either, but where nobody else fits they are returned, marked as inactive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Final, Protocol

from datev_connector.domain import numbering, spelling
from datev_connector.domain.contacts import (
    ClientState,
    Contact,
    ContactKind,
    ContactRef,
    IndexEntry,
    Medium,
    Rule,
    StoredNumber,
)
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.numbers import Number, NumberKind, read_stored
from datev_connector.domain.plain_fields import plain_key
from datev_connector.domain.wording import worded

LONGEST_DIRECT_LINE: Final = 5
"""Digits of a direct line behind the stem."""
SHORTEST_STEM: Final = 4
"""Digits of the shortest area code and base, without the country code."""

_STRENGTH: Final = (Rule.EXACT, Rule.COMPANY_STEM, Rule.COMPLETED_LOCAL)
_FITS: Final = {
    Rule.EXACT: worded("has exactly this number"),
    Rule.COMPANY_STEM: worded("fits only by its head number"),
    Rule.COMPLETED_LOCAL: worded("fits only with the office's area code put in"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchKeys:
    """What to ask the index for."""

    exact: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    """Longest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexKey:
    """One entry to make in the index for a stored number."""

    key: str
    """E.164 digits without `+`."""
    stem: str | None = None
    """For a head number: the beginning that its direct lines share."""
    completed: bool = False


class NumberIndex(Protocol):
    """The contact index, as far as matching needs it."""

    def by_key(self, keys: Sequence[str]) -> Sequence[IndexEntry]:
        """Return all entries with one of these keys."""

    def by_stem(self, stems: Sequence[str]) -> Sequence[IndexEntry]:
        """Return all entries with one of these stems."""

    def contact(self, ref: ContactRef) -> Contact | None:
        """Return a contact with all its numbers."""

    def version(self) -> object:
        """Return what was there before only if no answer can have changed since.

        Changes by other processes count, and those of when contacts were last used. The price is
        a small part of a look-up's.
        """


class Cause(StrEnum):
    """Why a contact that has to do with the number is no candidate."""

    WEAKER_RULE = "weaker-rule"
    SHORTER_STEM = "shorter-stem"
    INACTIVE = "inactive"
    NO_PHONE = "no-phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A contact that fits by the best rule."""

    ref: ContactRef
    name: str
    number: str
    """As stored in the source."""
    rule: Rule
    client_number: str = ""
    client_state: ClientState = ClientState.NONE
    kind: ContactKind = ContactKind.UNKNOWN
    active: bool = True
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A contact that has to do with the number and lost."""

    ref: ContactRef
    name: str
    number: str
    cause: Cause
    reason: str
    """The cause in plain words; holds no name and no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Who belongs to a number. All candidates are active, or none is."""

    number: Number
    rule: Rule
    """Of all candidates; `NONE` without any."""
    candidates: tuple[Candidate, ...] = ()
    """Best first: DATEV before the PBX, then the latest used, then by name."""
    rejected: tuple[Rejected, ...] = ()


def search_keys(number: Number, plan: DialPlan) -> SearchKeys:
    """Return what to look for to know the owner of a number."""
    if number.kind is not NumberKind.EXTERNAL:
        return SearchKeys()
    return SearchKeys(exact=(number.digits,), stems=_stems(number, plan))


def _stems(number: Number, plan: DialPlan) -> tuple[str, ...]:
    """Return all beginnings that may be a stem, longest first."""
    key = number.digits
    if number.completed or not numbering.is_fixed_line(key, plan.country):
        return ()
    shortest = len(numbering.country_code(plan.country)) + SHORTEST_STEM
    lengths = range(len(key), max(shortest, len(key) - LONGEST_DIRECT_LINE) - 1, -1)
    return tuple([key[:length] for length in lengths])


def index_keys(stored: StoredNumber, plan: DialPlan) -> tuple[IndexKey, ...]:
    """Return what to put into the index for a stored number: nothing for what is not external.

    Fax numbers have keys too: the lookup says then why they did not answer.
    """
    head = bool(stored.note) and spelling.marks_head(stored.note)
    plain = None if head else plain_key(stored.number, stored.standardised, plan)
    if plain is None:
        return full_index_keys(stored, plan, head=head)
    return (IndexKey(key=plain[0], stem=plain[1]),)


def full_index_keys(stored: StoredNumber, plan: DialPlan, *, head: bool) -> tuple[IndexKey, ...]:
    """Do the work of `index_keys` for any stored number; `head`: its note calls it one."""
    numbers = read_stored(stored.number, stored.standardised, plan, head=head)
    return tuple(
        IndexKey(key=number.digits, stem=number.stem, completed=number.completed)
        for number in numbers
        if number.kind is NumberKind.EXTERNAL
    )


def find(number: Number, index: NumberIndex, plan: DialPlan, *, explain: bool = True) -> Match:
    """Return who belongs to a number. The same hits in any order give the same match.

    Without `explain` weaker rules are not asked once the strongest has an answer: the candidates
    are the same, and what was rejected is not complete.
    """
    if number.kind is not NumberKind.EXTERNAL:
        return Match(number=number, rule=Rule.NONE)
    entries = index.by_key((number.digits,))
    if len(entries) == 1 and not explain and _settles(entries[0], number):
        return Match(
            number=number, rule=Rule.EXACT, candidates=(_candidate(entries[0], Rule.EXACT),)
        )
    hits = [_exact_hit(entry, number) for entry in entries]
    if explain or not any(_settles(entry, number) for entry in entries):
        hits += _heads(number, index, plan)
    return _weighed(number, hits)


def _heads(number: Number, index: NumberIndex, plan: DialPlan) -> Iterable[_Hit]:
    stems = _stems(number, plan)
    heads = index.by_stem(stems) if stems else ()
    return chain.from_iterable(_stem_hits(entry, stems) for entry in heads)


def _weighed(number: Number, hits: list[_Hit]) -> Match:
    if not hits:
        return Match(number=number, rule=Rule.NONE)
    answering = [hit for hit in hits if hit.entry.medium.answers]
    active = [hit for hit in answering if hit.entry.active]
    best = _best(active or answering)
    return Match(
        number=number,
        rule=best[0].rule if best else Rule.NONE,
        candidates=_candidates(best),
        rejected=_rejected(hits, best),
    )


@dataclass(frozen=True, slots=True)
class _Hit:
    entry: IndexEntry
    rule: Rule
    stem_length: int = 0

    @property
    def weakness(self) -> tuple[int, int]:
        return _STRENGTH.index(self.rule), -self.stem_length


def _exact_hit(entry: IndexEntry, number: Number) -> _Hit:
    completed = entry.completed or number.completed
    return _Hit(entry, Rule.COMPLETED_LOCAL if completed else Rule.EXACT)


def _settles(entry: IndexEntry, number: Number) -> bool:
    """Tell whether no other rule can win over this entry with exactly the number's key."""
    completed = entry.completed or number.completed
    return entry.active and not completed and entry.medium.answers


def _stem_hits(entry: IndexEntry, stems: tuple[str, ...]) -> Iterable[_Hit]:
    # The entry does not tell its stem; it is the longest beginning of the key that was asked for.
    stem = next((stem for stem in stems if entry.key.startswith(stem)), None)
    if stem is not None and entry.head and not entry.completed:
        yield _Hit(entry, Rule.COMPANY_STEM, len(stem))


def _best(hits: list[_Hit]) -> list[_Hit]:
    least = min((hit.weakness for hit in hits), default=None)
    return [hit for hit in hits if hit.weakness == least]


def _candidates(hits: list[_Hit]) -> tuple[Candidate, ...]:
    by_contact: dict[ContactRef, Candidate] = {}
    for hit in sorted(hits, key=lambda hit: hit.entry.number):
        by_contact.setdefault(hit.entry.ref, _candidate(hit.entry, hit.rule))
    return tuple(sorted(by_contact.values(), key=_preference))


def _candidate(entry: IndexEntry, rule: Rule) -> Candidate:
    return Candidate(
        ref=entry.ref,
        name=entry.name,
        number=entry.number,
        rule=rule,
        client_number=entry.client_number,
        client_state=entry.client_state,
        kind=entry.kind,
        active=entry.active,
        last_used_at=entry.last_used_at,
    )


def _preference(candidate: Candidate) -> tuple[bool, float, str, ContactRef]:
    used = candidate.last_used_at
    lateness = -used.timestamp() if used is not None else 0.0
    return not candidate.ref.source.in_datev, lateness, candidate.name.casefold(), candidate.ref


def _rejected(hits: list[_Hit], best: list[_Hit]) -> tuple[Rejected, ...]:
    chosen = {hit.entry.ref for hit in best}
    losers: dict[ContactRef, Rejected] = {}
    for hit in sorted(hits, key=_nearness):
        ref = hit.entry.ref
        if ref not in chosen and ref not in losers:
            losers[ref] = _loser(hit, best[0] if best else None)
    return tuple(losers.values())


def _nearness(hit: _Hit) -> tuple[bool, tuple[int, int], ContactRef, str, Medium]:
    # A telephone that lost tells more than the same contact's fax. The order is total.
    entry = hit.entry
    return not entry.medium.answers, hit.weakness, entry.ref, entry.number, entry.medium


def _loser(hit: _Hit, winner: _Hit | None) -> Rejected:
    cause, reason = _cause(hit, winner)
    entry = hit.entry
    return Rejected(ref=entry.ref, name=entry.name, number=entry.number, cause=cause, reason=reason)


def _cause(hit: _Hit, winner: _Hit | None) -> tuple[Cause, str]:
    if winner is None or not hit.entry.medium.answers:
        return Cause.NO_PHONE, worded(
            "the number is stored as {medium}, not as a telephone", medium=hit.entry.medium
        )
    if winner.entry.active and not hit.entry.active:
        return Cause.INACTIVE, worded("the contact is no longer active")
    if hit.rule is winner.rule:
        return Cause.SHORTER_STEM, worded("another company's head number has more digits in common")
    return Cause.WEAKER_RULE, worded(
        "{fits}; another contact {better}", fits=_FITS[hit.rule], better=_FITS[winner.rule]
    )
