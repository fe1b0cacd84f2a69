"""Other rules and another dial plan while calls live."""

from __future__ import annotations

from dataclasses import replace

import pytest

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Known
from datev_connector.domain.desk import people
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.record import Method
from datev_connector.domain.rules import CallRules
from tests.domain.desk.playbook import AUTOMATIC, CLIENT, SHARED, Playbook, book

BEHIND_A_PREFIX = DialPlan(area_code="721", exchange_prefix="9")
PREFIXED = "90721555111"


def by_hand() -> Playbook:
    return book(CallRules())


def test_a_call_that_lives_goes_to_datev_once_calls_go_there_by_themselves() -> None:
    play = by_hand()
    play.ring()
    play.answer()
    assert play.story == []

    play.rule(AUTOMATIC)
    assert play.story == ["NewCall Connected"]
    play.hang_up()
    assert play.story == ["NewCall Connected", "CallStateChanged Finished"]
    assert play.problems == []


def test_a_chain_that_has_begun_goes_on_whatever_the_rules() -> None:
    play = book()
    play.ring()
    play.rule(CallRules(hide_internal=True, only_datev_matches=True))
    play.answer()
    play.hang_up()
    assert play.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert play.problems == []


def test_a_call_that_is_over_is_not_judged_again() -> None:
    play = by_hand()
    play.ring()
    play.answer()
    play.hang_up()
    play.rule(AUTOMATIC)
    play.later(60).tick()
    assert play.told == []


def test_a_call_that_lives_does_not_go_to_datev_any_more() -> None:
    play = book(replace(AUTOMATIC, only_answered=True))
    play.ring()
    play.rule(CallRules())
    play.answer()
    play.hang_up()
    assert play.told == []


def test_no_window_opens_or_closes_by_a_rule_alone() -> None:
    play = book(replace(AUTOMATIC, open_window=False))
    play.ring()
    play.rule(replace(AUTOMATIC, open_window=True))
    assert play.windows == []
    play.ring("p2", SHARED)
    assert play.windows == ["open", "update"]
    play.rule(replace(AUTOMATIC, open_window=False))
    assert play.windows == ["open", "update"]


def test_a_window_closes_after_the_call_by_the_rule_of_its_end() -> None:
    play = by_hand()
    play.ring()
    play.rule(CallRules(close_after_call=True))
    play.answer()
    play.hang_up()
    assert play.windows[-1] == "close"


def test_the_next_caller_is_read_by_the_new_plan() -> None:
    play = by_hand()
    assert play.ring("p1", PREFIXED).known is Known.NOBODY
    play.hang_up("p1")
    play.rule(plan=BEHIND_A_PREFIX)
    assert play.ring("p2", PREFIXED).name == "Adler GmbH"


def test_a_living_caller_whom_nobody_knew_is_looked_up_by_the_new_plan() -> None:
    play = book()
    call = play.ring("p1", PREFIXED)
    assert (call.known, call.e164) != (Known.AUTOMATIC, "+49721555111")
    play.answer("p1")
    play.rule(plan=BEHIND_A_PREFIX)

    call = play.at_pbx("p1")
    assert (call.name, call.e164) == ("Adler GmbH", "+49721555111")
    assert play.told[-1][0] is Method.CALL_ADRESSAT_CHANGED
    assert {record.number for _, record in play.told} == {PREFIXED}
    assert play.problems == []


def test_an_extension_that_is_an_outside_number_now_is_one() -> None:
    play = by_hand()
    assert play.ring("p1", "1234").internal
    play.rule(plan=DialPlan(area_code="721", internal_digits=3))
    assert not play.at_pbx("p1").internal


def test_who_is_known_stays_known_whatever_the_plan() -> None:
    play = by_hand()
    known = play.ring("p1", CLIENT)
    asked = play.ring("p2", SHARED)
    rejected = play.ring("p3", CLIENT)
    play.choose(rejected, None)
    play.rule(plan=DialPlan(country="AT", exchange_prefix="0"))
    assert play.at_pbx("p1").person == known.person
    assert play.at_pbx("p2").candidates == asked.candidates
    assert play.at_pbx("p3").known is Known.REJECTED


def test_extensions_learned_from_the_pbx_stay_internal() -> None:
    play = by_hand()
    learned = frozenset({"123456"})
    play.feed(inputs.AccountsLearned(at=play.at, accounts=learned))
    play.rule(plan=DialPlan(area_code="30"))
    assert play.ring("p1", "123456").internal


def test_what_is_dialled_gets_the_new_prefix() -> None:
    play = by_hand()
    play.rule(plan=BEHIND_A_PREFIX)
    play.feed(inputs.DialRequested(at=play.at, number="030 123456"))
    assert play.placed.number.startswith("9")


def test_a_call_that_was_dialled_keeps_its_number() -> None:
    play = by_hand()
    play.feed(inputs.DialRequested(at=play.at, number="1234"))
    play.rule(plan=DialPlan(area_code="721", internal_digits=3))
    (dialled,) = play.desk.calls
    assert (dialled.internal, dialled.e164) == (True, None)


def test_rules_that_cannot_be_followed_are_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    play = by_hand()
    play.ring()
    before = play.desk.calls

    def broken(*_: object) -> None:
        msg = "nobody thought of this"
        raise LookupError(msg)

    monkeypatch.setattr(people, "ask_index", broken)
    with pytest.raises(LookupError):
        play.desk.handle(inputs.RulesChanged(at=play.at, rules=AUTOMATIC, plan=BEHIND_A_PREFIX))
    monkeypatch.undo()

    assert play.desk.calls == before
    play.answer()
    assert play.told == []
    assert not play.ring("p2", PREFIXED).person


def test_nothing_is_saved_or_told_of_calls_that_nothing_is_due_for() -> None:
    play = by_hand()
    play.ring()
    wanted = play.desk.handle(inputs.RulesChanged(at=play.at, rules=play.rules, plan=play.plan))
    assert not [one for one in wanted if not isinstance(one, effects.WakeAt)]
