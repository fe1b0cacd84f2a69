"""A simulated PBX in a thread of its own, for commands that run a loop of theirs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from tests.app.cli_profile import CliProfile

WAIT_S = 30.0


@contextmanager
def pbx_beside(
    profile: CliProfile,
    prepare: Callable[[StarfaceSimulator], None] = lambda _: None,
    **config: Any,
) -> Iterator[StarfaceSimulator]:
    """A PBX in a thread of its own, and a profile that leads to it."""
    ready, ended = threading.Event(), asyncio.Event()
    made: list[tuple[StarfaceSimulator, asyncio.AbstractEventLoop]] = []

    async def serve() -> None:
        async with StarfaceSimulator(StarfaceConfig(**config)) as pbx:
            prepare(pbx)
            made.append((pbx, asyncio.get_running_loop()))
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(WAIT_S)
        pbx, loop = made[0]
        profile.settings(
            f'[starface]\nhost = "127.0.0.1"\nhttps_port = {pbx.port}\nlogin = "0123"\n'
        )
        yield pbx
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(WAIT_S)
