"""Which message of Windows says what of the session."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.seat import Seat
from datev_connector.system.session_watch import (
    WM_CLOSE,
    WM_ENDSESSION,
    WM_POWERBROADCAST,
    WM_QUERYENDSESSION,
    WM_WTSSESSION_CHANGE,
    seat_of,
)


@pytest.mark.parametrize(
    ("message", "parameter", "seat"),
    [
        (WM_POWERBROADCAST, 0x04, Seat.SUSPENDING),
        (WM_POWERBROADCAST, 0x12, Seat.RESUMED),
        (WM_POWERBROADCAST, 0x06, Seat.RESUMED),
        (WM_POWERBROADCAST, 0x07, None),  # follows 0x12 where a person woke it
        (WM_POWERBROADCAST, 0x0A, None),  # mains or battery
        (WM_WTSSESSION_CHANGE, 1, Seat.CONNECTED),
        (WM_WTSSESSION_CHANGE, 2, Seat.DISCONNECTED),
        (WM_WTSSESSION_CHANGE, 3, Seat.CONNECTED),
        (WM_WTSSESSION_CHANGE, 4, Seat.DISCONNECTED),
        (WM_WTSSESSION_CHANGE, 5, None),
        (WM_WTSSESSION_CHANGE, 6, None),
        (WM_WTSSESSION_CHANGE, 7, Seat.LOCKED),
        (WM_WTSSESSION_CHANGE, 8, Seat.UNLOCKED),
        (WM_WTSSESSION_CHANGE, 9, None),
        (WM_QUERYENDSESSION, 0, Seat.ENDING),
        (WM_ENDSESSION, 1, Seat.ENDED),
        (WM_ENDSESSION, 0, Seat.STAYING),
        (WM_CLOSE, 0, None),
        (0x0400, 7, None),
    ],
)
def test_what_it_says(message: int, parameter: int, seat: Seat | None) -> None:
    assert seat_of(message, parameter) is seat


@given(message=st.integers(0, 0xFFFF), parameter=st.integers(0, 2**64 - 1))
def test_any_message_can_come(message: int, parameter: int) -> None:
    assert seat_of(message, parameter) is None or message in {
        WM_POWERBROADCAST,
        WM_WTSSESSION_CHANGE,
        WM_QUERYENDSESSION,
        WM_ENDSESSION,
    }
