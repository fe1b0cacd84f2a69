"""Two readings of one contract: ours, and that of the DATEV simulator, which shares no code.

Whatever becomes of a call, the records built for it offend neither; and a stream that offends one
offends the other. Left out of the random streams is what only one of them can know, and each such
difference is a test of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datev_connector.domain import contract
from datev_connector.domain.calls import Call, CallState, Direction, Live, Person
from datev_connector.domain.contacts import ContactRef, Rule, Source
from datev_connector.domain.record import (
    ADDRESSEES,
    INSTITUTIONS,
    OWN_SOURCE,
    CallRecord,
    CtiDirection,
    CtiState,
    Method,
)
from datev_connector.simulators.datev import checker as simulated
from datev_connector.simulators.datev import record as simulated_record
from datev_connector.simulators.datev.rules import Rules

RANG = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def on_the_wire(record: CallRecord) -> dict[str, str | int]:
    """Return the eleven fields as DATEV gets them."""
    return simulated_record.CallRecord(
        call_id=record.call_id,
        sync_id=record.sync_id,
        direction=simulated_record.Direction(record.direction),
        begin=record.begin.replace(tzinfo=None),
        end=record.end.replace(tzinfo=None),
        call_state=simulated_record.CallState(record.state),
        name=record.contact_name,
        contact_id=record.contact_id,
        data_source=record.data_source,
        number=record.number,
        note=record.note,
    ).as_json()


@dataclass
class Readers:
    """Both checkers, fed alike; each answers with what it finds wrong."""

    ours: contract.ContractChecker = field(default_factory=contract.ContractChecker)
    theirs: simulated.ContractChecker = field(
        default_factory=lambda: simulated.ContractChecker(Rules(own_source=OWN_SOURCE))
    )

    def dialled(self, call_id: str, sync_id: str) -> None:
        """DATEV has dialled: its SyncID is in force."""
        self.theirs.dial_sent(simulated_record.CallRecord(sync_id=sync_id))
        answer = simulated_record.CallRecord(sync_id=sync_id, call_id=call_id)
        self.theirs.dial_answered(sync_id, 0, answer.as_json())

    def read(self, method: Method, record: CallRecord) -> tuple[list[str], list[str]]:
        verdict = self.theirs.notify(method.value, on_the_wire(record))
        return self.ours.check(method, record), [str(v) for v in verdict.violations]


# --- whatever becomes of a call -------------------------------------------------------------------

PEOPLE = st.none() | st.builds(
    Person,
    ref=st.builds(ContactRef, st.sampled_from(Source), st.sampled_from(["c1", "c2", " "])),
    name=st.sampled_from(["Adler GmbH", " "]),
    number=st.sampled_from(["0721 555-111", ""]),
    rule=st.sampled_from(Rule),
)
SECONDS = st.integers(-5, 30)
HAPPENINGS = st.lists(
    st.one_of(
        st.tuples(st.just("rings"), SECONDS),
        st.tuples(st.just("answered"), SECONDS),
        st.tuples(st.just("held"), SECONDS),
        st.tuples(st.just("ends"), SECONDS),
        st.tuples(st.just("person"), PEOPLE),
        st.tuples(st.just("number"), st.sampled_from(["", "0049721555111", "23"])),
        st.tuples(st.just("told"), st.none()),
    ),
    max_size=25,
)


def changed(call: Call, what: str, value: Any) -> Call:
    """Return the call after a happening, forwards only, as the desk lets it go."""
    if what == "person":
        return replace(call, person=value)
    if what == "number":
        return replace(call, number=value)
    if not call.active:
        return call
    at = call.last_seen_at + timedelta(seconds=value)
    call = replace(call, last_seen_at=max(call.last_seen_at, at))
    if what == "ends":
        return replace(call, state=CallState.ENDED, ended_at=at)
    if what == "rings":
        return call if call.connected_at else replace(call, rang=True)
    state = CallState.CONNECTED if what == "answered" else CallState.HELD
    return replace(call, state=state, connected_at=call.connected_at or at)


def told(call: Call, readers: Readers) -> Call:
    """Return the call after the step that is due, which neither reader objects to."""
    step = contract.next_live_step(call)
    if step is None:
        return call
    record = contract.live_record(call, step.state)
    assert readers.read(step.method, record) == ([], [])
    ref = contract.contact_for_datev(call)
    return replace(call, live=step.reaches, sent_number=record.number, sent_person=ref)


@given(
    happenings=HAPPENINGS,
    direction=st.sampled_from(Direction),
    from_datev=st.booleans(),
    note=st.sampled_from(["", "a note"]),
)
def test_records_of_any_call_offend_nobody(
    happenings: list[tuple[str, Any]], direction: Direction, note: str, *, from_datev: bool
) -> None:
    readers = Readers()
    call = Call(
        call="k1",
        pbx_call="p1",
        call_id="id1",
        sync_id="s1" if from_datev else "",
        from_datev=from_datev,
        direction=Direction.OUTGOING if from_datev else direction,
        state=CallState.RINGING,
        began_at=RANG,
        last_seen_at=RANG,
    )
    if from_datev:
        readers.dialled("id1", "s1")
    for what, value in [*happenings, ("ends", 1)]:
        call = told(call, readers) if what == "told" else changed(call, what, value)
    for _ in range(3):
        call = told(call, readers)
    assert call.live is Live.COMPLETE
    assert contract.next_live_step(call) is None
    entry = contract.journal_record(call, "id2", note)
    for _ in range(2):
        assert readers.read(Method.NEW_JOURNAL, entry) == ([], [])


# --- whatever anybody sends -----------------------------------------------------------------------

DIALLED, SYNC_ID = "id3", "s3"
IDS = ["id1", "id2", DIALLED, "entry1", "entry2", ""]
CONTACTS: list[dict[str, Any]] = [
    {},
    {"contact_name": "A", "contact_id": "c1", "data_source": ADDRESSEES},
    {"contact_name": "B", "contact_id": "c2", "data_source": INSTITUTIONS},
    {"contact_name": "", "contact_id": "c1", "data_source": ADDRESSEES},
    {"contact_name": "A", "contact_id": " ", "data_source": INSTITUTIONS},
    {"contact_name": "A", "contact_id": "c1", "data_source": "DATEV_Mandanten"},
    {"contact_name": "", "contact_id": "c1", "data_source": OWN_SOURCE},
]
SPOILED: list[dict[str, Any]] = [
    {"direction": CtiDirection.UNKNOWN},
    {"direction": CtiDirection.OUTGOING},
    {"end": RANG - timedelta(seconds=1)},
    {"begin": RANG - timedelta(seconds=1)},
]
"""What both look at in every message; more, where it is no `NewCall`."""
SPOILED_LATER: list[dict[str, Any]] = [*SPOILED, {"sync_id": SYNC_ID}, {"sync_id": ""}]
SPOILED_ENTRY: list[dict[str, Any]] = [*SPOILED_LATER, {"note": "another note"}]
PATHS = [
    (CtiState.OFFERED,),
    (CtiState.OFFERED, CtiState.CONNECTED),
    (CtiState.OFFERED, CtiState.ABSENCE),
    (CtiState.CONNECTED,),
    (CtiState.CONNECTED, CtiState.FINISHED),
    (CtiState.OFFERED, CtiState.CONNECTED, CtiState.FINISHED),
]


def message(method: Method, call_id: str, state: CtiState) -> CallRecord:
    """Return a record in which everything fits its call."""
    journal = method is Method.NEW_JOURNAL
    dialled = call_id == DIALLED
    return CallRecord(
        call_id=call_id,
        sync_id=SYNC_ID if dialled and not journal else "",
        direction=CtiDirection.OUTGOING if dialled else CtiDirection.INCOMING,
        begin=RANG,
        end=RANG,
        state=state,
        # No entry looks like one about a call: only the simulator compares the two.
        number=f"0049{IDS.index(call_id)}{0 if journal else 1}0000",
        note="a note" if journal else "",
    )


@st.composite
def messages(draw: st.DrawFn) -> tuple[Method, CallRecord]:
    """Return a notification, some of them with a field spoiled."""
    method = draw(st.sampled_from(Method))
    record = message(method, draw(st.sampled_from(IDS)), draw(st.sampled_from(CtiState)))
    record = replace(record, **draw(st.sampled_from(CONTACTS)))
    if draw(st.integers(0, 3)):
        return method, record
    ways = {Method.NEW_CALL: SPOILED, Method.NEW_JOURNAL: SPOILED_ENTRY}.get(method, SPOILED_LATER)
    return method, replace(record, **draw(st.sampled_from(ways)))


@st.composite
def streams(draw: st.DrawFn) -> list[tuple[Method, CallRecord]]:
    """Return calls as far as they have come, in order, and then anything."""
    stream = []
    for call_id in (DIALLED, *draw(st.sets(st.sampled_from(["id1", "id2"])))):
        for position, state in enumerate(draw(st.sampled_from(PATHS))):
            method = Method.CALL_STATE_CHANGED if position else Method.NEW_CALL
            stream.append((method, message(method, call_id, state)))
    return stream + draw(st.lists(messages(), max_size=6))


@settings(max_examples=300)
@given(stream=streams())
def test_both_readers_object_to_the_same_message(
    stream: list[tuple[Method, CallRecord]],
) -> None:
    readers = Readers()
    readers.dialled(DIALLED, SYNC_ID)
    for method, record in stream:
        ours, theirs = readers.read(method, record)
        assert bool(ours) == bool(theirs), (ours, theirs)
        if ours:
            return  # after a breach each keeps what it thinks DATEV would keep


# --- what only one of them can know ---------------------------------------------------------------

FIRST = CallRecord(
    call_id="id1",
    direction=CtiDirection.INCOMING,
    begin=RANG,
    end=RANG,
    state=CtiState.OFFERED,
    number="0049721555111",
)


@pytest.mark.parametrize(
    "record",
    [
        replace(FIRST, sync_id="invented"),
        replace(FIRST, data_source="Another"),
        replace(FIRST, data_source=""),
        replace(FIRST, call_id=" "),
    ],
)
def test_only_the_simulator_knows_its_dials_and_our_name(record: CallRecord) -> None:
    ours, theirs = Readers().read(Method.NEW_CALL, record)
    assert (ours, bool(theirs)) == ([], True)


def test_only_the_simulator_compares_an_entry_with_its_call() -> None:
    readers = Readers()
    readers.read(Method.NEW_CALL, FIRST)
    readers.read(Method.CALL_STATE_CHANGED, replace(FIRST, state=CtiState.ABSENCE))
    entry = replace(FIRST, call_id="id2", state=CtiState.ABSENCE, number="+49 721 555111")
    ours, theirs = readers.read(Method.NEW_JOURNAL, entry)
    assert (ours, bool(theirs)) == ([], True)


@pytest.mark.parametrize("change", [{"number": "1"}, {"note": "a note"}])
def test_only_ours_holds_the_number_fast_and_keeps_notes_out(change: dict[str, Any]) -> None:
    readers = Readers()
    readers.read(Method.NEW_CALL, FIRST)
    second = replace(FIRST, state=CtiState.CONNECTED)
    ours, theirs = readers.read(Method.CALL_STATE_CHANGED, replace(second, **change))
    assert (bool(ours), theirs) == (True, [])
