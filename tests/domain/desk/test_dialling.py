"""Dialling: from DATEV and by the user."""

from __future__ import annotations

import pytest

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Outcome, PbxState
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.record import ADDRESSEES, INSTITUTIONS, OWN_SOURCE, CtiDirection
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import CLIENT, STRANGER, book


def test_datev_dials_and_follows_the_call_with_its_sync_id() -> None:
    desk = book(CallRules())
    call_id = desk.dial(contact_id="c1", contact_name="Adler GmbH", data_source=ADDRESSEES)
    assert call_id
    assert desk.placed.number == "0049721555111"
    pbx_call = desk.accept()
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
    assert "phone system" in (desk.of(effects.DialReported)[-1].refused or "")


def test_drop_before_the_pbx_has_answered_is_made_good() -> None:
    desk = book()
    call_id = desk.dial()
    desk.feed(inputs.DatevDropped(at=desk.at, call_id=call_id))
    assert desk.of(effects.HangUp) == []
    pbx_call = desk.accept()
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
    desk.feed(inputs.DialRefused(at=desk.at, call=desk.placed.call, reason="line busy"))
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]
    assert desk.calls[desk.placed.call].outcome is Outcome.UNREACHED
    assert any("line busy" in e.text for e in desk.of(effects.TellUser))


def test_a_pbx_that_uses_an_id_of_its_own_makes_no_second_call() -> None:
    desk = book()
    desk.dial()
    desk.pbx("own-id", PbxState.PROCEEDING, called_number=CLIENT)
    desk.accept("own-id")
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


def test_a_late_refusal_does_not_end_a_call_that_is_running() -> None:
    desk = book()
    desk.dial()
    pbx_call = desk.placed.pbx_call
    desk.pbx(pbx_call, PbxState.RINGBACK, called_number=CLIENT)
    desk.answer(pbx_call)
    desk.feed(inputs.DialRefused(at=desk.at, call=desk.placed.call, reason="no answer in time"))
    assert desk.at_pbx(pbx_call).active


def test_a_drop_is_made_good_as_soon_as_the_call_shows() -> None:
    desk = book()
    call_id = desk.dial()
    desk.feed(inputs.DatevDropped(at=desk.at, call_id=call_id))
    desk.pbx(desk.placed.pbx_call, PbxState.PROCEEDING, called_number=CLIENT)
    assert [e.pbx_call for e in desk.of(effects.HangUp)] == [desk.placed.pbx_call]


@pytest.mark.parametrize("called", ["", "23"])
def test_an_own_id_of_the_pbx_is_recognised_without_an_outside_number(called: str) -> None:
    desk = book(CallRules(transfer_automatically=True, skip_internal=False))
    call_id = desk.dial("23" if called else "0721 555111")
    desk.pbx("own-id", PbxState.PROCEEDING, called_number=called)
    desk.accept("own-id")
    assert [c.dialled for c in desk.desk.calls if c.active] == [True]
    desk.answer("own-id")
    desk.hang_up("own-id")
    assert {r.call_id for _, r in desk.told} == {call_id}


def test_a_call_to_somebody_else_is_not_taken_for_the_one_that_datev_dials() -> None:
    desk = book()
    desk.dial()
    desk.pbx("other", PbxState.PROCEEDING)
    desk.pbx("other", PbxState.RINGBACK, called_number=STRANGER)
    desk.accept()
    assert sorted((c.dialled, c.number) for c in desk.desk.calls) == [
        (False, STRANGER),
        (True, "0721 555111"),
    ]


def test_an_answer_after_the_call_has_moved_does_not_turn_it_back() -> None:
    desk = book()
    desk.dial()
    old = desk.placed.pbx_call
    desk.pbx(old, PbxState.RINGBACK, called_number=CLIENT)
    desk.feed(inputs.CallMoved(at=desk.at, old=old, new="new"))
    desk.accept()
    desk.answer("new")
    assert len(desk.desk.calls) == 1


