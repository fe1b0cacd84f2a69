"""Whole calls, told as they happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import CallState, Known, Live, Outcome, PbxState
from datev_connector.domain.contacts import Source
from datev_connector.domain.desk import handover
from datev_connector.domain.legs import Leg
from datev_connector.domain.outbox import EntryState
from datev_connector.domain.record import ADDRESSEES, OWN_SOURCE, CtiDirection, Delivery
from datev_connector.domain.rules import NOTE_LIMIT, CallRules
from tests.domain.desk.playbook import CLIENT, SHARED, STRANGER, Playbook, entry

AUTOMATIC = CallRules(transfer_automatically=True)


def book(rules: CallRules = AUTOMATIC) -> Playbook:
    return Playbook(rules=rules).connect()


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


def test_a_note_waits_for_the_end_and_goes_out_once() -> None:
    desk = book()
    call = desk.ring()
    desk.answer()
    desk.note(call, "asks for the annual")
    desk.note(call, "asks for the annual accounts")
    desk.press(call)
    assert "NewJournal Finished" not in desk.story
    desk.hang_up()
    assert desk.story[-1] == "NewJournal Finished"
    record = desk.told[-1][1]
    assert record.note == "asks for the annual accounts"
    assert record.sync_id == ""
    assert record.call_id != desk.told[0][1].call_id
    assert record.number == desk.told[0][1].number
    assert desk.problems == []


def test_typing_on_makes_a_new_entry_only_when_the_button_is_pressed_again() -> None:
    desk = book()
    call = desk.ring()
    desk.answer()
    desk.note(call, "first")
    desk.press(call)
    desk.hang_up()
    desk.note(call, "first, and second")
    assert [r.note for m, r in desk.told if m == "NewJournal"] == ["first"]
    assert desk.calls[call.call].is_draft
    desk.press(call)
    assert [r.note for m, r in desk.told if m == "NewJournal"] == ["first", "first, and second"]


def test_text_typed_on_after_the_button_is_not_sent_by_itself() -> None:
    desk = book()
    call = desk.ring()
    desk.answer()
    desk.note(call, "for DATEV")
    desk.press(call)
    desk.note(call, "for DATEV, and private")
    desk.hang_up()
    assert [r.note for m, r in desk.told if m == "NewJournal"] == ["for DATEV"]
    assert desk.calls[call.call].is_draft


def test_a_note_that_was_cleared_again_is_not_sent() -> None:
    desk = book()
    call = desk.ring()
    desk.answer()
    desk.note(call, "no")
    desk.press(call)
    desk.note(call, "")
    desk.hang_up()
    assert [m for m in desk.story if m.startswith("NewJournal")] == []


def test_a_note_without_the_button_stays_a_draft() -> None:
    desk = book()
    call = desk.ring()
    desk.answer()
    desk.note(call, "only for me")
    desk.hang_up()
    assert "NewJournal Finished" not in desk.story
    assert desk.calls[call.call].is_draft


def test_no_journal_while_another_call_is_active() -> None:
    desk = book()
    first = desk.ring("p1")
    desk.answer("p1")
    second = desk.ring("p2", STRANGER)
    desk.note(first, "one")
    desk.press(first)
    desk.hang_up("p1")
    assert len(desk.of(effects.Queued)) == 1
    desk.answer("p2")
    desk.note(second, "two")
    desk.press(second)
    assert not [m for m in desk.story if m.startswith("NewJournal")]
    desk.hang_up("p2")
    assert [r.note for m, r in desk.told if m == "NewJournal"] == ["one", "two"]
    assert desk.problems == []


def test_a_note_over_the_limit_is_refused_and_not_cut() -> None:
    desk = book()
    call = desk.ring()
    desk.note(call, "x" * NOTE_LIMIT)
    desk.note(call, "y" * (NOTE_LIMIT + 1))
    assert desk.calls[call.call].note == "x" * NOTE_LIMIT
    assert any("2001" in told.text for told in desk.of(effects.TellUser))


def test_datev_dies_during_a_call_and_gets_it_with_its_note_when_it_is_back() -> None:
    desk = book()
    call = desk.ring()
    desk.answer()
    desk.leg(Leg.DATEV, up=False)
    desk.note(call, "while you were away")
    desk.press(call)
    desk.hang_up()
    assert desk.story == ["NewCall Offered", "CallStateChanged Connected"]
    desk.leg(Leg.DATEV, up=True)
    assert desk.story[-1] == "NewJournal Finished"
    assert desk.told[-1][1].note == "while you were away"
    assert len(desk.told) == 3
    assert desk.problems == []


def test_a_call_that_datev_missed_whole_goes_to_the_journal_in_order() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    for number in (CLIENT, STRANGER):
        desk.ring(number, number)
        desk.later(1).answer(number)
        desk.later(1).hang_up(number)
    desk.ring("missed", CLIENT)
    desk.hang_up("missed")
    desk.leg(Leg.DATEV, up=True)
    assert desk.story == ["NewJournal Finished", "NewJournal Finished", "NewJournal Absence"]
    assert [r.number for _, r in desk.told] == [CLIENT, STRANGER, CLIENT]


def test_datev_back_in_mid_call_gets_nothing_late_as_if_it_were_live() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    desk.ring()
    desk.leg(Leg.DATEV, up=True)
    desk.answer()
    assert desk.told == []
    desk.hang_up()
    assert desk.story == ["NewJournal Finished"]


def test_a_missed_call_is_absence_and_missed() -> None:
    desk = book()
    desk.ring()
    call = desk.hang_up()
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]
    assert call.outcome is Outcome.MISSED


def test_a_call_that_a_colleague_took_is_not_missed() -> None:
    desk = book()
    desk.outcomes["p1"] = Outcome.ANSWERED_ELSEWHERE
    desk.ring(group="Team")
    call = desk.hang_up()
    assert call.outcome is Outcome.ANSWERED_ELSEWHERE
    told = [e.call.outcome for e in desk.of(effects.CallChanged) if not e.call.active]
    assert told == [Outcome.ANSWERED_ELSEWHERE]


def test_the_end_is_not_told_before_the_call_list_has_answered() -> None:
    desk = book()
    desk.answers_outcome = False
    call = desk.ring()
    desk.hang_up()
    assert all(e.call.active for e in desk.of(effects.CallChanged))
    desk.feed(inputs.OutcomeLearned(at=desk.at, call=call.call, outcome=Outcome.MISSED))
    assert [e.call.outcome for e in desk.of(effects.CallChanged)][-1] is Outcome.MISSED


def test_two_on_one_number_are_asked_and_the_call_goes_out_meanwhile() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    asked = desk.of(effects.AskWho)
    assert [p.ref.id for p in asked[0].candidates] == ["s1", "s2"]
    assert desk.told[0][1].data_source == OWN_SOURCE
    assert desk.told[0][1].contact_id == ""
    desk.answer()
    chosen = inputs.PersonChosen(at=desk.at, call=call.call, person=asked[0].candidates[1])
    desk.feed(chosen)
    desk.hang_up()
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallAdressatChanged Connected",
        "CallStateChanged Finished",
    ]
    assert desk.told[-1][1].contact_id == "s2"
    assert desk.problems == []


def test_a_choice_is_learned_and_can_be_unlearned() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    person = desk.of(effects.AskWho)[0].candidates[0]
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=person))
    desk.hang_up()
    again = desk.later(60).ring("p2", SHARED)
    assert (again.known, again.person) == (Known.LEARNED, person)
    assert len(desk.of(effects.AskWho)) == 1
    desk.feed(inputs.PersonChosen(at=desk.at, call=again.call, person=None))
    desk.hang_up("p2")
    desk.later(60).ring("p3", SHARED)
    assert len(desk.of(effects.AskWho)) == 2


def test_a_choice_after_the_end_still_reaches_the_waiting_journal_entry() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    call = desk.ring(number=SHARED)
    desk.answer()
    desk.hang_up()
    person = desk.of(effects.AskWho)[0].candidates[1]
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=person))
    desk.leg(Leg.DATEV, up=True)
    assert [(r.contact_id, r.number) for _, r in desk.told] == [("s2", SHARED)]


def test_internal_calls_are_shown_but_not_transferred_by_themselves() -> None:
    desk = book()
    call = desk.ring(number="23", caller_name="Frau Kern")
    desk.answer()
    desk.hang_up()
    assert (call.internal, call.name) == (True, "Frau Kern")
    assert desk.windows[0] == "open"
    assert desk.told == []


def test_hidden_internal_calls_are_in_the_journal_only() -> None:
    rules = CallRules(transfer_automatically=True, skip_internal=False, hide_internal=True)
    desk = book(rules)
    call = desk.ring(number="23")
    desk.answer()
    desk.hang_up()
    assert desk.windows == []
    assert desk.told == []
    assert desk.calls[call.call].outcome is Outcome.ANSWERED


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


def test_no_window_where_the_office_wants_none_but_the_question_is_asked() -> None:
    desk = book(CallRules(transfer_automatically=True, open_window=False))
    desk.ring(number=SHARED)
    assert desk.windows == []
    assert len(desk.of(effects.AskWho)) == 1


def test_the_window_closes_with_the_call_and_the_note_stays() -> None:
    desk = book(CallRules(close_after_call=True))
    call = desk.ring()
    desk.note(call, "half a sentence")
    desk.answer()
    desk.hang_up()
    assert desk.windows[-1] == "close"
    assert desk.calls[call.call].note == "half a sentence"


# --- dialling -----------------------------------------------------------------------------------


def place(desk: Playbook) -> effects.PlaceCall:
    return desk.of(effects.PlaceCall)[-1]


def accept(desk: Playbook, pbx_call: str = "") -> str:
    wanted = place(desk)
    pbx_call = pbx_call or wanted.pbx_call
    desk.feed(inputs.DialAccepted(at=desk.at, call=wanted.call, pbx_call=pbx_call))
    return pbx_call


def test_datev_dials_and_follows_the_call_with_its_sync_id() -> None:
    desk = book(CallRules())
    call_id = desk.dial(contact_id="c1", contact_name="Adler GmbH", data_source=ADDRESSEES)
    assert call_id
    assert place(desk).number == "0049721555111"
    pbx_call = accept(desk)
    desk.pbx(pbx_call, PbxState.RINGING)
    desk.pbx(pbx_call, PbxState.RINGBACK, called_number=CLIENT)
    desk.answer(pbx_call)
    desk.hang_up(pbx_call)
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert {(r.call_id, r.sync_id, r.number) for _, r in desk.told} == {
        (call_id, "sync-1", "0721 555111")
    }
    assert {r.contact_id for _, r in desk.told} == {"c1"}
    assert desk.told[0][1].direction is CtiDirection.OUTGOING
    assert desk.of(effects.AskWho) == []
    assert desk.problems == []


def test_a_double_click_is_refused_with_a_word_to_the_user() -> None:
    desk = book()
    assert desk.dial()
    desk.later(1)
    assert desk.dial("+49 721 555111") == ""
    assert "just now" in (desk.of(effects.DialReported)[-1].refused or "")
    desk.later(5)
    assert desk.dial() == ""
    assert "set up" in (desk.of(effects.DialReported)[-1].refused or "")
    assert len(desk.of(effects.PlaceCall)) == 1


@pytest.mark.parametrize("number", ["", "abc", "9" * 40])
def test_absurd_numbers_are_refused(number: str) -> None:
    desk = book()
    assert desk.dial(number) == ""
    assert desk.of(effects.DialReported)[-1].refused


def test_no_dialling_without_a_pbx() -> None:
    desk = book()
    desk.leg(Leg.STARFACE, up=False)
    assert desk.dial() == ""
    assert "PBX" in (desk.of(effects.DialReported)[-1].refused or "")


def test_drop_before_the_pbx_has_answered_is_made_good() -> None:
    desk = book()
    call_id = desk.dial()
    desk.feed(inputs.DatevDropped(at=desk.at, call_id=call_id))
    assert desk.of(effects.HangUp) == []
    pbx_call = accept(desk)
    assert [e.pbx_call for e in desk.of(effects.HangUp)] == [pbx_call]
    desk.hang_up(pbx_call)
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]


def test_drop_of_an_unknown_call_does_nothing() -> None:
    desk = book()
    desk.ring()
    desk.feed(inputs.DatevDropped(at=desk.at, call_id="nobody"))
    desk.feed(inputs.DatevDropped(at=desk.at, call_id=""))
    assert desk.of(effects.HangUp) == []


def test_a_dial_that_the_pbx_refuses_leaves_a_trace_in_datev() -> None:
    desk = book()
    desk.dial()
    desk.feed(inputs.DialRefused(at=desk.at, call=place(desk).call, reason="line busy"))
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]
    assert desk.calls[place(desk).call].outcome is Outcome.UNREACHED
    assert any("line busy" in e.text for e in desk.of(effects.TellUser))


def test_a_pbx_that_uses_an_id_of_its_own_makes_no_second_call() -> None:
    desk = book()
    desk.dial()
    desk.pbx("own-id", PbxState.PROCEEDING, called_number=CLIENT)
    accept(desk, "own-id")
    assert len(desk.desk.calls) == 1
    desk.hang_up("own-id")
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]


def test_dialled_on_the_phone_and_busy() -> None:
    desk = book()
    desk.pbx("p1", PbxState.PROCEEDING, called_number=CLIENT, caller_number="10")
    call = desk.hang_up()
    assert call.outcome is Outcome.UNREACHED
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]


def test_the_user_hangs_up() -> None:
    desk = book()
    call = desk.ring()
    desk.feed(inputs.HangUpPressed(at=desk.at, call=call.call))
    assert [e.pbx_call for e in desk.of(effects.HangUp)] == ["p1"]


# --- events that come late, twice, or not at all --------------------------------------------------


def test_repeated_and_backward_states_change_nothing() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    for state in (PbxState.RINGING, PbxState.REACHED, PbxState.CONNECTED, PbxState.PROCEEDING):
        desk.pbx("p1", state)
    desk.hang_up()
    desk.pbx("p1", PbxState.HANGUP)
    desk.pbx("p1", PbxState.CONNECTED)
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert len(desk.desk.calls) == 1


def test_the_same_id_rings_again_later_as_a_new_call() -> None:
    desk = book()
    first = desk.ring()
    desk.hang_up()
    second = desk.later(10).ring()
    assert first.call != second.call
    assert second.active


def test_a_call_reached_but_never_rung_opens_no_window() -> None:
    desk = book()
    desk.pbx("p1", PbxState.REACHED, caller_number=CLIENT)
    assert desk.windows == []
    call = desk.hang_up()
    assert call.outcome is Outcome.MISSED
    assert desk.windows == []


def test_an_unknown_call_that_ends_is_ignored() -> None:
    desk = book()
    desk.pbx("ghost", PbxState.HANGUP, caller_number=CLIENT)
    assert desk.desk.calls == ()


def test_number_and_name_that_arrive_late_are_used_and_never_lost() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGING)
    desk.pbx("p1", PbxState.RINGING, caller_number=CLIENT)
    assert desk.at_pbx("p1").name == "Adler GmbH"
    desk.pbx("p1", PbxState.CONNECTED, caller_number="", caller_name="")
    assert desk.at_pbx("p1").number == CLIENT


def test_a_name_from_the_pbx_that_arrives_late_names_a_stranger() -> None:
    desk = book()
    desk.ring(number=STRANGER)
    desk.pbx("p1", PbxState.RINGING, caller_name="Herr Fremd")
    call = desk.at_pbx("p1")
    assert call.name == "Herr Fremd"
    assert call.person is not None
    assert call.person.ref.source is Source.STARFACE


def test_anonymous_callers_are_shown_without_a_name() -> None:
    desk = book()
    desk.ring(number="")
    assert desk.told == [], "the number may still come"
    desk.later(1).tick()
    call = desk.at_pbx("p1")
    assert (call.number, call.name, call.known) == ("", "", Known.NOBODY)
    assert desk.told[0][1].number == ""


def test_what_the_pbx_no_longer_lists_has_ended_when_the_line_was_lost() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    lost_at = desk.later(30).at
    desk.leg(Leg.STARFACE, up=False)
    desk.later(600).leg(Leg.STARFACE, up=True)
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset()))
    call = next(iter(desk.calls.values()))
    assert call.ended_at == lost_at
    assert call.outcome is Outcome.ANSWERED
    assert desk.story[-1] == "CallStateChanged Finished"
    assert desk.problems == []


def test_a_picture_says_nothing_of_calls_that_began_after_it_was_asked_for() -> None:
    desk = book()
    asked_at = desk.at
    desk.later(1).ring()
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=asked_at, alive=frozenset()))
    assert desk.at_pbx("p1").active


def test_a_call_that_survives_the_restart_of_the_pbx_connection_goes_on() -> None:
    desk = book()
    desk.ring()
    desk.leg(Leg.STARFACE, up=False)
    desk.later(5).leg(Leg.STARFACE, up=True)
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset({"p1"})))
    desk.answer()
    desk.hang_up()
    assert desk.story[-1] == "CallStateChanged Finished"


def test_a_call_moves_to_a_new_id() -> None:
    desk = book()
    call = desk.ring()
    desk.feed(inputs.CallMoved(at=desk.at, old="p1", new="p9"))
    desk.answer("p9")
    assert desk.at_pbx("p9").call == call.call
    assert len(desk.desk.calls) == 1


def test_hold_and_resume() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.pbx("p1", PbxState.HELD)
    assert desk.at_pbx("p1").state is CallState.HELD
    desk.answer()
    assert desk.at_pbx("p1").state is CallState.CONNECTED
    assert len(desk.told) == 2


def test_a_mailbox_that_takes_over_means_missed() -> None:
    desk = book()
    desk.ring()
    desk.pbx("p1", PbxState.MAILBOX)
    assert desk.at_pbx("p1").outcome is Outcome.MISSED
    desk.pbx("p1", PbxState.HANGUP)
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]


def test_an_attended_transfer_shows_the_new_party() -> None:
    desk = book()
    desk.shelf.entries.append(entry(Source.DATEV, "c9", "Zander", STRANGER))
    desk.ring()
    desk.answer()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=STRANGER)
    assert desk.at_pbx("p1").name == "Zander"
    assert desk.story[-1] == "CallAdressatChanged Connected"
    desk.hang_up()
    assert desk.problems == []


# --- answers of DATEV -----------------------------------------------------------------------------


def test_the_next_step_waits_for_the_answer_to_the_last() -> None:
    desk = book()
    desk.mute = True
    desk.ring()
    desk.answer()
    desk.hang_up()
    assert len(desk.unanswered) == 1
    desk.mute = False
    desk.deliver(desk.unanswered.pop(), Delivery.CONFIRMED)
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert desk.problems == []


@pytest.mark.parametrize("delivery", [Delivery.REFUSED, Delivery.AWAY, Delivery.UNCLEAR])
def test_a_live_call_that_datev_does_not_confirm_ends_in_the_journal(delivery: Delivery) -> None:
    desk = book()
    desk.answers_with = delivery
    desk.ring()
    desk.answers_with = Delivery.CONFIRMED
    desk.answer()
    desk.hang_up()
    assert desk.story == ["NewJournal Finished"]
    assert next(iter(desk.calls.values())).live is Live.BROKEN


def test_an_unclear_journal_entry_is_repeated_unchanged() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.answer()
    desk.hang_up()
    desk.mute = True
    desk.press(call)
    first = desk.unanswered.pop()
    desk.deliver(first, Delivery.UNCLEAR, received=True)
    desk.mute = False
    desk.later(6).tick()
    assert [r for _, r in desk.told] == [first.record, first.record]
    assert desk.problems == []
    assert not desk.desk.open_entries


def test_a_refused_entry_is_tried_again_later_and_does_not_hold_up_the_others() -> None:
    desk = book(CallRules())
    calls = []
    for pbx_call in ("p1", "p2"):
        desk.ring(pbx_call)
        calls.append(desk.hang_up(pbx_call))
    desk.answers_with = Delivery.REFUSED
    desk.press(calls[0])
    desk.answers_with = Delivery.CONFIRMED
    desk.press(calls[1])
    assert len(desk.told) == 1
    refused = desk.desk.open_entries[0]
    assert (refused.state, refused.hresult) == (EntryState.REFUSED, -2147418111)
    desk.later(31).tick()
    assert len(desk.told) == 2
    assert not desk.desk.open_entries


def test_retry_by_hand_does_not_wait() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answers_with = Delivery.REFUSED
    desk.press(desk.hang_up())
    desk.answers_with = Delivery.CONFIRMED
    desk.feed(inputs.OutboxRetried(at=desk.at))
    assert len(desk.told) == 1


# --- restarts -------------------------------------------------------------------------------------


def test_after_a_restart_a_live_call_goes_on_under_the_same_id() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.later(10).restart()
    desk.connect()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    desk.hang_up()
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert len({r.call_id for _, r in desk.told}) == 1
    assert desk.problems == []


def test_after_a_long_pause_the_call_ends_in_the_journal() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.later(600).restart()
    desk.checker.forget()
    desk.connect()
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset()))
    assert desk.story[2:] == ["NewJournal Finished"]
    assert desk.problems == []


def test_an_unanswered_step_before_a_kill_is_not_sent_again() -> None:
    desk = book()
    desk.mute = True
    desk.ring()
    desk.restart()
    desk.mute = False
    desk.connect()
    desk.answer()
    desk.hang_up()
    assert desk.story == ["NewJournal Finished"]


def test_a_draft_survives_and_can_be_sent_after_a_restart() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.note(call, "remember me")
    desk.answer()
    desk.hang_up()
    desk.restart()
    desk.connect()
    desk.press(call)
    assert [r.note for _, r in desk.told] == ["remember me"]


def test_an_old_call_is_recalled_noted_and_sent_once() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.answer()
    old = desk.hang_up()
    desk.later(7200).tick()
    assert desk.desk.call(call.call) is not None, "its window is open"
    desk.feed(inputs.WindowClosed(at=desk.at, call=call.call))
    desk.tick()
    assert desk.desk.call(call.call) is None
    desk.feed(inputs.CallRecalled(at=desk.at, call=old))
    desk.note(old, "afterwards")
    desk.press(old)
    assert [r.note for _, r in desk.told] == ["afterwards"]


def test_recalling_a_call_sends_nothing_by_itself_whatever_the_rules_are_now() -> None:
    desk = book(CallRules())
    desk.ring()
    old = desk.hang_up()
    later = Playbook(rules=AUTOMATIC, run=2).connect()
    later.feed(inputs.CallRecalled(at=later.at, call=old))
    assert later.told == []


def test_ids_of_two_runs_never_meet() -> None:
    desk = book(CallRules())
    first = desk.ring("p1")
    desk.restart()
    desk.connect()
    assert desk.ring("p2").call != first.call


def test_after_a_restart_a_living_call_gets_its_window_and_its_question_back() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    desk.answer()
    desk.later(5).restart()
    desk.seen.clear()
    desk.connect()
    assert desk.windows == [], "not before the PBX shows the call again"
    desk.pbx("p1", PbxState.CONNECTED, caller_number=SHARED)
    assert desk.windows[0] == "open"
    assert [asked.call for asked in desk.of(effects.AskWho)] == [call.call]


def test_a_call_that_ended_while_the_connector_was_away_opens_no_window() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.later(5).restart()
    desk.seen.clear()
    desk.connect()
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset()))
    assert desk.windows == []
    assert [e.call.outcome for e in desk.of(effects.CallChanged)] == [Outcome.ANSWERED]


# --- what is easily got wrong ---------------------------------------------------------------------


def test_an_ended_call_does_not_take_the_id_from_the_one_that_rings_again() -> None:
    desk = book()
    first = desk.ring()
    desk.hang_up()
    desk.later(10).ring()
    desk.note(first, "typed in the first window")
    desk.answer()
    desk.hang_up()
    assert len(desk.calls) == 2
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Absence",
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]


def test_a_late_refusal_does_not_end_a_call_that_is_running() -> None:
    desk = book()
    desk.dial()
    pbx_call = place(desk).pbx_call
    desk.pbx(pbx_call, PbxState.RINGBACK, called_number=CLIENT)
    desk.answer(pbx_call)
    desk.feed(inputs.DialRefused(at=desk.at, call=place(desk).call, reason="no answer in time"))
    assert desk.at_pbx(pbx_call).active


def test_a_drop_is_made_good_as_soon_as_the_call_shows() -> None:
    desk = book()
    call_id = desk.dial()
    desk.feed(inputs.DatevDropped(at=desk.at, call_id=call_id))
    desk.pbx(place(desk).pbx_call, PbxState.PROCEEDING, called_number=CLIENT)
    assert [e.pbx_call for e in desk.of(effects.HangUp)] == [place(desk).pbx_call]


@pytest.mark.parametrize("called", ["", "23"])
def test_an_own_id_of_the_pbx_is_recognised_without_an_outside_number(called: str) -> None:
    desk = book(CallRules(transfer_automatically=True, skip_internal=False))
    call_id = desk.dial("23" if called else "0721 555111")
    desk.pbx("own-id", PbxState.PROCEEDING, called_number=called)
    accept(desk, "own-id")
    assert [c.dialled for c in desk.desk.calls if c.active] == [True]
    desk.answer("own-id")
    desk.hang_up("own-id")
    assert {r.call_id for _, r in desk.told} == {call_id}


def test_a_call_to_somebody_else_is_not_taken_for_the_one_that_datev_dials() -> None:
    desk = book()
    desk.dial()
    desk.pbx("other", PbxState.PROCEEDING)
    desk.pbx("other", PbxState.RINGBACK, called_number=STRANGER)
    accept(desk)
    assert sorted((c.dialled, c.number) for c in desk.desk.calls) == [
        (False, STRANGER),
        (True, "0721 555111"),
    ]


def test_an_answer_after_the_call_has_moved_does_not_turn_it_back() -> None:
    desk = book()
    desk.dial()
    old = place(desk).pbx_call
    desk.pbx(old, PbxState.RINGBACK, called_number=CLIENT)
    desk.feed(inputs.CallMoved(at=desk.at, old=old, new="new"))
    accept(desk)
    desk.answer("new")
    assert len(desk.desk.calls) == 1


def test_a_move_of_an_ended_call_ends_nobody_else() -> None:
    desk = book()
    desk.ring("p1")
    desk.hang_up("p1")
    desk.ring("p2")
    desk.answer("p2")
    desk.feed(inputs.CallMoved(at=desk.at, old="p1", new="p2"))
    assert desk.at_pbx("p2").active


def test_whom_the_user_rejected_does_not_come_back_in_this_call() -> None:
    desk = book()
    call = desk.ring()
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=None))
    desk.pbx("p1", PbxState.RINGING, caller_number="+49721555111", caller_name="Herr Adler")
    call = desk.answer()
    assert (call.known, call.person) == (Known.REJECTED, None)
    desk.hang_up()
    assert desk.told[-1][1].contact_id == ""


def test_nobody_unlearns_a_choice_of_the_same_call() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    person = desk.of(effects.AskWho)[0].candidates[0]
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=person))
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=None))
    assert desk.learned == {}


def test_a_choice_is_about_that_party_and_not_about_the_next() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    person = desk.of(effects.AskWho)[0].candidates[0]
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=person))
    desk.answer()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    assert desk.at_pbx("p1").name == "Adler GmbH"


def test_what_the_call_list_calls_answered_is_not_missed() -> None:
    desk = book()
    desk.outcomes["p1"] = Outcome.ANSWERED
    desk.ring()
    assert desk.hang_up().outcome is Outcome.ANSWERED


def test_a_call_first_seen_on_hold_is_a_conversation() -> None:
    desk = book()
    desk.pbx("p1", PbxState.HELD, caller_number=CLIENT, called_number="10")
    assert desk.at_pbx("p1").state is CallState.HELD
    assert desk.windows[0] == "open"
    assert desk.hang_up().outcome is Outcome.ANSWERED


def test_a_client_passed_on_in_a_hidden_call_gets_a_window() -> None:
    desk = book(CallRules(hide_internal=True))
    desk.ring(number="23")
    desk.answer()
    assert desk.windows == []
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    assert desk.windows[0] == "open"


def test_a_number_that_comes_a_moment_later_is_the_one_that_datev_gets() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGING)
    desk.later(0.1).pbx("p1", PbxState.RINGING, caller_number=CLIENT)
    assert desk.told[0][1].number == CLIENT


def test_the_button_brings_a_call_live_that_datev_was_away_for() -> None:
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    desk.ring()
    desk.leg(Leg.DATEV, up=True)
    desk.press(desk.answer())
    desk.hang_up()
    assert desk.story == ["NewCall Connected", "CallStateChanged Finished"]


def test_the_clock_put_back_holds_up_neither_calls_nor_entries() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answers_with = Delivery.REFUSED
    desk.press(desk.hang_up())
    desk.answers_with = Delivery.CONFIRMED
    desk.ring("p2")
    desk.later(-86400)
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset()))
    assert not [c for c in desk.desk.calls if c.active]
    desk.tick()
    assert len(desk.told) == 1
    assert not desk.desk.open_entries


def test_a_window_opened_again_stays_open_while_the_outcome_is_not_known() -> None:
    desk = book(CallRules(close_after_call=True))
    desk.answers_outcome = False
    call = desk.ring()
    desk.hang_up()
    assert desk.windows[-1] == "close"
    desk.feed(inputs.WindowOpened(at=desk.at, call=call.call))
    desk.note(call, "seen later")
    assert desk.windows[-1] != "close"


def test_a_call_dialled_while_the_line_was_lost_is_settled_by_the_call_list() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGBACK, called_number=CLIENT, caller_number="10")
    desk.outcomes["p1"] = Outcome.ANSWERED
    desk.leg(Leg.STARFACE, up=False)
    desk.later(30).leg(Leg.STARFACE, up=True)
    desk.feed(inputs.PictureTaken(at=desk.at, asked_at=desk.at, alive=frozenset()))
    assert next(iter(desk.calls.values())).outcome is Outcome.ANSWERED


def test_an_outcome_that_nobody_could_be_asked_for_is_asked_when_the_pbx_is_back() -> None:
    desk = book()
    desk.answers_outcome = False
    desk.ring()
    desk.hang_up()
    desk.restart()
    desk.answers_outcome = True
    desk.outcomes["p1"] = Outcome.ANSWERED_ELSEWHERE
    desk.seen.clear()
    desk.connect()
    assert [e.call.outcome for e in desk.of(effects.CallChanged)] == [Outcome.ANSWERED_ELSEWHERE]


def test_a_day_later_the_desk_has_forgotten_what_the_store_keeps() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.note(call, "a draft")
    desk.answer()
    desk.hang_up()
    desk.later(25 * 3600).tick()
    assert desk.desk.calls == ()
    assert desk.calls[call.call].note == "a draft"


def test_an_emoji_counts_as_datev_counts_it() -> None:
    desk = book()
    call = desk.ring()
    desk.note(call, "\N{TELEPHONE RECEIVER}" * 1000)
    desk.note(call, "\N{TELEPHONE RECEIVER}" * 1001)
    assert len(desk.calls[call.call].note) == 1000


def test_a_late_report_under_the_old_id_begins_no_second_call() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.feed(inputs.CallMoved(at=desk.at, old="p1", new="p9"))
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    assert len(desk.desk.calls) == 1


def test_two_calls_without_a_number_are_both_shown_in_time() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGING)
    desk.later(0.3).pbx("p2", PbxState.RINGING)
    desk.later(0.3).tick()
    woken = desk.of(effects.WakeAt)[-1].at
    desk.at = woken
    desk.tick()
    assert desk.windows.count("open") == 2


def test_nobody_stays_nobody_when_the_number_arrives_late() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGING)
    desk.feed(inputs.PersonChosen(at=desk.at, call=desk.at_pbx("p1").call, person=None))
    desk.pbx("p1", PbxState.RINGING, caller_number=CLIENT)
    assert desk.at_pbx("p1").known is Known.REJECTED


def test_a_dropped_call_that_is_over_is_not_hung_up_again() -> None:
    desk = book()
    call_id = desk.dial()
    desk.feed(inputs.DatevDropped(at=desk.at, call_id=call_id))
    desk.pbx(place(desk).pbx_call, PbxState.HANGUP)
    assert desk.of(effects.HangUp) == []


def test_a_fault_in_one_turn_leaves_the_desk_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = book()
    first = desk.ring()
    desk.ring("p2", STRANGER)
    with monkeypatch.context() as patched:
        patched.setattr(handover, "fill_outbox", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            desk.note(first, "lost with its turn")
    assert desk.at_pbx("p1").note == ""
    desk.answer("p2")
    desk.hang_up("p2")
    desk.note(first, "typed again")
    assert desk.calls[first.call].note == "typed again"
    assert desk.story[-1] == "CallStateChanged Finished"


def test_a_direct_line_goes_to_datev_and_not_the_head_number_it_was_known_by() -> None:
    desk = book()
    desk.shelf.entries.append(
        replace(
            entry(Source.DATEV, "f1", "Zahn AG", "004989999980"), number="089 99998-0", head=True
        )
    )
    call = desk.ring(number="00498999998217")
    assert call.name == "Zahn AG"
    assert desk.told[0][1].number == "00498999998217"


def test_a_client_passed_on_does_not_inherit_the_name_of_the_colleague() -> None:
    desk = book()
    desk.ring(number="23", caller_name="Frau Kern")
    desk.answer()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=STRANGER)
    assert desk.at_pbx("p1").name == ""
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    call = desk.at_pbx("p1")
    assert (call.name, call.known) == ("Adler GmbH", Known.AUTOMATIC)
