"""The contract with DATEV, table by table: what is built, and what the checker finds wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from datev_connector.domain.calls import Call, CallState, Direction, Live, Person
from datev_connector.domain.contacts import ContactRef, Rule, Source
from datev_connector.domain.contract import (
    NEXT,
    ContractChecker,
    LiveStep,
    contact_for_datev,
    journal_record,
    live_record,
    next_live_step,
    number_for_datev,
)
from datev_connector.domain.record import (
    ADDRESSEES,
    INSTITUTIONS,
    OWN_SOURCE,
    CallRecord,
    CtiDirection,
    CtiState,
    Method,
)

RANG = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ANSWERED = RANG + timedelta(seconds=7)
ENDED = RANG + timedelta(seconds=90)
CALLER = "0049721555111"
STORED = "0721 555-111"

OFFERED, CONNECTED, FINISHED, ABSENCE = (
    CtiState.OFFERED,
    CtiState.CONNECTED,
    CtiState.FINISHED,
    CtiState.ABSENCE,
)


def person(source: Source = Source.DATEV, id_: str = "c1", **facts: Any) -> Person:
    known: dict[str, Any] = {"name": "Adler GmbH", "number": STORED, "rule": Rule.EXACT}
    return Person(ref=ContactRef(source, id_), **(known | facts))


def a_call(**facts: Any) -> Call:
    """Return a call that rings; state follows from the given times."""
    known: dict[str, Any] = {
        "call": "k1",
        "pbx_call": "p1",
        "call_id": "id1",
        "direction": Direction.INCOMING,
        "state": CallState.RINGING,
        "rang": True,
        "number": CALLER,
        "began_at": RANG,
        "last_seen_at": RANG,
    }
    if facts.get("connected_at"):
        known["state"] = CallState.CONNECTED
    if facts.get("ended_at"):
        known["state"] = CallState.ENDED
    return Call(**(known | facts))


RINGS: dict[str, Any] = {}
REACHED: dict[str, Any] = {"rang": False}
TALKS: dict[str, Any] = {"connected_at": ANSWERED}
WAS_ANSWERED: dict[str, Any] = {"connected_at": ANSWERED, "ended_at": ENDED}
WAS_MISSED: dict[str, Any] = {"ended_at": ENDED}


# --- the builder ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "live", "expected"),
    [
        (REACHED, Live.NEVER, None),
        (RINGS, Live.NEVER, (Method.NEW_CALL, OFFERED, Live.OFFERED)),
        (TALKS, Live.NEVER, (Method.NEW_CALL, CONNECTED, Live.CONNECTED)),
        (WAS_MISSED, Live.NEVER, (Method.NEW_CALL, OFFERED, Live.OFFERED)),
        (WAS_ANSWERED, Live.NEVER, (Method.NEW_CALL, CONNECTED, Live.CONNECTED)),
        (RINGS, Live.OFFERED, None),
        (TALKS, Live.OFFERED, (Method.CALL_STATE_CHANGED, CONNECTED, Live.CONNECTED)),
        (WAS_MISSED, Live.OFFERED, (Method.CALL_STATE_CHANGED, ABSENCE, Live.COMPLETE)),
        (WAS_ANSWERED, Live.OFFERED, (Method.CALL_STATE_CHANGED, CONNECTED, Live.CONNECTED)),
        (TALKS, Live.CONNECTED, None),
        (WAS_MISSED, Live.CONNECTED, None),
        (WAS_ANSWERED, Live.CONNECTED, (Method.CALL_STATE_CHANGED, FINISHED, Live.COMPLETE)),
        *[
            (facts, live, None)
            for facts in (RINGS, TALKS, WAS_MISSED, WAS_ANSWERED)
            for live in (Live.COMPLETE, Live.BROKEN)
        ],
    ],
)
def test_what_is_due_for_a_call(
    facts: dict[str, Any], live: Live, expected: tuple[Method, CtiState, Live] | None
) -> None:
    due = next_live_step(a_call(live=live, **facts))
    assert due == (
        None
        if expected is None
        else LiveStep(method=expected[0], state=expected[1], reaches=expected[2])
    )


def test_the_permitted_chains_are_those_of_datev() -> None:
    chains: list[tuple[CtiState, ...]] = []

    def follow(live: Live, so_far: tuple[CtiState, ...]) -> None:
        if not NEXT[live]:
            chains.append(so_far)
        for state, reached in NEXT[live].items():
            follow(reached, (*so_far, state))

    follow(Live.NEVER, ())
    assert sorted(chains) == [
        (OFFERED, ABSENCE),
        (OFFERED, CONNECTED, FINISHED),
        (CONNECTED, FINISHED),
    ]


@pytest.mark.parametrize(
    ("facts", "state", "begin", "end"),
    [
        (RINGS, OFFERED, RANG, RANG),
        (TALKS, OFFERED, RANG, RANG),
        (WAS_MISSED, OFFERED, RANG, RANG),
        (TALKS, CONNECTED, ANSWERED, ANSWERED),
        (WAS_ANSWERED, CONNECTED, ANSWERED, ANSWERED),
        (WAS_ANSWERED, FINISHED, ANSWERED, ENDED),
        (WAS_MISSED, ABSENCE, RANG, ENDED),
        ({"ended_at": RANG - timedelta(seconds=9)}, ABSENCE, RANG, RANG),
        ({"connected_at": ANSWERED, "ended_at": RANG}, FINISHED, ANSWERED, ANSWERED),
    ],
)
def test_begin_and_end_of_each_step(
    facts: dict[str, Any], state: CtiState, begin: datetime, end: datetime
) -> None:
    record = live_record(a_call(**facts), state)
    assert (record.state, record.begin, record.end) == (state, begin, end)


@pytest.mark.parametrize(
    ("facts", "state", "begin", "end"),
    [
        (WAS_ANSWERED, FINISHED, ANSWERED, ENDED),
        (WAS_MISSED, ABSENCE, RANG, ENDED),
        ({"connected_at": ANSWERED, "ended_at": RANG}, FINISHED, ANSWERED, ANSWERED),
    ],
)
def test_the_journal_entry_of_a_call(
    facts: dict[str, Any], state: CtiState, begin: datetime, end: datetime
) -> None:
    call = a_call(sync_id="s1", from_datev=True, **facts)
    record = journal_record(call, "id2", "a note")
    assert (record.call_id, record.sync_id, record.note) == ("id2", "", "a note")
    assert (record.state, record.begin, record.end) == (state, begin, end)


def test_a_live_record_carries_both_ids_and_no_note() -> None:
    record = live_record(a_call(sync_id="s1", note="private"), OFFERED)
    assert (record.call_id, record.sync_id, record.note) == ("id1", "s1", "")


@pytest.mark.parametrize(
    ("direction", "told"),
    [
        (Direction.INCOMING, CtiDirection.INCOMING),
        (Direction.OUTGOING, CtiDirection.OUTGOING),
    ],
)
def test_the_direction(direction: Direction, told: CtiDirection) -> None:
    assert live_record(a_call(direction=direction), OFFERED).direction is told


NOBODY = ("", "", OWN_SOURCE)


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (None, NOBODY),
        (person(), ("Adler GmbH", "c1", ADDRESSEES)),
        (person(Source.INSTITUTION, "i1"), ("Adler GmbH", "i1", INSTITUTIONS)),
        (person(Source.STARFACE), NOBODY),
        (person(name=" "), NOBODY),
        (person(id_=" "), NOBODY),
    ],
)
def test_the_contact_fields_are_whole_or_empty(
    who: Person | None, told: tuple[str, str, str]
) -> None:
    call = a_call(person=who)
    record = live_record(call, OFFERED)
    assert (record.contact_name, record.contact_id, record.data_source) == told
    ref = contact_for_datev(call)
    assert (ref.id if ref is not None else "") == told[1]


@pytest.mark.parametrize(
    ("facts", "number"),
    [
        ({}, CALLER),
        ({"person": person()}, STORED),
        ({"person": person(number="")}, CALLER),
        ({"person": person(rule=Rule.COMPLETED_LOCAL)}, STORED),
        ({"person": person(rule=Rule.COMPANY_STEM)}, CALLER),
        ({"person": person(Source.STARFACE)}, CALLER),
        ({"person": person(name="")}, CALLER),
        ({"person": person(), "from_datev": True}, CALLER),
        ({"person": person(), "sent_number": "07 21 / 55"}, "07 21 / 55"),
        ({"person": person(), "sent_number": ""}, ""),
    ],
)
def test_the_number_is_the_one_that_datev_knows(facts: dict[str, Any], number: str) -> None:
    call = a_call(**facts)
    assert number_for_datev(call) == number
    assert live_record(call, OFFERED).number == number
    assert journal_record(call, "id2", "").number == number


ADDRESSAT_CHANGED = LiveStep(
    method=Method.CALL_ADRESSAT_CHANGED, state=CONNECTED, reaches=Live.CONNECTED
)


@pytest.mark.parametrize(
    ("who", "told", "due"),
    [
        (person(), None, ADDRESSAT_CHANGED),
        (person(), ContactRef(Source.DATEV, "c2"), ADDRESSAT_CHANGED),
        (person(), ContactRef(Source.DATEV, "c1"), None),
        (person(Source.INSTITUTION), ContactRef(Source.DATEV, "c1"), None),
        (person(Source.STARFACE), None, None),
        (None, ContactRef(Source.DATEV, "c1"), None),
        (None, None, None),
    ],
)
def test_another_contact_is_told_while_connected(
    who: Person | None, told: ContactRef | None, due: LiveStep | None
) -> None:
    talking = a_call(live=Live.CONNECTED, person=who, sent_person=told, **TALKS)
    assert next_live_step(talking) == due
    ringing = a_call(live=Live.OFFERED, person=who, sent_person=told)
    assert next_live_step(ringing) is None


# --- the checker ----------------------------------------------------------------------------------

RECORD = CallRecord(
    call_id="id1",
    direction=CtiDirection.INCOMING,
    begin=RANG,
    end=RANG,
    state=OFFERED,
    number=CALLER,
)
OF_CLIENT: dict[str, Any] = {
    "contact_name": "Adler GmbH",
    "contact_id": "c1",
    "data_source": ADDRESSEES,
}

Told = tuple[Method, CallRecord]


def told(method: Method, state: CtiState, **fields: Any) -> Told:
    return method, replace(RECORD, state=state, **fields)


def new_call(state: CtiState = OFFERED, **fields: Any) -> Told:
    return told(Method.NEW_CALL, state, **fields)


def changed(state: CtiState, **fields: Any) -> Told:
    return told(Method.CALL_STATE_CHANGED, state, **fields)


def contact(state: CtiState = CONNECTED, **fields: Any) -> Told:
    return told(Method.CALL_ADRESSAT_CHANGED, state, **(OF_CLIENT | fields))


def journal(state: CtiState = FINISHED, **fields: Any) -> Told:
    return told(Method.NEW_JOURNAL, state, **({"call_id": "id2", "note": "a"} | fields))


def verdicts(*stream: Told) -> list[list[str]]:
    checker = ContractChecker()
    return [checker.check(method, record) for method, record in stream]


TALK = (new_call(), changed(CONNECTED))
WHOLE = (*TALK, changed(FINISHED))


@pytest.mark.parametrize(
    "stream",
    [
        WHOLE,
        (new_call(), changed(ABSENCE)),
        (new_call(CONNECTED), changed(FINISHED)),
        (*TALK, contact(), changed(FINISHED, **OF_CLIENT)),
        (*TALK, contact(), contact(contact_id="c2"), contact(contact_id="c1")),
        (new_call(), changed(CONNECTED, **OF_CLIENT), changed(FINISHED)),
        (new_call(sync_id="s"), changed(CONNECTED, sync_id="s"), changed(FINISHED, sync_id="s")),
        (journal(),),
        (journal(ABSENCE),),
        (journal(), journal()),
        (*WHOLE, journal(), journal(call_id="id3", note="b")),
        (*WHOLE, new_call(call_id="id2")),
        (new_call(), new_call(call_id="id2"), changed(CONNECTED), changed(ABSENCE, call_id="id2")),
        (new_call(contact_name="Herr Fremd"),),
    ],
)
def test_what_datev_permits_is_not_found_wrong(stream: tuple[Told, ...]) -> None:
    assert verdicts(*stream) == [[] for _ in stream]


@pytest.mark.parametrize(
    ("stream", "breach"),
    [
        ((new_call(FINISHED),), "NewCall may not begin with FINISHED"),
        ((new_call(ABSENCE),), "NewCall may not begin with ABSENCE"),
        ((new_call(), new_call()), "CallID was used before"),
        ((journal(), new_call(call_id="id2")), "CallID was used before"),
        ((changed(CONNECTED),), "CallStateChanged for an unknown CallID"),
        ((contact(),), "CallAdressatChanged for an unknown CallID"),
        ((new_call(), changed(OFFERED)), "OFFERED may not follow offered"),
        ((new_call(), changed(FINISHED)), "FINISHED may not follow offered"),
        ((*TALK, changed(OFFERED)), "OFFERED may not follow connected"),
        ((*TALK, changed(CONNECTED)), "CONNECTED may not follow connected"),
        ((*TALK, changed(ABSENCE)), "ABSENCE may not follow connected"),
        ((*WHOLE, changed(FINISHED)), "FINISHED may not follow complete"),
        ((*WHOLE, changed(CONNECTED)), "CONNECTED may not follow complete"),
        ((new_call(), changed(CONNECTED, number="1")), "number changed during the call"),
        ((new_call(), changed(CONNECTED, sync_id="s")), "sync_id changed during the call"),
        (
            (new_call(), changed(CONNECTED, direction=CtiDirection.OUTGOING)),
            "direction changed during the call",
        ),
        ((new_call(), contact()), "CallAdressatChanged while not connected"),
        ((*TALK, contact(FINISHED)), "CallAdressatChanged while not connected"),
        ((*WHOLE, contact()), "CallAdressatChanged while not connected"),
        ((*TALK, contact(), contact()), "CallAdressatChanged without another AdressatenId"),
        (
            (new_call(**OF_CLIENT), changed(CONNECTED, **OF_CLIENT), contact()),
            "CallAdressatChanged without another AdressatenId",
        ),
        ((new_call(note="a"),), "Note belongs to NewJournal only"),
        ((new_call(), changed(CONNECTED, note="a")), "Note belongs to NewJournal only"),
        ((*WHOLE, journal(call_id="id1")), "NewJournal needs a CallID of its own"),
        ((journal(sync_id="s"),), "NewJournal must not carry a SyncID"),
        ((journal(CONNECTED),), "NewJournal may not be CONNECTED"),
        ((journal(OFFERED),), "NewJournal may not be OFFERED"),
        ((new_call(), journal()), "NewJournal while a call is active"),
        ((*TALK, journal()), "NewJournal while a call is active"),
        ((journal(), journal(note="b")), "NewJournal repeated with another content"),
        ((new_call(call_id=""),), "CallID is empty"),
        ((journal(call_id=""),), "CallID is empty"),
        ((new_call(direction=CtiDirection.UNKNOWN),), "Direction is unknown"),
        ((journal(begin=ENDED, end=RANG),), "End before Begin"),
        ((new_call(**OF_CLIENT | {"contact_name": " "}),), "needs both"),
        ((new_call(**OF_CLIENT | {"contact_id": " "}),), "needs both"),
        ((new_call(**OF_CLIENT | {"data_source": INSTITUTIONS, "contact_name": ""}),), "both"),
        ((new_call(**OF_CLIENT | {"data_source": "DATEV_Mandanten"}),), "reserved prefix"),
        ((new_call(contact_id="c1"),), "AdressatenId without a DATEV_ source"),
    ],
)
def test_each_breach_is_named_and_is_the_only_one(stream: tuple[Told, ...], breach: str) -> None:
    *before, last = verdicts(*stream)
    assert before == [[] for _ in before]
    assert len(last) == 1
    assert breach in last[0]


def test_the_checker_keeps_what_datev_would_show() -> None:
    checker = ContractChecker()
    for method, record in (*TALK, new_call(call_id="id9")):
        checker.check(method, record)
    assert list(checker.open_chains) == ["id1", "id9"]
    assert [record.call_id for record in checker.calls] == ["id1", "id9"]
    assert checker.check(*changed(FINISHED)) == []
    assert list(checker.open_chains) == ["id9"]
    assert checker.check(*changed(ABSENCE, call_id="id9")) == []
    assert checker.check(*journal()) == []
    assert checker.check(*journal()) == []
    assert checker.journal == (journal()[1],)


def test_a_datev_that_went_away_follows_no_call_any_longer() -> None:
    checker = ContractChecker()
    checker.check(*new_call())
    checker.check(*new_call(call_id="id9"))
    checker.forget("id9")
    assert list(checker.open_chains) == ["id1"]
    checker.forget()
    assert list(checker.open_chains) == []
    assert checker.check(*changed(CONNECTED)) == ["CONNECTED may not follow complete"]
