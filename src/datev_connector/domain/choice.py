"""Which of the contacts that fit is taken, and when the user is asked.

Let D be the hits in DATEV and S those in STARFACE, all by the best rule; a name that the
PBX sends with an outside call is a hit in STARFACE if the address book knows nobody.

    D + S = 0          nobody; contacts that are no longer active are offered, never taken
    D + S = 1          that one
    D = 1,  S >= 1     `prefer_datev`: the one in DATEV; otherwise ask
    one side only, 2+  `first_best_contact`: the learned choice, else the latest used, else
                       the first by name; otherwise ask
    D >= 2, S >= 1     both settings: one of D in the same way; otherwise ask

Wherever the user would be asked, an earlier choice for exactly this number answers. Where the index
knows nobody it answers too, whoever was chosen: that is how an unknown caller is given a name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from datev_connector.domain.calls import Known, Person
from datev_connector.domain.contacts import Contact, ContactRef, Rule, Source
from datev_connector.domain.matching import Candidate, Cause, Match
from datev_connector.domain.numbers import Number, NumberKind
from datev_connector.domain.wording import joined, worded

PBX_NAME_PREFIX: Final = "pbx:"
"""Begins the id of a person whom only the PBX has named; the number follows."""

_FORMER: Final = worded("Chosen earlier for this number; no longer active.")
_PLACEHOLDERS: Final = frozenset({"anonymous", "anonym", "unknown", "unbekannt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRules:
    """The settings that take a contact without asking."""

    prefer_datev: bool = False
    first_best_contact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who it is, or whom to ask about."""

    known: Known
    """`NOBODY`, `AUTOMATIC`, `LEARNED` or `ASKED`."""
    person: Person | None = None
    candidates: tuple[Person, ...] = ()
    """All that can be chosen, best first, the person included."""
    datev_hits: int = 0
    why: str
    """For the user, as one sentence; may hold a stored number."""


def decide(
    match: Match,
    pbx_name: str,
    rules: ContactRules,
    learned: ContactRef | None,
    assigned: Contact | None = None,
) -> Decision:
    """Settle the contact of a call; depends on nothing but the arguments.

    `learned` is the user's earlier choice for exactly this number; one that is not among
    the hits is passed over, if there are any in the index, and `why` says so. If there are none,
    `assigned` is that contact itself, as far as the index holds it.
    """
    decision = _decided(match, pbx_name, rules, learned, assigned)
    if learned is None or any(person.ref == learned for person in decision.candidates):
        return decision
    return replace(decision, why=joined(decision.why, _passed_over(match, learned)))


def _decided(
    match: Match,
    pbx_name: str,
    rules: ContactRules,
    learned: ContactRef | None,
    assigned: Contact | None,
) -> Decision:
    hits = tuple(_person(candidate) for candidate in match.candidates if candidate.active)
    if not hits and assigned is not None and _is_stranger_to(match, assigned):
        return _assigned(match, assigned)
    if not _book_knows(match):
        hits += _named_by_pbx(match, pbx_name)
    if not hits:
        return _nobody(match, learned)
    datev = tuple(hit for hit in hits if hit.ref.source.in_datev)
    known, person, why = _settle(hits, datev, rules, learned)
    return Decision(known=known, person=person, candidates=hits, datev_hits=len(datev), why=why)


_Settled = tuple[Known, Person | None, str]


def _settle(
    hits: tuple[Person, ...],
    datev: tuple[Person, ...],
    rules: ContactRules,
    learned: ContactRef | None,
) -> _Settled:
    if len(hits) == 1:
        return Known.AUTOMATIC, hits[0], _by_rule(hits[0])
    if rules.prefer_datev and len(datev) == 1:
        return (
            Known.AUTOMATIC,
            datev[0],
            worded("The only hit in DATEV; the settings prefer DATEV."),
        )
    pool = _pool(hits, datev, rules)
    earlier = next((hit for hit in pool or hits if hit.ref == learned), None)
    if earlier is not None:
        return Known.LEARNED, earlier, worded("Chosen earlier for this number.")
    if pool:
        return (
            Known.AUTOMATIC,
            pool[0],
            worded("The first of several hits; the settings do not ask."),
        )
    return Known.ASKED, None, worded("{number} contacts fit.", number=len(hits))


