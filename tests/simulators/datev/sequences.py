"""Valid conversations with DATEV, drawn at random: interleaved calls, dials, journal entries.

A conversation is a list of `Said` steps that `play` tells a checker. It is built by a model of a
correct telephony program, so that no step of it may be judged a violation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from datev_connector.simulators.datev import (
    ADDRESSEES,
    INSTITUTIONS,
    CallRecord,
    CallState,
    ContractChecker,
    Direction,
    Method,
)
from tests.simulators.datev.records import OWN_SOURCE, RING, connected, journal, offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One step. `asked` makes it a Dial of DATEV whose answer holds `record`."""

    record: CallRecord
    method: Method | None = None
    asked: CallRecord | None = None


def play(checker: ContractChecker, conversation: Iterable[Said]) -> None:
    for said in conversation:
        if said.asked is not None:
            checker.dial_sent(said.asked)
            checker.dial_answered(said.asked.sync_id, 0, said.record.as_json())
        elif said.method is not None:
            checker.notify(said.method, said.record.as_json())


def contact(number: int, *, institution: bool = False) -> dict[str, Any]:
    source = INSTITUTIONS if institution else ADDRESSEES
    return {"name": f"Contact {number}", "contact_id": f"id-{number}", "data_source": source}


@st.composite
def call_lives(draw: st.DrawFn, index: int) -> list[Said]:
    """One call from first to last notification."""
    said: list[Said] = []
    first = _first_record(draw, index)
    if first.sync_id:
        asked = replace(CallRecord(), sync_id=first.sync_id, number=first.number)
        if first.contact_id:
            asked = replace(
                asked,
                name=first.name,
                contact_id=first.contact_id,
                data_source=first.data_source,
            )
        said.append(Said(asked=asked, record=replace(asked, call_id=first.call_id)))
    said.append(Said(method=Method.NEW_CALL, record=first))
    if first.call_state is CallState.OFFERED and draw(st.booleans()):
        return [*said, _ending(first, CallState.ABSENCE, draw)]
    talk = first
    if first.call_state is CallState.OFFERED:
        talk = connected(first, after_s=draw(st.integers(0, 30)))
        said.append(Said(method=Method.CALL_STATE_CHANGED, record=talk))
    for change in range(draw(st.integers(0, 2))):
        talk = replace(talk, **contact(1000 + 10 * index + change))
        said.append(Said(method=Method.CALL_ADRESSAT_CHANGED, record=talk))
    return [*said, _ending(talk, CallState.FINISHED, draw)]


def _first_record(draw: st.DrawFn, index: int) -> CallRecord:
    dialled = draw(st.booleans())
    direction = Direction.OUTGOING if dialled else draw(st.sampled_from([*Direction][1:]))
    begin = RING + timedelta(minutes=index, seconds=draw(st.integers(0, 59)))
    record = offered(
        f"c-{index}",
        sync_id=f"S-{index}" if dialled else "",
        direction=direction,
        begin=begin,
        end=begin,
        number=f"+4972150{index:04d}",
        data_source=OWN_SOURCE,
    )
    if draw(st.booleans()):
        record = replace(record, **contact(index, institution=draw(st.booleans())))
    if draw(st.booleans()):
        record = replace(record, call_state=CallState.CONNECTED)
    return record


def _ending(before: CallRecord, state: CallState, draw: st.DrawFn) -> Said:
    end = before.begin + timedelta(seconds=draw(st.integers(0, 7200)))
    record = replace(before, call_state=state, end=end)
    return Said(method=Method.CALL_STATE_CHANGED, record=record)


@st.composite
def conversations(draw: st.DrawFn, *, with_journal: bool | None = None) -> list[Said]:
    """Up to four calls at once, then (nobody on the line) journal entries for some of them."""
    count = draw(st.integers(1, 4))
    lives = [draw(call_lives(index)) for index in range(count)]
    said = _interleave(draw, [list(life) for life in lives])
    wanted = draw(st.booleans()) if with_journal is None else with_journal
    if wanted:
        for index, life in enumerate(lives):
            entry = journal(life[-1].record, f"j-{index}", draw(st.text(max_size=20)))
            said += [Said(method=Method.NEW_JOURNAL, record=entry)] * draw(st.integers(1, 2))
    return said


def _interleave(draw: st.DrawFn, lives: list[list[Said]]) -> list[Said]:
    said = []
    while any(lives):
        life = draw(st.sampled_from([life for life in lives if life]))
        said.append(life.pop(0))
    return said
