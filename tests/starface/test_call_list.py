from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from datev_connector.domain.calls import Call, CallState, Direction, Outcome
from datev_connector.starface.wire.call_list import outcome_of, read_entries, same_number
from datev_connector.starface.wire.xmlrpc import Value

BEGAN = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LOCAL = BEGAN.replace(tzinfo=None) + timedelta(hours=1)


def to_utc(local: datetime) -> datetime:
    return local.replace(tzinfo=UTC) - timedelta(hours=1)


def call(
    direction: Direction = Direction.INCOMING,
    *,
    number: str = "004971112345",
    answered: bool = False,
) -> Call:
    return Call(
        call="ours",
        pbx_call="7d1c",
        direction=direction,
        state=CallState.ENDED,
        number=number,
        began_at=BEGAN,
        connected_at=BEGAN if answered else None,
        last_seen_at=BEGAN,
    )


def entry(result: str, **members: Value) -> dict[str, Value]:
    return {
        "id": "entry-1",
        "direction": "INBOUND",
        "result": result,
        "callerNumber": "004971112345",
        "calledNumber": "23",
        "startTime": LOCAL,
        **members,
    }


def learned(who: Call, *entries: dict[str, Value]) -> Outcome | None:
    return outcome_of(who, read_entries({"entries": list(entries), "totalCount": 9}), to_utc)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ("MISSED", Outcome.MISSED),
        ("NOT_CONNECTED", Outcome.MISSED),
        ("ANSWERED", Outcome.ANSWERED_ELSEWHERE),
        ("ANSWERED_ELSEWHERE", Outcome.ANSWERED_ELSEWHERE),
        ("AnsweredElswhere", Outcome.ANSWERED_ELSEWHERE),
        ("SOMETHING_ELSE", None),
        ("", None),
    ],
)
def test_what_became_of_a_call_that_rang(result: str, outcome: Outcome | None) -> None:
    assert learned(call(), entry(result)) is outcome


def test_a_flag_of_the_entry_says_that_a_colleague_answered() -> None:
    assert learned(call(), entry("MISSED", answeredelswhere=True)) is Outcome.ANSWERED_ELSEWHERE


def test_an_answered_call_stays_answered() -> None:
    assert learned(call(answered=True), entry("ANSWERED")) is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("result", "outcome"), [("MISSED", Outcome.UNREACHED), ("ANSWERED", Outcome.ANSWERED)]
)
def test_outgoing_calls_are_matched_by_the_called_number(result: str, outcome: Outcome) -> None:
    outgoing = entry(result, direction="OUTBOUND", callerNumber="23", calledNumber="+4971112345")
    assert learned(call(Direction.OUTGOING), outgoing) is outcome


def test_the_id_of_the_call_decides_before_number_and_time() -> None:
    near = entry("MISSED")
    same = entry("ANSWERED", callId="7d1c", callerNumber="", startTime="")
    assert learned(call(), near, same) is Outcome.ANSWERED_ELSEWHERE


def test_the_nearest_of_several_calls_of_one_number_is_meant() -> None:
    earlier = entry("ANSWERED", startTime=LOCAL - timedelta(seconds=20))
    assert learned(call(), earlier, entry("MISSED"), earlier) is Outcome.MISSED


@pytest.mark.parametrize(
    "other",
    [
        entry("MISSED", startTime=LOCAL - timedelta(minutes=5)),
        entry("MISSED", callerNumber="004971199999"),
        entry("MISSED", callerNumber=""),
        entry("MISSED", direction="OUTBOUND"),
        entry("MISSED", startTime=""),
    ],
)
def test_another_call_says_nothing(other: dict[str, Value]) -> None:
    assert learned(call(), other) is None


def test_withheld_numbers_are_matched_by_time() -> None:
    assert learned(call(number=""), entry("MISSED", callerNumber="")) is Outcome.MISSED


@pytest.mark.parametrize("answer", [None, "", [], {}, {"entries": "x"}, {"entries": [1, None]}])
def test_strange_answers_hold_no_entries(answer: Value) -> None:
    assert read_entries(answer) == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("004971112345", "+49 711 12345", True),
        ("004971112345", "071112345", True),
        ("0004971112345", "004971112345", True),
        ("23", "23", True),
        ("23", "0049711123", False),
        ("23", "123", False),
        ("", "", True),
        ("", "23", False),
    ],
)
def test_spellings_of_one_number(one: str, other: str, expected: bool) -> None:
    assert same_number(one, other) is expected
    assert same_number(other, one) is expected
