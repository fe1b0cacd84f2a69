"""Work that blocks, done where it can hold nothing up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


async def aside(work: Callable[[], Result]) -> Result:
    """The result of `work`, which runs in a thread of its own; raises what it raises.

    The thread is left behind if nobody waits any more: a disk, a keyring or a name service may
    hang for ever, and a pool of threads would hang with it when the program ends.
    """
    answer: Future[Result] = Future()

    def run() -> None:
        if not answer.set_running_or_notify_cancel():
            return
        try:
            answer.set_result(work())
        except Exception as fault:  # noqa: BLE001 - handed to whoever waits
            answer.set_exception(fault)

    threading.Thread(target=run, name="probe", daemon=True).start()
    return await asyncio.wrap_future(answer)
