"""How often, and how far, the call list is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from datev_connector.domain.calls import Call, CallState, Direction, Outcome
from datev_connector.domain.inputs import CallListRead
from datev_connector.starface.commands import Recall
from datev_connector.starface.list_reader import DIRECT_CALL_TRIES, OUTCOME_PAUSES_S, ListReader
from datev_connector.starface.pbx_clock import PbxClock
from datev_connector.starface.trouble import Trouble, TroubleKind
from datev_connector.starface.wire.uci import CALL_LIST_LIMIT, Uci, UciVersion
from datev_connector.starface.wire.xmlrpc import MethodCall, Value

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GAP = Recall(since=NOON, until=NOON + timedelta(hours=1))
FAULT = Trouble(kind=TroubleKind.FAULT)
CUT = Trouble(kind=TroubleKind.CUT)


def entries(count: int, first: int = 0) -> Value:
    started = NOON.replace(tzinfo=None) + timedelta(minutes=1)
    return {
        "entries": [
            {
                "id": f"entry-{first + n}",
                "direction": "INBOUND",
                "result": "MISSED",
                "callerNumber": f"0049721{first + n:05}",
                "startTime": started + timedelta(seconds=first + n),
                "duration": 0,
            }
            for n in range(count)
        ]
    }


class Pbx:
    """Answers one request after the other with what it is given, the last again and again."""

    def __init__(self, *answers: Value | Trouble, version: UciVersion = UciVersion.V30) -> None:
        self.answers = list(answers)
        self.offsets: list[Value] = []
        self.told: list[CallListRead] = []
        clock = PbxClock(zone=UTC)
        clock.observe(NOON.replace(tzinfo=None), NOON)
        self.reader = ListReader(
            request=self.request,
            uci=lambda: Uci(version),
            clock=clock,
            now=lambda: NOON + timedelta(hours=2),
            outcome_pauses_s=(0.0,) * len(OUTCOME_PAUSES_S),
            recall_pauses_s=(0.0,) * 5,
        )

    async def request(self, call: MethodCall) -> Value | Trouble:
        self.offsets.append(call.params[7])
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def recall(self) -> bool:
        return await self.reader.recall(GAP, self.told.append)

    def numbers(self) -> Iterable[int]:
        return [len(told.calls) for told in self.told]


async def test_a_gap_is_read_twice_because_the_list_lags() -> None:
    pbx = Pbx(entries(0), entries(1))
    assert await pbx.recall()
    assert pbx.numbers() == [0, 1]


async def test_every_page_of_a_gap_is_read() -> None:
    full, rest = entries(CALL_LIST_LIMIT), entries(7, first=CALL_LIST_LIMIT)
    pbx = Pbx(full, rest, full, rest)
    assert await pbx.recall()
    assert pbx.offsets == [0, CALL_LIST_LIMIT] * 2
    assert pbx.numbers() == [CALL_LIST_LIMIT + 7] * 2


async def test_a_list_without_end_is_read_no_further_than_makes_sense() -> None:
    pbx = Pbx(entries(CALL_LIST_LIMIT))
    assert await pbx.recall()
    assert len(pbx.offsets) == 40


async def test_a_fault_is_asked_again_and_given_up_in_the_end() -> None:
    pbx = Pbx(FAULT, entries(1), FAULT, entries(1))
    assert await pbx.recall()
    assert pbx.numbers() == [1, 1]
    hopeless = Pbx(FAULT)
    assert await hopeless.recall()
    assert len(hopeless.offsets) == 5
    assert hopeless.told == []


@pytest.mark.parametrize("before", [(), (entries(1),)])
async def test_a_way_that_is_lost_leaves_the_gap_to_the_next(before: tuple[Value, ...]) -> None:
    pbx = Pbx(*before, CUT)
    assert not await pbx.recall()
    assert len(pbx.offsets) == len(before) + 1


async def test_the_older_generation_is_not_asked() -> None:
    pbx = Pbx(entries(1), version=UciVersion.V22)
    assert await pbx.recall()
    assert pbx.offsets == []


@pytest.mark.parametrize(
    ("group", "asked"), [("", DIRECT_CALL_TRIES), ("g1", len(OUTCOME_PAUSES_S))]
)
async def test_a_call_to_nobody_but_the_user_is_asked_for_less_often(
    group: str, asked: int
) -> None:
    pbx = Pbx(entries(0))
    call = Call(
        call="1",
        pbx_call="a",
        direction=Direction.INCOMING,
        state=CallState.ENDED,
        number="004972100001",
        group=group,
        began_at=NOON,
        last_seen_at=NOON,
    )
    assert await pbx.reader.outcome(call) is None
    assert len(pbx.offsets) == asked


async def test_what_became_of_a_call_is_known_as_soon_as_the_list_says_so() -> None:
    pbx = Pbx(entries(0), entries(1))
    call = Call(
        call="1",
        pbx_call="entry-0",
        direction=Direction.INCOMING,
        state=CallState.ENDED,
        number="0049721 00000",
        began_at=NOON,
        last_seen_at=NOON,
    )
    assert await pbx.reader.outcome(call) is Outcome.MISSED
    assert len(pbx.offsets) == 2
