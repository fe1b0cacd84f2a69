from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from datev_connector.simulators.datev.hresult import E_INVALIDARG
from datev_connector.simulators.datev.record import CallRecord, CallState, Direction
from datev_connector.simulators.datev_com.judge import Judge, shown_calls
from datev_connector.simulators.datev_com.memory import Memory
from datev_connector.simulators.datev_com.properties import (
    Property,
    ReadObject,
    judge_properties,
    property_of,
)

NOON = datetime(2026, 11, 23, 12)  # noqa: DTZ001 -- wall clock
GONE = 0x80010108 - (1 << 32)


def judge(path: Path | None = None) -> Judge:
    return Judge(Memory(path), lambda: NOON)


def read(state: CallState = CallState.OFFERED, call_id: str = "A-1", **changes: Any) -> ReadObject:
    record = CallRecord(
        call_id=call_id,
        direction=Direction.INCOMING,
        begin=NOON,
        end=NOON,
        call_state=state,
        data_source="Test",
        number="0721555111",
    )
    properties = {name: property_of(name, value) for name, value in record.as_json().items()}
    return judge_properties(properties | changes)


def test_a_proper_notification_is_taken() -> None:
    told = judge().told("NewCall", read(), 1)
    assert told["outcome"] == "recorded"
    assert told["hresult"] == 0
    assert told["violations"] == []


def test_a_step_out_of_turn_is_found() -> None:
    judged = judge()
    told = judged.told("CallStateChanged", read(CallState.FINISHED), 1)
    assert told["outcome"] == "forbidden"
    assert len(judged.violations) == 1


def test_a_wrong_type_is_found_although_the_value_can_be_read() -> None:
    judged = judge()
    told = judged.told("NewCall", read(Direction=Property(type_number=2, value=1)), 1)
    assert told["outcome"] == "recorded"
    assert told["violations"] == ["[fields] NewCall: Direction is a VARIANT of type I2, not I4"]


def test_an_object_that_cannot_be_read_is_refused() -> None:
    judged = judge()
    told = judged.told("NewCall", read(CallID=Property()), 1)
    assert told["hresult"] == E_INVALIDARG
    assert judged.checker.calls == ()


def test_a_telephony_program_that_has_ended_breaks_no_rule() -> None:
    judged = judge()
    told = judged.told("NewCall", read(Note=Property(hresult=GONE)), 1)
    assert told == {"method": "NewCall", "outcome": "unread", "hresult": GONE}
    again = judged.read_again("NewCall", read().fields, read(Note=Property(hresult=GONE)))
    assert again["outcome"] == "unread"
    assert judged.violations == ()


def test_a_snapshot_that_changes_is_found() -> None:
    judged = judge()
    assert judged.read_again("NewCall", read().fields, read())["violations"] == []
    told = judged.read_again("NewCall", read().fields, read(CallState.CONNECTED))
    [violation] = told["violations"]
    assert "CallState was 1 and is 2 when read again" in violation


def test_an_answer_to_dial_without_a_call_id_is_found() -> None:
    judged = judge()
    asked = CallRecord(sync_id="s1", number="0721555111", data_source="DATEV_Adressaten")
    judged.checker.dial_sent(asked)
    values: dict[str, Any] = asked.as_json()
    answer = judge_properties({name: property_of(name, value) for name, value in values.items()})
    assert judged.dialled(asked, 0, answer)["violations"] == [
        "[dial] Dial returned without a CallID"
    ]


def test_a_refused_dial_may_leave_the_object_as_it_likes() -> None:
    judged = judge()
    asked = CallRecord(sync_id="s1", number="0721555111")
    judged.checker.dial_sent(asked)
    assert judged.dialled(asked, -1, judge_properties({}))["violations"] == []


def test_a_process_that_comes_back_knows_list_and_journal(tmp_path: Path) -> None:
    path = tmp_path / "datev.jsonl"
    first = judge(path)
    first.told("NewCall", read(), 1)
    first.told("NewJournal", read(CallState.ABSENCE, "J-1"), 2)
    first.told("CallStateChanged", read(CallState.FINISHED, "unknown"), 1)

    second = judge(path)
    assert second.recalled == 2
    assert second.violations == ()
    assert second.hints == ()
    assert [call["active"] for call in shown_calls(second.checker.calls)] == [False]
    assert second.told("NewJournal", read(CallState.ABSENCE, "J-1"), 2)["outcome"] == "repeated"
    late = second.told("CallStateChanged", read(CallState.CONNECTED), 1)
    assert late["outcome"] == "forbidden"
    assert "comes late" in late["violations"][0]


def test_a_line_that_the_death_of_the_process_cut_off_was_never_kept(tmp_path: Path) -> None:
    path = tmp_path / "datev.jsonl"
    judge(path).told("NewCall", read(), 1)
    with path.open("a") as file:
        file.write('{"method": "NewC')
    assert judge(path).recalled == 1


def test_a_datev_that_begins_anew_has_forgotten_even_its_disk(tmp_path: Path) -> None:
    path = tmp_path / "datev.jsonl"
    judged = judge(path)
    judged.told("CallStateChanged", read(CallState.FINISHED), 1)
    judged.told("NewCall", read(), 1)
    judged.begin_anew()
    assert (judged.checker.calls, judged.violations) == ((), ())
    assert judge(path).recalled == 0


def test_without_a_memory_every_life_is_the_first() -> None:
    first = judge()
    first.told("NewCall", read(), 1)
    assert judge().recalled == 0
