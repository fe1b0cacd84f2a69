"""What happens to the session reaches the desk, after what was typed."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from datev_connector.app.windows import seat_watch
from datev_connector.app.windows.seat_watch import SeatWatch
from datev_connector.domain.seat import KEEP, Seat


class Program:
    """Notes in which order it is asked for what."""

    def __init__(self) -> None:
        self.story: list[str] = []
        self.answer: Future[None] | None = None
        self.watch = SeatWatch(flush=self.flush, pass_on=self.pass_on, end=self.end)

    def flush(self) -> bool:
        self.story.append("flush")
        return True

    def pass_on(self, seat: Seat) -> Future[None] | None:
        self.story.append(seat.value)
        return self.answer

    def end(self) -> None:
        self.story.append("end")


def done() -> Future[None]:
    future: Future[None] = Future()
    future.set_result(None)
    return future


@pytest.mark.parametrize("seat", [seat for seat in Seat if seat not in KEEP])
def test_the_desk_hears_and_nobody_waits(seat: Seat) -> None:
    program = Program()
    program.answer = Future()
    program.watch.heard(seat)
    assert program.story == [seat.value]


@pytest.mark.parametrize("seat", [Seat.SUSPENDING, Seat.ENDING])
def test_what_was_typed_goes_first(seat: Seat) -> None:
    program = Program()
    program.answer = done()
    program.watch.heard(seat)
    assert program.story == ["flush", seat.value]


def test_the_end_of_the_session_ends_the_program() -> None:
    program = Program()
    program.watch.heard(Seat.ENDED)
    assert program.story == ["flush", "ended", "end"]


def test_before_there_is_a_desk_nothing_is_waited_for() -> None:
    program = Program()
    program.watch.heard(Seat.SUSPENDING)
    assert program.story == ["flush", "suspending"]


def test_a_core_that_has_ended_needs_no_word() -> None:
    program = Program()
    program.answer = Future()
    program.answer.cancel()
    program.watch.heard(Seat.ENDING)
    assert program.story == ["flush", "ending"]


def test_a_core_that_does_not_answer_does_not_hold_windows_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(seat_watch, "KEEP_S", 0.01)
    program = Program()
    program.answer = Future()
    program.watch.heard(Seat.SUSPENDING)
    assert "may not be kept" in caplog.text
