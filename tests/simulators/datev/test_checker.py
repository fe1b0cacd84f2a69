from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from datev_connector.simulators.datev import (
    ADDRESSEES,
    CallRecord,
    ContractChecker,
    Direction,
    Method,
    Outcome,
    Rule,
    Rules,
)
from datev_connector.simulators.datev.journal_checks import alike
from tests.simulators.datev.records import RING, absent, connected, finished, journal, offered

CONTACT: dict[str, Any] = {"name": "Probebau GmbH", "contact_id": "a-1", "data_source": ADDRESSEES}


def told(
    checker: ContractChecker, *steps: tuple[Method, CallRecord], sender: int = 0
) -> list[Outcome]:
    return [checker.notify(m, r.as_json(), sender=sender).outcome for m, r in steps]


def rules_of(checker: ContractChecker) -> list[Rule]:
    return [finding.rule for finding in checker.violations]


def hints_of(checker: ContractChecker) -> list[Rule]:
    return [finding.rule for finding in checker.hints]


def test_only_one_ending() -> None:
    checker = ContractChecker()
    ring = offered()
    outcomes = told(
        checker,
        (Method.NEW_CALL, ring),
        (Method.CALL_STATE_CHANGED, absent(ring)),
        (Method.CALL_STATE_CHANGED, absent(ring)),
    )
    assert outcomes[-1] is Outcome.FORBIDDEN
    assert "only one ending" in str(checker.violations[0])
    assert len(checker.calls[0].history) == 2


def test_journal_during_the_call_of_another_connector_is_allowed() -> None:
    checker = ContractChecker()
    over = offered("c-1")
    told(checker, (Method.NEW_CALL, over), (Method.CALL_STATE_CHANGED, absent(over)), sender=1)
    told(checker, (Method.NEW_CALL, offered("c-2")), sender=2)
    told(checker, (Method.NEW_JOURNAL, journal(absent(over))), sender=1)
    assert rules_of(checker) == []
    told(checker, (Method.NEW_JOURNAL, journal(absent(over))), sender=2)
    assert rules_of(checker) == [Rule.JOURNAL]
    assert checker.journal[0].repeats == 1


def test_a_call_left_open_by_a_lost_connection_earns_a_hint_only() -> None:
    checker = ContractChecker()
    told(checker, (Method.NEW_CALL, offered("c-1", number="+49721555000")), sender=1)
    checker.sender_gone(1)
    told(checker, (Method.NEW_JOURNAL, journal(absent(offered("x")))), sender=2)
    assert rules_of(checker) == []
    assert hints_of(checker) == [Rule.JOURNAL, Rule.NUMBER]


def test_the_note_of_the_very_call_that_was_left_open_is_welcome() -> None:
    checker = ContractChecker()
    told(checker, (Method.NEW_CALL, offered()), sender=1)
    checker.sender_gone(1)
    told(checker, (Method.NEW_JOURNAL, journal(absent(offered()))), sender=2)
    assert rules_of(checker) == hints_of(checker) == []


def test_an_unknown_number_in_the_journal_is_a_hint() -> None:
    checker = ContractChecker()
    told(checker, (Method.NEW_JOURNAL, journal(absent(offered()))))
    assert rules_of(checker) == []
    assert hints_of(checker) == [Rule.NUMBER]


def test_an_anonymous_journal_entry_is_in_order() -> None:
    checker = ContractChecker()
    told(checker, (Method.NEW_JOURNAL, journal(absent(offered(number="")))))
    assert rules_of(checker) == hints_of(checker) == []


def test_the_number_of_the_journal_is_spelt_as_in_new_call() -> None:
    checker = ContractChecker()
    ring = offered(number="+49 721 12345-0")
    told(
        checker,
        (Method.NEW_CALL, ring),
        (Method.CALL_STATE_CHANGED, absent(ring)),
        (Method.NEW_JOURNAL, journal(replace(absent(ring), number="0721 123450"))),
    )
    assert rules_of(checker) == [Rule.NUMBER]


def test_spellings_of_one_number() -> None:
    assert alike("+49 721 12345-0", "0721/123450")
    assert alike("110", "110")
    assert not alike("110", "0721 110")
    assert not alike("+49 721 123450", "+49 721 123451")


def test_sync_id_of_a_dial_must_be_echoed() -> None:
    checker = ContractChecker()
    asked = CallRecord(sync_id="S-1", number="0721 1", **CONTACT)
    checker.dial_sent(asked)
    checker.dial_answered("S-1", 0, replace(asked, call_id="c-1").as_json())
    ring = offered("c-1", direction=Direction.OUTGOING, **CONTACT)
    told(checker, (Method.NEW_CALL, ring))
    assert rules_of(checker) == [Rule.SYNC_ID]


def test_new_call_may_overtake_the_answer_to_dial() -> None:
    checker = ContractChecker()
    asked = CallRecord(sync_id="S-1", number="0721 1")
    checker.dial_sent(asked)
    told(checker, (Method.NEW_CALL, offered("c-1", sync_id="S-1", direction=Direction.OUTGOING)))
    checker.dial_answered("S-1", 0, replace(asked, call_id="c-1").as_json())
    assert rules_of(checker) == []
    checker.dial_answered("S-1", 0, replace(asked, call_id="c-2").as_json())
    assert rules_of(checker) == [Rule.CALL_ID]


def test_one_sync_id_belongs_to_one_call() -> None:
    checker = ContractChecker()
    asked = CallRecord(sync_id="S-1", number="0721 1")
    checker.dial_sent(asked)
    checker.dial_answered("S-1", 0, replace(asked, call_id="c-1").as_json())
    told(checker, (Method.NEW_CALL, offered("c-2", sync_id="S-1", direction=Direction.OUTGOING)))
    assert rules_of(checker) == [Rule.SYNC_ID]


