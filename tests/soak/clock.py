"""An event loop in simulated time: where another loop waits, the clock of this one jumps.

Sockets stay real. Before each jump the loop looks at them again and again: anything readable, and
any thread at work for the loop, keeps the clock where it is. So a request, a handshake or a look-up
takes next to no simulated time, however slow the machine is, and a time limit strikes only where
nothing would have come.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

TURN_S = 1e-6
"""Each turn of the loop takes so long, so that no two of them happen at the same time."""

LOOKS = 3
"""So often in a row nothing must be found before the clock jumps ..."""
BETWEEN_LOOKS_S = 5e-5
"""... with so much real time before each: loopback delivers within the sender's system call, or a
moment later if the kernel puts it off."""

STUCK_S = 20.0
"""Real time after which a thread that does not end, or a wait for nothing, is an error."""

_R = TypeVar("_R")
_Ready = list[tuple[selectors.SelectorKey, int]]


class NothingWillHappen(RuntimeError):
    """Every task waits, and there is neither a timer nor a socket that could wake one."""


class SimulatedTimeLoop(asyncio.SelectorEventLoop):
    """A selector loop whose `time()` moves only by jumps, from timer to timer."""

    def __init__(self, *, stuck_s: float = STUCK_S) -> None:
        """`stuck_s`: real time after which a wait that cannot end is an error."""
        self._time_s = 0.0
        self._threads_at_work = 0
        super().__init__(
            _PatientSelector(
                is_busy=lambda: self._threads_at_work > 0, let_pass=self.leap, stuck_s=stuck_s
            )
        )

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._time_s

    def leap(self, seconds: float) -> None:
        """Let time pass in which nothing runs: the timers of that time are due afterwards."""
        self._time_s += seconds

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., _R], *args: Any
    ) -> asyncio.Future[_R]:
        """As ever; the clock stands still until the thread is done."""
        future = super().run_in_executor(executor, func, *args)
        self._threads_at_work += 1
        future.add_done_callback(self._thread_done)
        return future

    def _thread_done(self, _future: asyncio.Future[Any]) -> None:
        self._threads_at_work -= 1


class _PatientSelector(selectors.DefaultSelector):
    """Waits by letting simulated time pass, once it is sure that nothing comes."""

    def __init__(
        self, *, is_busy: Callable[[], bool], let_pass: Callable[[float], None], stuck_s: float
    ) -> None:
        super().__init__()
        self._is_busy = is_busy
        self._let_pass = let_pass
        self._stuck_s = stuck_s

    def select(self, timeout: float | None = None) -> _Ready:
        """What is ready; if nothing is, `timeout` has passed on the clock of the loop."""
        self._let_pass(TURN_S)
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        ready = self._look_again()
        if ready:
            return ready
        if timeout is None:
            return self._last_hope()
        self._let_pass(timeout)
        return []

    def _look_again(self) -> _Ready:
        looks, end_s = 0, time.monotonic() + self._stuck_s
        while looks < LOOKS:
            busy = self._is_busy()
            time.sleep(BETWEEN_LOOKS_S)
            if ready := super().select(0):
                return ready
            looks = 0 if busy else looks + 1
            if time.monotonic() > end_s:
                raise NothingWillHappen("a thread works on and on")
        return []

    def _last_hope(self) -> _Ready:
        """No timer runs; only what another process sends could still wake somebody."""
        if ready := super().select(self._stuck_s):
            return ready
        raise NothingWillHappen("every task waits for something that no timer will end")


def run_in_simulated_time(main: Callable[[], Coroutine[Any, Any, _R]]) -> _R:
    """Run `main()` to its end on a loop of its own; what it leaves behind is cancelled."""
    with asyncio.Runner(loop_factory=SimulatedTimeLoop) as runner:
        return runner.run(main())
