"""What could not be saved is kept, newest state first told, and no call waits for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from datev_connector.domain.calls import Call, CallState, Direction
from datev_connector.domain.effects import Save, SaveCall, SaveEntry
from datev_connector.domain.legs import LegReport, LegState
from datev_connector.domain.outbox import EntryState, JournalEntry
from datev_connector.domain.record import CallRecord, CtiDirection, CtiState
from datev_connector.engine.keeper import SAVE_AGAIN, Keeper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from datev_connector.domain.contacts import ContactRef

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CALL = Call(
    call="k1",
    pbx_call="p1",
    direction=Direction.INCOMING,
    state=CallState.RINGING,
    began_at=AT,
    last_seen_at=AT,
)
ENTRY = JournalEntry(
    position=1,
    call="k1",
    record=CallRecord(
        call_id="e1",
        direction=CtiDirection.INCOMING,
        begin=AT,
        end=AT,
        state=CtiState.ABSENCE,
    ),
    created_at=AT,
    changed_at=AT,
)
POISON = "never"


class Drawer:
    """Takes saves while it is not stuck, and never one whose note is poison."""

    def __init__(self) -> None:
        self.stuck = False
        self.tries = 0
        self.kept: list[Save] = []

    def commit(self, saves: Sequence[Save]) -> None:
        self.tries += 1
        if self.stuck:
            raise OSError("the disk is full")
        if any(isinstance(s, SaveCall) and s.call.note == POISON for s in saves):
            raise ValueError("no such text")
        if any(isinstance(s, SaveEntry) and s.entry.record.note == POISON for s in saves):
            raise ValueError("no such text")
        self.kept += saves

    def call(self, call: str) -> Call | None:
        return None

    def open_calls(self) -> Iterable[Call]:
        return ()

    def calls_between(self, since: datetime, until: datetime) -> Iterable[Call]:
        return ()

    def open_entries(self) -> Iterable[JournalEntry]:
        return ()

    def next_position(self) -> int:
        return 1

    def learned(self, e164: str) -> ContactRef | None:
        return None


def keeper() -> tuple[Keeper, Drawer, list[LegReport]]:
    drawer, reports = Drawer(), list[LegReport]()
    return Keeper(drawer, reports.append), drawer, reports


def noted(text: str) -> SaveCall:
    return SaveCall(replace(CALL, note=text))


def test_the_newest_state_is_what_catches_up() -> None:
    kept, drawer, reports = keeper()
    drawer.stuck = True
    assert kept.keep([noted("one"), SaveEntry(ENTRY)], AT) == ()
    unclear = SaveEntry(replace(ENTRY, state=EntryState.UNCLEAR))
    assert kept.keep([noted("two"), unclear], AT) == ()
    assert kept.lacks("e1")
    drawer.stuck = False
    caught_up = (noted("two"), unclear)
    assert kept.keep((), AT + SAVE_AGAIN) == caught_up
    assert tuple(drawer.kept) == caught_up
    assert not kept.behind
    assert not kept.lacks("e1")
    assert [report.state for report in reports] == [LegState.DOWN, LegState.UP]


def test_a_store_that_makes_everybody_wait_is_not_asked_in_every_turn() -> None:
    kept, drawer, _ = keeper()
    drawer.stuck = True
    for second in range(5):
        kept.keep([noted(str(second))], AT + timedelta(seconds=second))
    assert drawer.tries == 1
    kept.keep((), AT + SAVE_AGAIN)
    assert drawer.tries == 2


@pytest.mark.parametrize("back_s", [1, 3600])
def test_the_clock_put_back_makes_nobody_wait(back_s: int) -> None:
    kept, drawer, _ = keeper()
    drawer.stuck = True
    kept.keep([noted("a")], AT)
    drawer.stuck = False
    assert kept.keep((), AT - timedelta(seconds=back_s)) == (noted("a"),)


def test_what_can_never_be_saved_is_given_up_alone_and_said() -> None:
    kept, drawer, reports = keeper()
    poison = SaveEntry(replace(ENTRY, record=replace(ENTRY.record, note=POISON)))
    assert kept.keep([poison, noted("whole")], AT) == (noted("whole"),)
    assert drawer.kept == [noted("whole")]
    assert not kept.behind
    assert kept.lacks("e1"), "it must not leave the house"
    assert [report.state for report in reports] == [LegState.DEGRADED]
    kept.keep([SaveEntry(ENTRY)], AT)
    assert not kept.lacks("e1")
    assert reports[-1].state is LegState.UP


def test_a_store_that_fills_up_among_the_parts_keeps_the_rest_for_later() -> None:
    kept, drawer, _ = keeper()
    drawer.stuck = True
    kept.keep([noted(POISON)], AT)
    drawer.stuck = False
    assert kept.keep([SaveEntry(ENTRY)], AT + SAVE_AGAIN) == (SaveEntry(ENTRY),)
    assert not kept.behind
