"""Notes: typed, kept, sent by the button and never by themselves."""

from __future__ import annotations

import pytest

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Outcome
from datev_connector.domain.legs import Leg
from datev_connector.domain.rules import KEPT_LIMIT, NOTE_LIMIT, CallRules
from tests.domain.desk.playbook import AUTOMATIC, SHARED, Playbook, book


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


def test_a_note_longer_than_datev_takes_stays_a_draft_until_it_is_shortened() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.answer()
    desk.note(call, "y" * (NOTE_LIMIT + 1))
    desk.press(call)
    desk.hang_up()
    assert desk.calls[call.call].note == "y" * (NOTE_LIMIT + 1)
    assert desk.calls[call.call].is_draft
    assert [r.note for _, r in desk.told if r.note] == []
    assert any("2001" in told.text for told in desk.of(effects.TellUser))
    desk.note(call, "y" * NOTE_LIMIT)
    desk.press(call)
    assert [r.note for m, r in desk.told if m == "NewJournal"] == ["y" * NOTE_LIMIT]


def test_an_earlier_note_on_its_way_still_arrives_when_it_grew_too_long() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.answer()
    desk.note(call, "short")
    desk.press(call)
    desk.note(call, "y" * (NOTE_LIMIT + 1))
    desk.press(call)
    desk.hang_up()
    assert [r.note for m, r in desk.told if m == "NewJournal"] == ["short"]
    assert desk.calls[call.call].is_draft


def test_a_note_without_end_is_refused_and_not_cut() -> None:
    desk = book()
    call = desk.ring()
    desk.note(call, "x" * KEPT_LIMIT)
    desk.note(call, "y" * (KEPT_LIMIT + 1))
    assert desk.calls[call.call].note == "x" * KEPT_LIMIT
    assert any("100001" in told.text for told in desk.of(effects.TellUser))


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
    assert desk.calls[call.call].note == "\N{TELEPHONE RECEIVER}" * 1000
    desk.press(call)
    assert desk.of(effects.TellUser) == []
    desk.note(call, "\N{TELEPHONE RECEIVER}" * 1001)
    desk.press(call)
    assert any("2002" in told.text for told in desk.of(effects.TellUser))


def test_a_call_that_is_on_the_desk_is_not_overwritten_by_its_older_self() -> None:
    desk = book(CallRules())
    old = desk.ring()
    desk.note(old, "typed since")
    desk.feed(inputs.CallRecalled(at=desk.at, call=old))
    desk.answer()
    desk.hang_up()
    assert desk.calls[old.call].note == "typed since"
    assert desk.calls[old.call].outcome is Outcome.ANSWERED


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_a_blank_note_is_no_note(blank: str) -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.note(call, "something")
    desk.note(call, blank)
    desk.answer()
    desk.hang_up()
    assert not desk.calls[call.call].is_draft
    desk.press(call)
    assert [r.note for _, r in desk.told] == [""]


def test_a_note_that_is_unchanged_is_no_news() -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.note(call, "a")
    saved = len(desk.of(effects.SaveCall))
    desk.note(call, "a")
    assert len(desk.of(effects.SaveCall)) == saved
    assert desk.calls[call.call].note_revision == 1


def test_a_waiting_entry_keeps_its_note_when_only_the_contact_changes() -> None:
    desk = book(CallRules())
    desk.leg(Leg.DATEV, up=False)
    call = desk.ring(number=SHARED)
    desk.hang_up()
    desk.note(call, "for DATEV")
    desk.press(call)
    desk.note(call, "for DATEV, and private")
    desk.choose(call, desk.of(effects.AskWho)[0].candidates[0])
    desk.leg(Leg.DATEV, up=True)
    assert [(r.contact_id, r.note) for _, r in desk.told] == [("s1", "for DATEV")]
    assert desk.calls[call.call].is_draft


@pytest.mark.parametrize("close", [True, False])
def test_a_draft_is_forgotten_by_the_desk_after_a_day_and_not_before(*, close: bool) -> None:
    desk = book(CallRules())
    call = desk.ring()
    desk.note(call, "a draft")
    desk.hang_up()
    if close:
        desk.feed(inputs.WindowClosed(at=desk.at, call=call.call))
    desk.later(23 * 3600).tick()
    assert desk.desk.call(call.call) is not None
    desk.later(2 * 3600).tick()
    assert desk.desk.call(call.call) is None


def test_an_ended_call_without_anything_left_to_do_leaves_after_an_hour() -> None:
    desk = book(CallRules())
    desk.ring()
    call = desk.hang_up()
    desk.feed(inputs.WindowClosed(at=desk.at, call=call.call))
    desk.later(3500).tick()
    assert desk.desk.call(call.call) is not None
    desk.later(200).tick()
    assert desk.desk.call(call.call) is None


def test_a_cleared_note_does_not_come_back_with_a_contact_chosen_later() -> None:
    desk = book(CallRules())
    desk.leg(Leg.DATEV, up=False)
    call = desk.ring(number=SHARED)
    desk.note(call, "no")
    desk.press(call)
    desk.note(call, "")
    desk.hang_up()
    desk.choose(call, desk.of(effects.AskWho)[0].candidates[0])
    desk.leg(Leg.DATEV, up=True)
    assert [(r.contact_id, r.note) for _, r in desk.told] == [("s1", "")]
