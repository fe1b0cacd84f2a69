"""Who comes at the very moment in which the server for events closes is shown out as well."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from datev_connector.starface.https.callback import CallbackLimits, CallbackServer

OF_VISITORS = ("CallbackServer._welcome", "CallbackServer._receive")


async def test_nobody_who_comes_while_it_closes_is_served_after_the_end() -> None:
    server = CallbackServer(
        path="/x", expected={}, on_event=lambda _: None, limits=CallbackLimits()
    )
    await server.start("127.0.0.1", 0)
    closing, serving = list[asyncio.Task[None]](), list[asyncio.Task[Any]]()
    come = asyncio.Event()

    def factory(loop: asyncio.AbstractEventLoop, coroutine: Any, **more: Any) -> asyncio.Task[Any]:
        """Have the end begin just before a visitor is served."""
        of_visitor = getattr(coroutine, "__qualname__", "") in OF_VISITORS
        if of_visitor:
            closing.append(asyncio.Task(server.close(), loop=loop))
        task = asyncio.Task(coroutine, loop=loop, **more)
        if of_visitor:
            serving.append(task)
            come.set()
        return task

    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    try:
        with socket.create_connection(("127.0.0.1", server.port)):
            await come.wait()
            await asyncio.gather(*closing)
            assert all(task.done() for task in serving)
    finally:
        loop.set_task_factory(None)
        await server.close()
        await asyncio.gather(*serving, return_exceptions=True)
