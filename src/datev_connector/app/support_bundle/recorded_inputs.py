"""A recording of the desk's inputs as lines of JSON: a head, then one line an input."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from datev_connector.app.support_bundle.plain_values import Unreadable, as_plain, from_plain
from datev_connector.app.support_bundle.stand_ins import StandIns
from datev_connector.domain.desk.terms import Terms
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.inputs import LegChanged
from datev_connector.engine.recording import Recording, Restored

FORMAT = "datev-connector recording"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Masked:
    """A recording with stand-ins, and what put them there."""

    recording: Recording
    stand_ins: StandIns


def masked(recording: Recording, *, hide: Callable[[str], str]) -> Masked:
    """Put stand-ins into a recording. `hide` cleans sentences for people of what is personal."""
    terms, left = recording.terms, recording.restored
    first = terms if left is None else left.terms
    plan = DialPlan() if first is None else first.plan
    stand_ins = StandIns([plan, *values_of(recording)], plan, hide=hide)

    def put_into(terms: Terms) -> Terms:
        return terms._replace(plan=stand_ins.put_into(terms.plan))

    made = Recording(
        terms=None if terms is None else put_into(terms),
        inputs=tuple(stand_ins.put_into(each) for each in recording.inputs),
        begins_in_the_middle=recording.begins_in_the_middle,
        legs=tuple(stand_ins.put_into(each) for each in recording.legs),
        restored=None
        if left is None
        else replace(
            left,
            terms=put_into(left.terms),
            calls=stand_ins.put_into(left.calls),
            entries=stand_ins.put_into(left.entries),
        ),
    )
    return Masked(made, stand_ins)


def values_of(recording: Recording) -> tuple[Any, ...]:
    """Return everything in a recording that may tell of somebody."""
    left = recording.restored
    return (
        *recording.legs,
        *recording.inputs,
        *(() if left is None else (*left.calls, *left.entries)),
    )


def as_lines(recording: Recording, *, program: str) -> str:
    """Write a recording; `program` is the version that made it."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "program": program,
        "begins_in_the_middle": recording.begins_in_the_middle,
        "terms": _plain_terms(recording.terms),
        "legs": as_plain(recording.legs),
        "restored": _plain_restored(recording.restored),
    }
    lines = [head, *(as_plain(each) for each in recording.inputs)]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def from_lines(text: str) -> Recording:
    """Read a recording. Raises Unreadable with the line that cannot be read."""
    lines = text.removesuffix("\n").split("\n")  # a text in JSON may hold other ends of lines
    if not text:
        raise Unreadable("the recording is empty")
    head = _read(lines[0], 1)
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise Unreadable("line 1: this is no recording of the call desk")
    if head.get("version") != VERSION:
        raise Unreadable(f"line 1: version {head.get('version')} is not {VERSION}")
    try:
        return Recording(
            terms=_terms(head["terms"]),
            inputs=tuple(_input(line, number) for number, line in enumerate(lines[1:], 2)),
            begins_in_the_middle=bool(head["begins_in_the_middle"]),
            restored=_restored(head.get("restored")),
            legs=_legs(head.get("legs", [])),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise Unreadable(f"line 1: {type(fault).__name__}") from fault


def _plain_terms(terms: Terms | None) -> dict[str, Any] | None:
    if terms is None:
        return None
    return {name: as_plain(value) for name, value in terms._asdict().items()}


def _terms(plain: dict[str, Any] | None) -> Terms | None:
    if plain is None:
        return None
    return Terms(**{name: from_plain(value) for name, value in plain.items()})


def _plain_restored(left: Restored | None) -> dict[str, Any] | None:
    if left is None:
        return None
    return {
        "at": as_plain(left.at),
        "terms": _plain_terms(left.terms),
        "calls": as_plain(left.calls),
        "entries": as_plain(left.entries),
        "next_position": left.next_position,
    }


def _restored(plain: dict[str, Any] | None) -> Restored | None:
    if plain is None:
        return None
    terms = _terms(plain["terms"])
    if terms is None:
        raise TypeError("what was taken up has no terms")
    return Restored(
        at=from_plain(plain["at"]),
        terms=terms,
        calls=from_plain(plain["calls"]),
        entries=from_plain(plain["entries"]),
        next_position=int(plain["next_position"]),
    )


def _legs(plain: Any) -> tuple[LegChanged, ...]:
    legs = from_plain(plain)
    if not all(isinstance(each, LegChanged) for each in legs):
        raise TypeError("the state of a leg is something else")
    return tuple(legs)


def _input(line: str, number: int) -> Any:
    try:
        return from_plain(_read(line, number))
    except Unreadable as fault:
        raise Unreadable(f"line {number}: {fault}") from fault


def _read(line: str, number: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise Unreadable(f"line {number}: no JSON") from None