def _pool(
    hits: tuple[Person, ...], datev: tuple[Person, ...], rules: ContactRules
) -> tuple[Person, ...]:
    """Return those of whom the settings take one without asking."""
    if not rules.first_best_contact:
        return ()
    if len(datev) in {0, len(hits)}:
        return hits
    return datev if rules.prefer_datev else ()


def _is_stranger_to(match: Match, contact: Contact) -> bool:
    return all(one.ref != contact.ref for one in match.candidates)


def _assigned(match: Match, contact: Contact) -> Decision:
    person = Person(
        ref=contact.ref,
        name=contact.name,
        number=match.number.given,
        client_number=contact.client_number,
        client_state=contact.client_state,
        rule=Rule.NONE,
    )
    others = tuple(_person(one) for one in match.candidates)
    return Decision(
        known=Known.LEARNED,
        person=person,
        candidates=(person, *others),
        datev_hits=int(contact.active and contact.ref.source.in_datev),
        why=worded("Chosen earlier for this number.") if contact.active else _FORMER,
    )


def _nobody(match: Match, learned: ContactRef | None) -> Decision:
    former = tuple(_person(candidate) for candidate in match.candidates)
    person = next((one for one in former if one.ref == learned), None)
    if person is not None:
        return Decision(known=Known.LEARNED, person=person, candidates=former, why=_FORMER)
    if former:
        why = worded("Only contacts fit that are no longer active.")
        return Decision(known=Known.NOBODY, candidates=former, why=why)
    return Decision(known=Known.NOBODY, why=_unknown(match.number))


def _passed_over(match: Match, learned: ContactRef) -> str:
    former = any(one.ref == learned and one.cause is Cause.INACTIVE for one in match.rejected)
    what = worded("is no longer active") if former else worded("no longer fits")
    return worded("The contact that was chosen earlier for it {what}.", what=what)


def _unknown(number: Number) -> str:
    if number.kind is NumberKind.EXTERNAL:
        return worded("Nobody has this number.")
    return worded("The number {reason}.", reason=number.reason)


def _by_rule(person: Person) -> str:
    if person.ref.id.startswith(PBX_NAME_PREFIX):
        return worded("The name comes from the phone system.")
    if person.rule is Rule.COMPANY_STEM:
        return worded("By the head number {number}.", number=person.number)
    if person.rule is Rule.COMPLETED_LOCAL:
        return worded(
            "By the number {number}, with the office's area code put in.", number=person.number
        )
    return worded("By exactly this number.")


def _person(candidate: Candidate) -> Person:
    return Person(
        ref=candidate.ref,
        name=candidate.name,
        number=candidate.number,
        client_number=candidate.client_number,
        client_state=candidate.client_state,
        rule=candidate.rule,
    )


def _book_knows(match: Match) -> bool:
    """Tell whether the address book of the PBX holds the number, if only by a weaker rule."""
    beaten = (Cause.WEAKER_RULE, Cause.SHORTER_STEM)
    return any(
        candidate.ref.source is Source.STARFACE and candidate.active
        for candidate in match.candidates
    ) or any(
        loser.ref.source is Source.STARFACE and loser.cause in beaten for loser in match.rejected
    )


def _named_by_pbx(match: Match, pbx_name: str) -> tuple[Person, ...]:
    number = match.number
    name = pbx_name.strip()
    if number.e164 is None or not any(map(str.isalpha, name)) or name.casefold() in _PLACEHOLDERS:
        return ()
    hit = any(candidate.active for candidate in match.candidates)
    ref = ContactRef(Source.STARFACE, PBX_NAME_PREFIX + number.e164)
    # The PBX means this very number; beside hits it counts as much as they do.
    rule = match.rule if hit else Rule.EXACT
    return (Person(ref=ref, name=name, number=number.given, rule=rule),)
