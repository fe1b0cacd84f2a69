"""`lookup`: who is this, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from datev_connector.app.commands.index_keys import apply_dial_plan
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import local_text, plural, print_json, shown

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.domain.choice import Decision
    from datev_connector.domain.contacts import Contact, ContactRef
    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.domain.matching import Candidate, Match, Rejected
    from datev_connector.domain.numbers import Number
    from datev_connector.store.choices import LearnedChoice
    from datev_connector.store.store import Store

RULES: Final = {
    "exact": "exact - this number itself is stored",
    "company-stem": "company-stem - a stored head number covers this direct line",
    "completed-local": "completed-local - the numbers are the same once what is missing is put in",
    "none": "none - no stored number fits",
}
KINDS: Final = {
    "external": "outside number",
    "internal": "internal",
    "anonymous": "no number (anonymous)",
    "special": "special number",
    "unparseable": "unreadable (unparseable)",
}
SHOWN: Final = 20
"""Of candidates and losers; --json has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Everything there is to say about a number."""

    match: Match
    decision: Decision
    learned: LearnedChoice | None
    chosen: Contact | None
    """The contact of the learned choice, if it is in the index."""

    @property
    def choice(self) -> str:
        """`automatic`, `ask` or `none`."""
        if self.decision.person is not None:
            return "automatic"
        return "ask" if self.decision.known == "asked" else "none"


@click.command(short_help="Who is this number, and why.")
@click.argument("number")
@json_option
@common_options
@pass_session
def lookup(session: Session, number: str, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Say who NUMBER is, by which rule, and why others were passed over."""
    settings = session.settings
    with session.log("command"), session.store() as store:
        from datev_connector.app import office

        plan = office.dial_plan(settings)
        apply_dial_plan(store, plan)
        found = _find(store, number, plan, office.contact_rules(settings))
    if as_json:
        print_json(_as_json(found))
    else:
        _explain(found)


def _find(store: Store, text: str, plan: DialPlan, rules: Any) -> Finding:
    from datev_connector.app.commands.given_number import read_given
    from datev_connector.domain.choice import decide
    from datev_connector.domain.matching import find

    number = read_given(text, plan)
    match = find(number, store.contacts, plan)
    learned = store.choices.get(number.e164) if number.e164 else None
    chosen = store.contacts.contact(learned.ref) if learned else None
    decision = decide(match, "", rules, learned.ref if learned else None, chosen)
    return Finding(match=match, decision=decision, learned=learned, chosen=chosen)


# --- for programs ---------------------------------------------------------------------------------


def _as_json(found: Finding) -> dict[str, Any]:
    match, person = found.match, found.decision.person
    return {
        "number": match.number.given,
        "kind": match.number.kind.value,
        "e164": match.number.e164,
        "rule": match.rule.value,
        "choice": found.choice,
        "contact": person.ref.id if person else None,
        "candidates": [_candidate_json(candidate) for candidate in _candidates(found)],
        "rejected": [_rejected_json(loser) for loser in match.rejected],
    }


def _candidates(found: Finding) -> list[Candidate]:
    """Return who fits, and whoever was said to be the caller, though no number of his fits."""
    from datev_connector.domain.matching import Candidate

    person, candidates = found.decision.person, found.match.candidates
    if person is None or any(person.ref == candidate.ref for candidate in candidates):
        return [*candidates]
    chosen = Candidate(
        ref=person.ref,
        name=person.name,
        number=person.number,
        rule=person.rule,
        client_number=person.client_number,
        client_state=person.client_state,
        active=found.chosen is None or found.chosen.active,
    )
    return [chosen, *candidates]


def _candidate_json(candidate: Candidate) -> dict[str, Any]:
    return {
        "id": candidate.ref.id,
        "source": candidate.ref.source.value,
        "name": candidate.name,
        "number": candidate.number,
        "rule": candidate.rule.value,
        "client_number": candidate.client_number,
        "client_state": candidate.client_state.value,
        "active": candidate.active,
    }


def _rejected_json(loser: Rejected) -> dict[str, Any]:
    return {
        "id": loser.ref.id,
        "reason": loser.reason,
        "source": loser.ref.source.value,
        "name": loser.name,
        "number": loser.number,
    }


# --- for people -----------------------------------------------------------------------------------


def _explain(found: Finding) -> None:
    match, decision = found.match, found.decision
    number = match.number
    for label, text in (
        ("Number", number.given),
        ("Read as", _reading(number)),
        ("Rule", RULES[match.rule.value] if number.e164 else ""),
        ("Contact", _contact(found)),
        ("Why", decision.why if number.e164 else ""),
        ("Learned", _learned(found)),
    ):
        if text or label == "Number":
            click.echo(shown(f"{label + ':':<10}{text}").rstrip())
    candidates = [_candidate_line(candidate) for candidate in _candidates(found)]
    _list("candidate", candidates, ", best first" if len(candidates) > 1 else "")
    _list("contact", [_loser_line(loser) for loser in match.rejected], " passed over")


def _reading(number: Number) -> str:
    from datev_connector.domain.numbers import national_format

    if not number.given.strip():
        return "nothing: no number was given"
    kind = KINDS[number.kind.value]
    if number.e164:
        kind = f"{kind} {national_format(number.e164)} ({number.e164})"
    return f"{kind}: it {number.reason}" if number.reason else kind


def _contact(found: Finding) -> str:
    person = found.decision.person
    if person is not None:
        return f"{person.name} ({_place(person.ref, person.client_number)})"
    if found.choice == "ask":
        return "the user is asked"
    return "nobody; those who fit are no longer active" if found.match.candidates else "nobody"


def _learned(found: Finding) -> str:
    if found.learned is None:
        return ""
    name = found.chosen.name if found.chosen else "a contact that is no longer in the index"
    told = f"{name} ({_place(found.learned.ref)}), chosen on {local_text(found.learned.at)}"
    person = found.decision.person
    used = person is not None and person.ref == found.learned.ref
    return told if used else f"{told}; it does not count here"


def _list(what: str, lines: list[str], fate: str) -> None:
    if not lines:
        return
    click.echo(f"\n{plural(len(lines), what)}{fate}:")
    for line in lines[:SHOWN]:
        click.echo(shown(f"  {line}"))
    if len(lines) > SHOWN:
        click.echo(f"  and {len(lines) - SHOWN} more; --json names them all")


def _candidate_line(candidate: Candidate) -> str:
    state = [] if candidate.active else ["no longer active"]
    if candidate.client_state != "none":
        state.append(f"{candidate.client_state.value} client")
    place = ", ".join([_place(candidate.ref, candidate.client_number), *state])
    stored = "said to call from here" if candidate.rule == "none" else f"stored: {candidate.number}"
    return f"{candidate.name} ({place}) - {stored}"


def _loser_line(loser: Rejected) -> str:
    return f"{loser.name} ({_place(loser.ref)}) - stored: {loser.number} - {loser.reason}"


def _place(ref: ContactRef, client_number: str = "") -> str:
    client = f"client {client_number}, " if client_number else ""
    return f"{client}{ref.source.value} {ref.id}"
