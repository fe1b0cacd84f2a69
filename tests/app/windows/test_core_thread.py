from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from functools import partial

import pytest

from datev_connector.app.windows.core_thread import CoreThread

LONG_S = 20.0


@dataclass
class Core:
    """A core that runs until it is told to stop."""

    thread: CoreThread
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    fault: Exception | None = None

    async def main(self) -> None:
        await self.stop.wait()
        if self.fault is not None:
            raise self.fault

    def end(self) -> None:
        self.thread.do(self.stop.set)
        assert self.thread.join(LONG_S)


@pytest.fixture
def core() -> Iterator[Core]:
    made: Core
    thread = CoreThread(lambda: made.main())  # noqa: PLW0108 - made later
    made = Core(thread)
    thread.start()
    yield made
    made.end()


def test_work_runs_on_the_thread_in_order(core: Core) -> None:
    seen = list[tuple[int, str]]()

    def work(number: int) -> int:
        seen.append((number, threading.current_thread().name))
        return number

    futures = [core.thread.do(partial(work, number)) for number in range(50)]
    assert [future.result(LONG_S) for future in futures] == list(range(50))
    assert seen == [(number, "core") for number in range(50)]


def test_a_fault_of_the_work_goes_to_who_asked_and_ends_nothing(core: Core) -> None:
    def broken() -> int:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        core.thread.do(broken).result(LONG_S)
    assert core.thread.do(lambda: 5).result(LONG_S) == 5


def test_what_takes_long_is_answered_too(core: Core) -> None:
    async def long(fault: Exception | None) -> int:
        await asyncio.sleep(0)
        if fault is not None:
            raise fault
        return 9

    assert core.thread.do_long(lambda: long(None)).result(LONG_S) == 9
    with pytest.raises(OSError, match="gone"):
        core.thread.do_long(lambda: long(OSError("gone"))).result(LONG_S)


def test_what_takes_long_can_be_broken_off(core: Core) -> None:
    begun, broken_off = threading.Event(), threading.Event()

    async def endless() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            broken_off.set()

    future = core.thread.do_long(endless)
    assert begun.wait(LONG_S)
    future.cancel()
    assert broken_off.wait(LONG_S)


def test_the_end_breaks_off_what_takes_long(core: Core) -> None:
    begun = threading.Event()

    async def endless() -> None:
        begun.set()
        await asyncio.Event().wait()

    future = core.thread.do_long(endless)
    assert begun.wait(LONG_S)
    core.end()
    with pytest.raises(CancelledError):
        future.result(LONG_S)


def test_after_the_end_nothing_is_promised(core: Core) -> None:
    core.end()
    assert core.thread.ended.result(LONG_S) is None
    with pytest.raises(CancelledError):
        core.thread.do(lambda: 1).result(LONG_S)


def test_what_is_not_come_to_is_cancelled(core: Core) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        assert go_on.wait(LONG_S)
        core.stop.set()

    core.thread.do(hold)
    assert entered.wait(LONG_S)
    asyncio_was_stopped = [core.thread.do(lambda: None) for _ in range(3)]
    late = core.thread.do(_never)
    go_on.set()
    assert core.thread.join(LONG_S)
    assert all(future.done() for future in [*asyncio_was_stopped, late])


def test_a_core_that_fails_says_why(core: Core) -> None:
    core.fault = ValueError("no")
    core.thread.do(core.stop.set)
    with pytest.raises(ValueError, match="no"):
        core.thread.ended.result(LONG_S)


def _never() -> None:
    """Work that may or may not be reached."""


def test_work_that_was_given_up_in_time_is_not_done(core: Core) -> None:
    busy, free, seen = threading.Event(), threading.Event(), list[str]()

    def hold() -> None:
        busy.set()
        free.wait(LONG_S)

    core.thread.do(hold)
    assert busy.wait(LONG_S)
    given_up = core.thread.do(lambda: seen.append("given up"))
    assert given_up.cancel()
    free.set()
    core.thread.do(lambda: seen.append("next")).result(LONG_S)
    assert seen == ["next"]
