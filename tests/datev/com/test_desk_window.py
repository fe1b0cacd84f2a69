from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from datev_connector.datev.com.attempt import Attempt
from datev_connector.datev.com.desk_window import Asked, DeskWindow
from datev_connector.domain.record import DialAnswer, DialWish

WISH = DialWish(number="0721 1234", sync_id="s-1")


class Desk:
    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.dialled: list[DialWish] = []
        self.dropped: list[str] = []
        self.woken = 0
        self.meanwhile = meanwhile
        self.window = DeskWindow(
            asyncio.get_running_loop(), on_dial=self.dial, on_drop=self.dropped.append
        )

    def dial(self, wish: DialWish) -> DialAnswer:
        self.dialled.append(wish)
        self.meanwhile()
        return DialAnswer(hresult=0, call_id="c-1")

    def wake(self) -> None:
        self.woken += 1


async def turn() -> None:
    await asyncio.sleep(0)


async def test_the_desk_answers_in_the_loop_and_the_other_thread_is_woken() -> None:
    desk, asked = Desk(), list[Asked]()
    thread = threading.Thread(target=lambda: asked.append(desk.window.ask(WISH, desk.wake)))
    thread.start()
    thread.join()
    assert desk.dialled == []
    await turn()
    assert asked[0].answered
    assert asked[0].answer == DialAnswer(hresult=0, call_id="c-1")
    assert (desk.dialled, desk.woken) == ([WISH], 1)
    assert not asked[0].refuse(), "an answer that has come is not refused any more"
    assert desk.dropped == []


async def test_what_was_refused_is_not_even_shown_to_the_desk() -> None:
    desk = Desk()
    asked = desk.window.ask(WISH, desk.wake)
    assert asked.refuse()
    await turn()
    assert (desk.dialled, desk.dropped, asked.answered) == ([], [], False)


async def test_a_call_that_the_desk_made_too_late_is_ended() -> None:
    asked: list[Asked] = []
    desk = Desk(meanwhile=lambda: asked and asked[0].refuse())
    asked.append(desk.window.ask(WISH, desk.wake))
    await turn()
    assert desk.dialled == [WISH]
    assert desk.dropped == ["c-1"]
    assert not asked[0].answered


async def test_a_desk_that_stumbles_leaves_the_wish_unanswered() -> None:
    def stumble() -> None:
        raise ValueError("a mistake")

    loop, faults = asyncio.get_running_loop(), list[dict[str, object]]()
    loop.set_exception_handler(lambda _loop, context: faults.append(context))
    desk = Desk(meanwhile=stumble)
    asked = desk.window.ask(WISH, desk.wake)
    await turn()
    assert not asked.answered
    assert desk.woken == 1
    assert len(faults) == 1


async def test_drop_goes_through_at_once() -> None:
    desk = Desk()
    desk.window.drop("c-9")
    assert desk.dropped == []
    await turn()
    assert desk.dropped == ["c-9"]


def test_after_the_loop_has_ended_nobody_answers() -> None:
    async def window() -> DeskWindow:
        return Desk().window

    left = asyncio.run(window())
    asked = left.ask(WISH, lambda: None)
    left.drop("c-1")
    assert asked.refuse()


@pytest.mark.parametrize("begins_first", [True, False])
def test_an_attempt_is_either_begun_or_given_up(begins_first: bool) -> None:
    attempt = Attempt()
    if begins_first:
        assert attempt.begin()
        assert not attempt.give_up()
        assert attempt.begun
    else:
        assert attempt.give_up()
        assert not attempt.begin()
        assert not attempt.begun
