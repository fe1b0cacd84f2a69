"""A session that is locked or left, a computer that sleeps: what the desk does about it."""

from __future__ import annotations

import pytest

from datev_connector.domain import effects, inputs
from datev_connector.domain.record import Delivery
from datev_connector.domain.rules import CallRules
from datev_connector.domain.seat import Seat
from tests.domain.desk.playbook import Playbook, book


def seat(desk: Playbook, changed: Seat) -> tuple[effects.Effect, ...]:
    return desk.feed(inputs.SeatChanged(at=desk.at, seat=changed))


@pytest.mark.parametrize("back", [Seat.UNLOCKED, Seat.CONNECTED, Seat.RESUMED])
def test_whoever_comes_back_finds_the_line_looked_at(back: Seat) -> None:
    assert effects.LookAgain() in seat(book(), back)


@pytest.mark.parametrize(
    "away",
    [Seat.LOCKED, Seat.DISCONNECTED, Seat.SUSPENDING, Seat.ENDING, Seat.STAYING, Seat.ENDED],
)
def test_calls_go_on_while_nobody_is_there(away: Seat) -> None:
    desk = book()
    assert seat(desk, away) == ()
    desk.ring()
    desk.answer()
    desk.hang_up()
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallStateChanged Finished",
    ]
    assert desk.windows


def test_what_waits_for_datev_is_tried_at_once_after_sleep() -> None:
    desk = book(CallRules())
    desk.ring()
    desk.answers_with = Delivery.REFUSED
    desk.press(desk.hang_up())
    desk.answers_with = Delivery.CONFIRMED
    seat(desk, Seat.UNLOCKED)
    assert desk.told == []
    seat(desk, Seat.RESUMED)
    assert len(desk.told) == 1
    assert not desk.desk.open_entries
