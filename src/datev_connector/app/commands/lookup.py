"""`lookup`: who is this, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import click

from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import plural, print_json, with_progress

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.domain.choice import Decision
    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.domain.matching import Match
    from datev_connector.domain.numbers import Number
    from datev_connector.store.choices import LearnedChoice
    from datev_connector.store.store import Store

RULES: Final = {
    "exact": "exact - the number itself is stored",
    "company-stem": "company-stem - a stored head number covers this direct line",
    "completed-local": "completed-local - it fits once the office's area code is put in",
    "none": "none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Everything there is to say about a number."""

    match: Match
    decision: Decision
    learned: LearnedChoice | None

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
        _refresh_index(store, plan)
        found = _find(store, number, plan, office.contact_rules(settings))
    if as_json:
        print_json(_as_json(found))
    else:
        _explain(found)


def _refresh_index(store: Store, plan: DialPlan) -> None:
    """Make the keys anew if the dial plan has changed since they were made."""
    if store.contacts.outdated(plan):
        for _ in with_progress(store.contacts.reindexing(plan), None, "Applying the dial plan"):
            pass
        while store.contacts.sweep():
            pass


def _find(store: Store, text: str, plan: DialPlan, rules: Any) -> Finding:
    from datev_connector.domain.choice import decide
    from datev_connector.domain.matching import find

    number = _read(text, plan)
    match = find(number, store.contacts, plan)
    learned = store.choices.get(number.e164) if number.e164 else None
    decision = decide(match, "", rules, learned.ref if learned else None)
    return Finding(match=match, decision=decision, learned=learned)


def _read(text: str, plan: DialPlan) -> Number:
    """Read a number as the PBX sends it or, failing that, as people write it, remarks and all."""
    from datev_connector.domain.numbers import NumberKind, read_caller, read_stored

    sent = read_caller(text, plan)
    if sent.kind is not NumberKind.UNPARSEABLE:
        return sent
    typed = read_stored(text, "", plan)
    readable = (number for number in typed if number.kind is not NumberKind.UNPARSEABLE)
    return next((replace(number, given=text) for number in readable), sent)


def _as_json(found: Finding) -> dict[str, Any]:
    match, person = found.match, found.decision.person
    return {
        "number": match.number.given,
        "kind": match.number.kind.value,
        "e164": match.number.e164,
        "rule": match.rule.value,
        "choice": found.choice,
        "contact": person.ref.id if person else None,
        "candidates": [
            {
                "id": candidate.ref.id,
                "source": candidate.ref.source.value,
                "name": candidate.name,
                "number": candidate.number,
                "rule": candidate.rule.value,
            }
            for candidate in match.candidates
        ],
        "rejected": [{"id": loser.ref.id, "reason": loser.reason} for loser in match.rejected],
    }


def _explain(found: Finding) -> None:
    match, decision = found.match, found.decision
    number = match.number
    click.echo(f"Number:   {number.given}".rstrip())
    click.echo(f"Read as:  {_reading(number)}")
    click.echo(f"Rule:     {RULES[match.rule.value]}")
    if decision.person is not None:
        click.echo(f"Contact:  {decision.person.name} ({_place(decision.person.ref)})")
    else:
        click.echo(f"Contact:  {'the user is asked' if found.choice == 'ask' else 'nobody'}")
    why = decision.why if number.given.strip() else "No number was given."
    click.echo(f"Why:      {why}")
    if match.candidates:
        click.echo(f"\n{plural(len(match.candidates), 'candidate')}, best first:")
        for candidate in match.candidates:
            state = "" if candidate.active else ", no longer active"
            place = _place(candidate.ref)
            click.echo(f"  {candidate.name} ({place}{state}) - stored as {candidate.number}")
    if match.rejected:
        click.echo("\nPassed over:")
        for loser in match.rejected:
            place = _place(loser.ref)
            click.echo(f"  {loser.name} ({place}), stored as {loser.number}: {loser.reason}")
    if found.learned is not None:
        from datev_connector.app.commands.output import local_text

        when, place = local_text(found.learned.at), _place(found.learned.ref)
        click.echo(f"\nLearned:  chosen for this number on {when}: {place}")


def _reading(number: Number) -> str:
    kind = number.kind.value
    if not number.given.strip():
        return kind
    reading = f"{kind}, {number.e164}" if number.e164 else kind
    return reading + (f" (it {number.reason})" if number.reason else "")


def _place(ref: Any) -> str:
    return f"{ref.source.value} {ref.id}"
