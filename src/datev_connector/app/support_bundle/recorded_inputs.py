"""A recording of the desk's inputs as lines of JSON: a head, then one line an input."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from datev_connector.app.support_bundle.plain_values import Unreadable, as_plain, from_plain
from datev_connector.app.support_bundle.stand_ins import StandIns
from datev_connector.domain.desk.terms import Terms
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.engine.recording import Recording

FORMAT = "datev-connector recording"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Masked:
    """A recording with stand-ins, and what put them there."""

    recording: Recording
    stand_ins: StandIns


def masked(recording: Recording, *, hide: Callable[[str], str]) -> Masked:
    """Put stand-ins into a recording. `hide` cleans sentences for people of what is personal."""
    terms = recording.terms
    plan = DialPlan() if terms is None else terms.plan
    values: list[Any] = [plan, *recording.inputs]
    stand_ins = StandIns(values, plan, hide=hide)
    made = Recording(
        terms=None if terms is None else terms._replace(plan=stand_ins.put_into(plan)),
        inputs=tuple(stand_ins.put_into(each) for each in recording.inputs),
        begins_in_the_middle=recording.begins_in_the_middle,
    )
    return Masked(made, stand_ins)


def as_lines(recording: Recording, *, program: str) -> str:
    """Write a recording; `program` is the version that made it."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "program": program,
        "begins_in_the_middle": recording.begins_in_the_middle,
        "terms": None
        if recording.terms is None
        else {name: as_plain(value) for name, value in recording.terms._asdict().items()},
    }
    lines = [head, *(as_plain(each) for each in recording.inputs)]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def from_lines(text: str) -> Recording:
    """Read a recording. Raises Unreadable with the line that cannot be read."""
    lines = text.splitlines()
    if not lines:
        raise Unreadable("the recording is empty")
    head = _read(lines[0], 1)
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise Unreadable("line 1: this is no recording of the call desk")
    if head.get("version") != VERSION:
        raise Unreadable(f"line 1: version {head.get('version')} is not {VERSION}")
    try:
        terms = head["terms"]
        return Recording(
            terms=None if terms is None else Terms(**{n: from_plain(v) for n, v in terms.items()}),
            inputs=tuple(_input(line, number) for number, line in enumerate(lines[1:], 2)),
            begins_in_the_middle=bool(head["begins_in_the_middle"]),
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise Unreadable(f"line 1: {type(fault).__name__}") from fault


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
