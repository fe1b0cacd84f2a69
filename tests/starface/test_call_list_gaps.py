"""The calls that nobody saw, as the call list tells them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.calls import Call, CallState, Direction, ListedCall, Outcome
from datev_connector.starface.commands import Recall
from datev_connector.starface.list_reader import ListReader
from datev_connector.starface.pbx_clock import PbxClock
from datev_connector.starface.wire.call_list import (
    GAP_MARGIN,
    Listing,
    calls_of_gap,
    outcome_of,
    read_entries,
    read_listing,
)
from datev_connector.starface.wire.uci import Uci, UciVersion
from datev_connector.starface.wire.xmlrpc import MethodCall, Value

BEGAN = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LOCAL = BEGAN.replace(tzinfo=None) + timedelta(hours=1)
NUMBER = "004971112345"

ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(max_size=12)
    | st.binary(max_size=4)
    | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)
MEMBERS = st.sampled_from(
    [
        *("direction", "result", "callerNumber", "calledNumber", "callDescription", "startTime"),
        *("duration", "groupId", "id", "callId", "callerName", "calledName"),
    ]
)


def to_utc(shown: datetime) -> datetime:
    return PbxClock(timezone(timedelta(hours=1))).utc_time(shown)


def entry(**members: Value) -> dict[str, Value]:
    return {
        "id": "entry-1",
        "direction": "INBOUND",
        "result": "MISSED",
        "callerNumber": NUMBER,
        "calledNumber": "23",
        "callDescription": "",
        "startTime": LOCAL,
        "duration": 0,
        "groupId": "",
        **members,
    }


def listing(*entries: Value) -> Listing:
    return read_listing({"entries": list(entries), "totalCount": 7}, to_utc)


def only(*entries: Value) -> ListedCall:
    (call,) = listing(*entries).calls
    return call


def test_a_missed_call() -> None:
    assert only(entry()) == ListedCall(
        direction=Direction.INCOMING,
        outcome=Outcome.MISSED,
        began_at=BEGAN,
        number=NUMBER,
        ids=("entry-1",),
    )


def test_an_answered_call_of_a_group_keeps_its_talk_and_its_group() -> None:
    call = only(entry(result="ANSWERED", duration=62, groupId="Zentrale"))
    assert call.outcome is Outcome.ANSWERED
    assert call.talked == timedelta(seconds=62)
    assert call.group == "Zentrale"


@pytest.mark.parametrize(
    ("direction", "result", "outcome"),
    [
        ("INBOUND", "ANSWERED", Outcome.ANSWERED),
        ("INBOUND", "CONNECTED", Outcome.ANSWERED),
        ("inbound", "answered", Outcome.ANSWERED),
        ("INCOMING", "NOT_CONNECTED", Outcome.MISSED),
        ("INBOUND", "ANSWERED_ELSEWHERE", Outcome.ANSWERED_ELSEWHERE),
        ("INBOUND", "answeredelswhere", Outcome.ANSWERED_ELSEWHERE),
        ("INBOUND", "VOICEMAIL", Outcome.MISSED),
        ("OUTBOUND", "ANSWERED", Outcome.ANSWERED),
        ("OUTBOUND", "MISSED", Outcome.UNREACHED),
        ("OUTGOING", "BUSY", Outcome.UNREACHED),
    ],
)
def test_what_an_unseen_call_was(direction: str, result: str, outcome: Outcome) -> None:
    call = only(entry(direction=direction, result=result, duration=5, calledNumber=NUMBER))
    assert call.outcome is outcome
    assert (call.talked is not None) is (outcome is Outcome.ANSWERED)
    assert call.number == NUMBER


def test_without_a_result_the_length_tells() -> None:
    assert only(entry(result="", duration=5)).outcome is Outcome.ANSWERED
    assert only(entry(result="", duration=0)).outcome is Outcome.MISSED


@pytest.mark.parametrize(
    ("duration", "talked_s"),
    [
        (62, 62),
        ("62", 62),
        (62.9, 62),
        (0, 0),
        (-1, None),
        ("", None),
        ("1:02", None),
        (True, None),
        ([], None),
        (10**8, None),
        (float("nan"), None),
    ],
)
def test_lengths_of_every_type(duration: Value, talked_s: int | None) -> None:
    talked = only(entry(result="ANSWERED", duration=duration)).talked
    assert talked == (None if talked_s is None else timedelta(seconds=talked_s))


@pytest.mark.parametrize(
    "started", [LOCAL, LOCAL.isoformat(), "20261122T14:00:00", "22.11.2026 14:00:00"]
)
def test_beginnings_of_every_type(started: Value) -> None:
    assert only(entry(startTime=started)).began_at == BEGAN


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "text",
        7,
        {},
        [],
        entry(direction=""),
        entry(direction=4),
        entry(startTime=""),
        entry(startTime="yesterday"),
        entry(startTime=LOCAL.replace(year=1, month=1, day=1, hour=0)),
        {name: value for name, value in entry().items() if name != "startTime"},
    ],
)
def test_what_cannot_be_read_is_counted_and_keeps_nothing_else(odd: Value) -> None:
    read = listing(odd, entry(), odd)
    assert [call.number for call in read.calls] == [NUMBER]
    assert (read.entries, read.unread, read.total) == (3, 2, 7)


@pytest.mark.parametrize("answer", [None, "", [], {}, {"entries": "x"}, {"totalCount": True}])
def test_strange_answers_hold_no_calls(answer: Value) -> None:
    assert read_listing(answer, to_utc) == Listing(calls=(), entries=0, unread=0, total=None)


@given(st.dictionaries(st.text(max_size=6), ANY, max_size=3) | ANY)
def test_no_answer_is_too_strange(answer: Any) -> None:
    read_listing(answer, to_utc)


@given(st.lists(st.dictionaries(MEMBERS, ANY, max_size=12), max_size=4))
def test_no_entry_is_too_strange(odd: list[Any]) -> None:
    broken = [entry(**members) for members in odd]
    read = listing(*broken, entry(id="good", callerNumber="0721 1"))
    assert read.entries == len(odd) + 1 == read.unread + len(read.calls)
    assert read.calls[-1].number == "0721 1"
    gap = calls_of_gap([read], at=BEGAN, since=BEGAN, until=BEGAN)
    assert all(abs(call.began_at - BEGAN) <= GAP_MARGIN for call in gap.calls)
    known = Call(
        call="ours",
        pbx_call="7d1c",
        direction=Direction.INCOMING,
        state=CallState.ENDED,
        number=NUMBER,
        began_at=BEGAN,
        last_seen_at=BEGAN,
    )
    assert outcome_of(known, read_entries({"entries": broken}), to_utc) in (None, *Outcome)


@pytest.mark.parametrize(
    ("members", "ids"),
    [
        ({"id": "e1"}, ("e1",)),
        ({"id": 4711}, ("4711",)),
        ({"id": "e1", "callId": "c1"}, ("c1", "e1")),
        ({"id": "", "callListEntryId": "e1"}, ("e1",)),
        ({"id": "c1", "uuid": "c1"}, ("c1",)),
        ({"id": ["e1"]}, ()),
    ],
)
def test_ids_under_any_of_their_names(members: dict[str, Value], ids: tuple[str, ...]) -> None:
    assert only(entry(**members)).ids == ids


def test_the_gap_takes_what_began_in_it_and_the_neighbours_oldest_first() -> None:
    minutes = (9, -4, 2, 0, -6, 8)
    read = listing(*(entry(id=f"e{m}", startTime=LOCAL + timedelta(minutes=m)) for m in minutes))
    until = BEGAN + timedelta(minutes=3)
    gap = calls_of_gap([read], at=until, since=BEGAN, until=until)
    assert [call.ids for call in gap.calls] == [("e-4",), ("e0",), ("e2",), ("e8",)]
    assert (gap.at, gap.since, gap.until) == (until, BEGAN, until)


@pytest.mark.parametrize(
    ("duration", "kept"), [(3 * 3600, True), (7190, True), (6900, True), (6899, False), (0, False)]
)
def test_a_conversation_that_reached_into_the_gap_belongs_to_it(
    duration: int, *, kept: bool
) -> None:
    talk = entry(result="ANSWERED", duration=duration, startTime=LOCAL - timedelta(hours=2))
    gap = calls_of_gap([listing(talk)], at=BEGAN, since=BEGAN, until=BEGAN)
    assert bool(gap.calls) is kept


def test_the_pbx_is_asked_for_long_conversations_as_well() -> None:
    asked: list[tuple[Value, ...]] = []

    async def nothing(call: MethodCall) -> Value:
        asked.append(call.params)
        return []

    reader = ListReader(
        request=nothing,
        uci=lambda: Uci(UciVersion.V30),
        clock=PbxClock(UTC),
        now=lambda: BEGAN,
        recall_pauses_s=(0.0, 0.0),
    )
    asyncio.run(reader.recall(Recall(since=BEGAN, until=BEGAN), lambda _: None))
    (before, after), (again, _) = (params[:2] for params in asked)
    assert isinstance(after, datetime)
    assert after <= BEGAN.replace(tzinfo=None) - timedelta(hours=4)
    assert before == again


def test_pages_that_overlap_tell_a_call_once() -> None:
    one, other = listing(entry(), entry(id="entry-2")), listing(entry(id="entry-2"))
    gap = calls_of_gap([one, other], at=BEGAN, since=BEGAN, until=BEGAN)
    assert [call.ids for call in gap.calls] == [("entry-1",), ("entry-2",)]


def test_what_several_entries_call_their_id_names_none_of_them() -> None:
    twice = listing(
        entry(id="23", callId="c1"),
        entry(id="23", callId="c2", startTime=LOCAL + timedelta(seconds=40)),
    )
    gap = calls_of_gap([twice], at=BEGAN, since=BEGAN, until=BEGAN)
    assert [call.ids for call in gap.calls] == [("c1",), ("c2",)]


def test_answered_says_the_list_of_a_call_that_ended_unseen() -> None:
    unseen = Call(
        call="ours",
        pbx_call="7d1c",
        direction=Direction.INCOMING,
        state=CallState.ENDED,
        number=NUMBER,
        began_at=BEGAN,
        last_seen_at=BEGAN,
        ended_unseen=True,
    )
    entries = read_entries([entry(result="ANSWERED", duration=30)])
    assert outcome_of(unseen, entries, to_utc) is Outcome.ANSWERED
    watched = replace(unseen, ended_unseen=False)
    assert outcome_of(watched, entries, to_utc) is Outcome.ANSWERED_ELSEWHERE