def test_a_dropped_call_that_is_over_is_not_hung_up_again() -> None:
    desk = book()
    call_id = desk.dial()
    desk.feed(inputs.DatevDropped(at=desk.at, call_id=call_id))
    desk.pbx(desk.placed.pbx_call, PbxState.HANGUP)
    assert desk.of(effects.HangUp) == []


@pytest.mark.parametrize(("after_s", "refused"), [(2.9, "just now"), (3.1, None)])
def test_the_same_number_within_three_seconds_is_a_double_click(
    after_s: float, refused: str | None
) -> None:
    desk = book()
    desk.dial()
    desk.feed(inputs.DialRefused(at=desk.at, call=desk.placed.call, reason="busy"))
    desk.later(after_s).dial()
    said = desk.of(effects.DialReported)[-1].refused
    assert (refused in said) if refused and said else said is refused


def test_the_clock_put_back_makes_no_double_click() -> None:
    desk = book()
    desk.dial()
    desk.feed(inputs.DialRefused(at=desk.at, call=desk.placed.call, reason="busy"))
    assert desk.later(-3600).dial()


@pytest.mark.parametrize(("first", "second"), [("0721 555111", "+49 721 555-111"), ("23", "2 3")])
def test_a_number_is_not_dialled_twice_while_the_call_is_being_set_up(
    first: str, second: str
) -> None:
    desk = book()
    desk.dial(first)
    pbx_call = desk.accept()
    assert desk.later(10).dial(second) == ""
    assert "set up" in (desk.of(effects.DialReported)[-1].refused or "")
    desk.pbx(pbx_call, PbxState.RINGBACK)
    assert desk.later(10).dial(second) == ""
    desk.answer(pbx_call)
    assert desk.later(10).dial(second), "a conference, a second line: that is the user's business"


def test_a_caller_may_be_called_back_while_he_rings() -> None:
    desk = book()
    desk.ring(number=CLIENT)
    assert desk.dial("0721 555111")


def test_another_number_may_be_dialled_at_once() -> None:
    desk = book()
    assert desk.dial("0721 555111")
    assert desk.dial("0721 555112")
    assert desk.dial("23")
    assert desk.dial("24")


@pytest.mark.parametrize(
    ("typed", "number", "shown", "internal"),
    [
        ("0721 555111", "0049721555111", "+49721555111", False),
        ("23", "23", "23", True),
    ],
)
def test_the_user_dials(typed: str, number: str, shown: str, *, internal: bool) -> None:
    desk = book(CallRules())
    desk.feed(inputs.DialRequested(at=desk.at, number=typed))
    assert desk.placed.number == number
    call = desk.at_pbx(desk.accept())
    assert (call.number, call.internal, call.dialled, call.from_datev) == (
        shown,
        internal,
        True,
        False,
    )
    assert call.name == ("" if internal else "Adler GmbH")
    report = desk.of(effects.DialReported)[-1]
    assert (report.number, report.call, report.refused) == (typed, call.call, None)


def test_an_internal_call_that_the_user_dials_is_not_transferred_by_itself() -> None:
    desk = book()
    desk.feed(inputs.DialRequested(at=desk.at, number="23"))
    pbx_call = desk.accept()
    desk.pbx(pbx_call, PbxState.RINGBACK)
    desk.answer(pbx_call)
    desk.hang_up(pbx_call)
    assert desk.told == []


def test_an_internal_call_that_datev_dials_is_reported_and_shown() -> None:
    desk = book(CallRules(hide_internal=True))
    desk.dial("23")
    pbx_call = desk.accept()
    desk.pbx(pbx_call, PbxState.RINGBACK)
    desk.answer(pbx_call)
    desk.hang_up(pbx_call)
    assert desk.windows[0] == "open"
    assert desk.story[-1] == "CallStateChanged Finished"


def test_our_own_telephone_that_rings_first_is_not_the_other_end() -> None:
    desk = book()
    desk.dial()
    pbx_call = desk.accept()
    desk.later(2).pbx(pbx_call, PbxState.RINGING)
    assert desk.told == []
    desk.later(3).pbx(pbx_call, PbxState.RINGBACK)
    assert desk.told[0][1].begin == desk.at


