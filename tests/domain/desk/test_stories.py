"""Whole calls, and which of them go to DATEV."""

from __future__ import annotations

from datetime import timedelta

import pytest

from datev_connector.domain.calls import Known, Outcome
from datev_connector.domain.record import ADDRESSEES
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import CLIENT, SHARED, STRANGER, book


def test_a_client_calls_and_is_answered() -> None:
    desk = book()
    call = desk.ring()
    assert (call.name, call.known) == ("Adler GmbH", Known.AUTOMATIC)
    desk.later(5).answer()
    call = desk.later(60).hang_up()
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    last = desk.told[-1][1]
    assert (last.contact_name, last.contact_id, last.data_source) == (
        "Adler GmbH",
        "c1",
        ADDRESSEES,
    )
    assert last.end - last.begin == timedelta(seconds=60)
    assert call.outcome is Outcome.ANSWERED
    assert desk.problems == []


def test_without_automatic_transfer_nothing_goes_to_datev_by_itself() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answer()
    desk.hang_up()
    assert desk.told == []
    assert desk.windows[0] == "open"


def test_the_button_while_it_rings_starts_the_call_live() -> None:
    desk = book(CallRules())
    desk.press(desk.ring())
    desk.answer()
    desk.hang_up()
    assert desk.story[0] == "NewCall Offered"
    assert desk.story[-1] == "CallStateChanged Finished"


def test_the_button_during_the_call_begins_it_connected() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.press(desk.answer())
    desk.hang_up()
    assert desk.story == ["NewCall Connected", "CallStateChanged Finished"]


def test_the_button_after_the_end_makes_a_journal_entry_once() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answer()
    call = desk.hang_up()
    desk.press(call)
    desk.press(call)
    assert desk.story == ["NewJournal Finished"]
    assert desk.told[0][1].contact_id == "c1"


def test_a_missed_call_is_absence_and_missed() -> None:
    desk = book()
    desk.ring()
    call = desk.hang_up()
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]
    assert call.outcome is Outcome.MISSED


def test_internal_calls_are_shown_but_not_transferred_by_themselves() -> None:
    desk = book()
    call = desk.ring(number="23", caller_name="Frau Kern")
    desk.answer()
    desk.hang_up()
    assert (call.internal, call.name) == (True, "Frau Kern")
    assert desk.windows[0] == "open"
    assert desk.told == []


@pytest.mark.parametrize(
    ("rules", "number", "answered", "expected"),
    [
        (CallRules(transfer_automatically=True, only_answered=True), CLIENT, False, []),
        (
            CallRules(transfer_automatically=True, only_answered=True),
            CLIENT,
            True,
            ["NewCall Connected", "CallStateChanged Finished"],
        ),
        (CallRules(transfer_automatically=True, only_datev_matches=True), STRANGER, True, []),
        (
            CallRules(transfer_automatically=True, only_datev_matches=True),
            CLIENT,
            False,
            ["NewCall Offered", "CallStateChanged Absence"],
        ),
        (
            CallRules(transfer_automatically=True, only_datev_matches=True),
            SHARED,
            False,
            ["NewCall Offered", "CallStateChanged Absence"],
        ),
        (
            CallRules(transfer_automatically=True, skip_internal=False),
            "23",
            False,
            ["NewCall Offered", "CallStateChanged Absence"],
        ),
    ],
)
def test_refinements_of_the_automatic_transfer(
    rules: CallRules, number: str, *, answered: bool, expected: list[str]
) -> None:
    desk = book(rules)
    desk.ring(number=number)
    if answered:
        desk.answer()
    desk.hang_up()
    assert desk.story == expected
