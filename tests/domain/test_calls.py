"""What a call says of itself: whether something of it has still to be done."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from datev_connector.domain.calls import Call, CallState, Direction, Live, Outcome

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def an_ended_call(**facts: Any) -> Call:
    known: dict[str, Any] = {
        "call": "k1",
        "pbx_call": "p1",
        "direction": Direction.INCOMING,
        "state": CallState.ENDED,
        "outcome": Outcome.MISSED,
        "owed": False,
        "began_at": AT,
        "ended_at": AT,
        "last_seen_at": AT,
    }
    return Call(**(known | facts))


BROKEN: dict[str, Any] = {"live": Live.BROKEN, "live_sent": Live.BROKEN}


@pytest.mark.parametrize(
    ("facts", "owes"),
    [
        ({}, False),
        ({"owed": None}, True),
        ({"owed": True}, True),
        ({"wanted": True}, True),
        ({"from_datev": True}, True),
        ({"owed": True, **BROKEN}, True),
        ({"owed": True, "journalled": True, **BROKEN}, False),
        ({"owed": True, "live": Live.COMPLETE}, False),
        ({"owed": True, "live": Live.CONNECTED}, False),
    ],
)
def test_which_calls_are_owed_to_the_journal(facts: dict[str, Any], *, owes: bool) -> None:
    call = an_ended_call(**facts)
    assert call.owes_journal is owes
    if owes:
        assert call.unfinished


@pytest.mark.parametrize(
    ("facts", "unfinished"),
    [
        ({}, False),
        ({"state": CallState.RINGING, "ended_at": None}, True),
        ({"outcome": None}, True),
        ({"note": "a", "note_revision": 1}, True),
        ({"note": "a", "note_revision": 1, "note_sent_revision": 1}, False),
        ({"note": " ", "note_revision": 1}, False),
        ({"note_wanted": True}, True),
        ({"live": Live.OFFERED, "live_sent": Live.OFFERED}, True),
        ({"live": Live.CONNECTED, "live_sent": Live.CONNECTED}, True),
        ({"live": Live.CONNECTED, "live_sent": Live.COMPLETE}, True),
        ({"live": Live.COMPLETE, "live_sent": Live.COMPLETE}, False),
        (BROKEN, False),
    ],
)
def test_which_calls_are_taken_up_after_a_restart(
    facts: dict[str, Any], *, unfinished: bool
) -> None:
    assert an_ended_call(**facts).unfinished is unfinished


@pytest.mark.parametrize("field", [field.name for field in fields(Call)])
def test_a_changed_copy_is_what_replacing_makes(field: str) -> None:
    call = an_ended_call(note="a", wanted=True)
    before = replace(call)
    another: dict[str, Any] = {field: "something else"}
    changed = call.but(**another)
    assert changed == replace(call, **another)
    assert call == before
    assert call.differs_from(changed) is (field != "last_seen_at")


def test_a_copy_that_changes_nothing_is_the_call_itself() -> None:
    call = an_ended_call(note="a")
    assert call.but(note="a", owed=False) is call
    assert call.but() is call
    assert not call.differs_from(replace(call))