def test_a_dialled_call_is_outgoing_and_keeps_the_contact() -> None:
    checker = ContractChecker()
    asked = CallRecord(sync_id="S-1", number="0721 1", **CONTACT)
    checker.dial_sent(asked)
    checker.dial_answered("S-1", 0, replace(asked, call_id="c-1").as_json())
    told(checker, (Method.NEW_CALL, offered("c-1", sync_id="S-1")))
    assert rules_of(checker) == [Rule.DIRECTION, Rule.CONTACT]


def test_the_answer_to_dial_keeps_what_datev_gave_and_names_a_fresh_call() -> None:
    checker = ContractChecker()
    told(checker, (Method.NEW_CALL, offered("c-1")))
    asked = CallRecord(sync_id="S-1", number="0721 1")
    checker.dial_sent(asked)
    answer = replace(asked, call_id="c-1", number="+497211")
    checker.dial_answered("S-1", 0, answer.as_json())
    assert rules_of(checker) == [Rule.DIAL, Rule.CALL_ID]


def test_the_sync_id_of_a_refused_dial_is_void() -> None:
    checker = ContractChecker()
    checker.dial_sent(CallRecord(sync_id="S-1", number="0721 1"))
    checker.dial_answered("S-1", -1, None)
    told(checker, (Method.NEW_CALL, offered("c-1", sync_id="S-1", direction=Direction.OUTGOING)))
    assert rules_of(checker) == [Rule.SYNC_ID]


def test_an_unreadable_answer_to_dial() -> None:
    checker = ContractChecker()
    checker.dial_sent(CallRecord(sync_id="S-1", number="0721 1"))
    assert checker.dial_answered("S-1", 0, None).outcome is Outcome.UNREADABLE
    assert rules_of(checker) == [Rule.DIAL]


def test_an_answer_to_dial_from_before_the_restart() -> None:
    checker = ContractChecker()
    checker.dial_sent(CallRecord(sync_id="S-1", number="0721 1"))
    checker.restarted()
    checker.dial_answered("S-1", 0, CallRecord(call_id="c-1", sync_id="S-1").as_json())
    assert rules_of(checker) == [Rule.DIAL]


def test_without_a_name_in_the_rules_the_own_source_must_stay_the_same() -> None:
    checker = ContractChecker()
    told(checker, (Method.NEW_CALL, offered("c-1", data_source="STARFACE")))
    told(checker, (Method.NEW_CALL, offered("c-2", data_source="3CX")))
    assert rules_of(checker) == [Rule.SOURCE]


def test_a_long_own_source_is_no_short_name() -> None:
    checker = ContractChecker()
    told(checker, (Method.NEW_CALL, offered(data_source="A name that never comes to an end")))
    assert rules_of(checker) == [Rule.SOURCE]


def test_contact_must_really_change() -> None:
    checker = ContractChecker()
    ring = offered(**CONTACT)
    told(
        checker,
        (Method.NEW_CALL, ring),
        (Method.CALL_STATE_CHANGED, connected(ring)),
        (Method.CALL_ADRESSAT_CHANGED, replace(connected(ring), name="Another spelling")),
    )
    assert rules_of(checker) == [Rule.ADRESSAT]
    assert checker.calls[0].last.name == "Probebau GmbH"


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        (offered(end=RING + timedelta(seconds=1)), Rule.TIMES),
        (offered(name="Meier"), Rule.CONTACT),
        (offered(note="x" * 2001), Rule.NOTE),
    ],
)
def test_doubtful_things_are_hints(record: CallRecord, rule: Rule) -> None:
    checker = ContractChecker()
    told(checker, (Method.NEW_CALL, record))
    assert rules_of(checker) == []
    assert hints_of(checker) == [rule]


def test_begin_that_moves_is_a_hint() -> None:
    checker = ContractChecker()
    ring = offered()
    talk = connected(ring, after_s=-5)
    told(
        checker,
        (Method.NEW_CALL, ring),
        (Method.CALL_STATE_CHANGED, talk),
        (Method.CALL_STATE_CHANGED, finished(replace(talk, begin=RING))),
    )
    assert rules_of(checker) == []
    assert hints_of(checker) == [Rule.TIMES, Rule.TIMES]


def test_a_ring_told_long_after_is_a_hint() -> None:
    checker = ContractChecker(Rules(late_after_s=60.0))
    call = offered().as_json()
    checker.notify(Method.NEW_CALL, call, at=RING + timedelta(seconds=60))
    assert checker.hints == ()
    checker.notify(Method.NEW_CALL, offered("c-2").as_json(), at=RING + timedelta(seconds=61))
    assert hints_of(checker) == [Rule.LATE_LIVE]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-11-23T09:00:00+01:00", "zone"),
        ("2026-11-23T09:00:00Z", "zone"),
        ("2026-11-23", "time of day"),
        ("yesterday", "ISO"),
    ],
)
def test_times_are_wall_clock_with_a_time_of_day(value: str, words: str) -> None:
    checker = ContractChecker()
    verdict = checker.notify(Method.NEW_CALL, {**offered().as_json(), "Begin": value})
    assert verdict.outcome is Outcome.UNREADABLE
    assert words in verdict.violations[0].text


def test_a_twelfth_field_is_a_violation() -> None:
    checker = ContractChecker()
    checker.notify(Method.NEW_CALL, {**offered().as_json(), "Extra": 1})
    assert rules_of(checker) == [Rule.FIELDS]


def test_a_call_that_is_no_object() -> None:
    checker = ContractChecker()
    assert checker.notify(Method.NEW_CALL, [1]).outcome is Outcome.UNREADABLE
