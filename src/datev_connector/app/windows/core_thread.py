"""The thread of the core: one event loop with engine, network and store."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class CoreThread:
    """Runs one coroutine until it ends; others hand work to its loop."""

    def __init__(self, main: Callable[[], Coroutine[None, None, None]]) -> None:
        """`main` makes the coroutine, on the thread."""
        self._main = main
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="core", daemon=True)
        self._pending: set[Future[Any]] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.ended: Future[None] = Future()
        """Done when the coroutine has ended; holds what it raised."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def do(self, work: Callable[[], Answer]) -> Future[Answer]:
        """Run `work` on the loop, in the order of the calls; the future holds what it returned.

        Where the thread has ended, or ends before it comes to this, the future is cancelled.
        """
        future = Future[Answer]()
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                answer = work()
            except Exception as fault:  # noqa: BLE001 - the border between threads: it is told there
                future.set_exception(fault)
            else:
                future.set_result(answer)

        try:
            self._loop.call_soon_threadsafe(run)
        except RuntimeError:  # the loop is closed
            future.cancel()
        return future

    def do_long(self, work: Callable[[], Coroutine[None, None, Answer]]) -> Future[Answer]:
        """Run a coroutine on the loop; cancelling the future cancels it, as does the end."""
        future = Future[Answer]()
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)

        def begin() -> None:
            task = self._loop.create_task(work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda done: _pass_on(done, future))
            future.add_done_callback(lambda _: self._cancel(task))

        try:
            self._loop.call_soon_threadsafe(begin)
        except RuntimeError:  # the loop is closed
            future.cancel()
        return future

    def _cancel(self, task: asyncio.Task[Any]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the task has ended
            self._loop.call_soon_threadsafe(task.cancel)

    def join(self, timeout_s: float) -> bool:
        """Wait for the end of the thread; tell whether it came."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._main())
        except BaseException as fault:  # noqa: BLE001 - the border of the thread: whoever waits is told
            self._end(fault)
        else:
            self._end(None)

    def _end(self, fault: BaseException | None) -> None:
        if fault is None:
            self.ended.set_result(None)
        else:
            self.ended.set_exception(fault)
        for future in tuple(self._pending):
            future.cancel()


def _pass_on(done: asyncio.Task[Answer], future: Future[Answer]) -> None:
    if future.done():
        return
    if done.cancelled():
        future.cancel()
    elif (fault := done.exception()) is not None:
        future.set_exception(fault)
    else:
        future.set_result(done.result())