@pytest.mark.parametrize(
    "given",
    [
        {"data_source": ADDRESSEES, "contact_id": "c1", "contact_name": " "},
        {"data_source": ADDRESSEES, "contact_id": "", "contact_name": "Adler GmbH"},
        {"data_source": "Another", "contact_id": "c1", "contact_name": "Adler GmbH"},
        {},
    ],
)
def test_half_a_contact_from_datev_is_none_and_nobody_is_asked(given: dict[str, str]) -> None:
    desk = book()
    desk.dial("0721 555222", **given)
    desk.pbx(desk.accept(), PbxState.RINGBACK)
    assert (desk.told[0][1].contact_id, desk.told[0][1].data_source) == ("", OWN_SOURCE)
    assert desk.desk.calls[0].person is None
    assert desk.of(effects.AskWho) == []


def test_an_institution_that_datev_gave_stays_one() -> None:
    desk = book()
    desk.dial(data_source=INSTITUTIONS, contact_id="i1", contact_name="Finanzamt")
    desk.pbx(desk.accept(), PbxState.RINGBACK)
    assert (desk.told[0][1].contact_id, desk.told[0][1].data_source) == ("i1", INSTITUTIONS)


def test_a_pbx_that_is_only_degraded_can_dial() -> None:
    desk = book()
    desk.report(Leg.STARFACE, LegState.DEGRADED)
    assert desk.dial()


def test_a_call_that_was_seen_first_lends_its_times_to_the_one_dialled() -> None:
    desk = book()
    call_id = desk.dial()
    rang_at = desk.later(1).at
    desk.pbx("own-id", PbxState.RINGBACK)
    desk.later(2).accept("own-id")
    assert [c.dialled for c in desk.desk.calls if c.active] == [True]
    assert {(r.call_id, r.begin) for _, r in desk.told} == {(call_id, rang_at)}
    desk.later(2).hang_up("own-id")
    assert desk.story == ["NewCall Offered", "CallStateChanged Absence"]
    assert desk.windows.count("open") - desk.windows.count("close") == 1


def test_a_refusal_of_a_call_that_is_over_says_nothing() -> None:
    desk = book()
    desk.dial()
    refusal = inputs.DialRefused(at=desk.at, call=desk.placed.call, reason="busy")
    desk.feed(refusal)
    assert desk.feed(refusal) == ()


def test_the_user_takes_back_a_call_before_the_pbx_has_it() -> None:
    desk = book()
    desk.dial()
    desk.feed(inputs.HangUpPressed(at=desk.at, call=desk.placed.call))
    assert desk.of(effects.HangUp) == []
    pbx_call = desk.accept()
    assert [e.pbx_call for e in desk.of(effects.HangUp)] == [pbx_call]


def test_nothing_is_hung_up_that_is_over() -> None:
    desk = book()
    call_id = desk.dial()
    pbx_call = desk.accept()
    desk.hang_up(pbx_call)
    desk.feed(inputs.HangUpPressed(at=desk.at, call=desk.placed.call))
    desk.feed(inputs.DatevDropped(at=desk.at, call_id=call_id))
    assert desk.of(effects.HangUp) == []


def test_a_call_that_was_answered_before_it_was_known_as_the_dialled_one() -> None:
    desk = book(CallRules())
    call_id = desk.dial()
    desk.pbx("own-id", PbxState.PROCEEDING)
    answered_at = desk.later(2).at
    desk.answer("own-id")
    desk.later(2).accept("own-id")
    assert [(c.dialled, c.connected_at) for c in desk.desk.calls if c.active] == [
        (True, answered_at)
    ]
    desk.later(2).hang_up("own-id")
    assert desk.story == ["NewCall Connected", "CallStateChanged Finished"]
    assert {(r.call_id, r.begin) for _, r in desk.told} == {(call_id, answered_at)}
