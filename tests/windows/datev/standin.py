"""The DATEV stand-in in a process of its own: orders go in, answers and events come out."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.windows.windows_process import WindowsProcess

PATIENCE_S = 60.0
"""As long as a process may take to start on a machine that is busy."""

Said = dict[str, Any]


class Datev:
    """One DATEV of an office: its process may die and come back, its memory stays."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._process: WindowsProcess | None = None
        self._numbers = itertools.count(1)
        self._unread: list[Said] = []

    @property
    def process(self) -> WindowsProcess:
        """The process of its present life."""
        assert self._process is not None
        return self._process

    @property
    def running(self) -> bool:
        """Whether there is a process, and it has not ended."""
        return self._process is not None and self._process.running

    def end(self) -> None:
        """Nothing of it is left; its memory stays."""
        if self._process is not None:
            self._process.end()
            self._process = None

    async def begin(self) -> None:
        """Be as one that was installed anew, in the process that is there if that is of any use."""
        if self.running:
            with contextlib.suppress(AssertionError):  # the test before has spoiled it
                await self.do("begin")
                self._unread.clear()
                return
        await self.start()
        await self.do("begin")

    async def leave(self) -> None:
        """Be no DATEV for the tests that follow; the process may be of use again."""
        if self.running:
            try:
                await self.do("go-away")
            except AssertionError:  # the test has spoiled it
                self.end()

    async def start(self) -> Said:
        """Begin a life; return what it says when it stands in the table."""
        arguments = ("-m", "datev_connector.simulators.datev_com", "--memory", str(self._memory))
        self.end()
        self._process = WindowsProcess(*arguments, environment={})
        self._unread.clear()
        return await self.event("ready")

    async def do(self, name: str, /, **values: Any) -> Said:
        """Have an order carried out and return the answer; one that is refused fails."""
        return await self.answer_to(self.order(name, **values))

    def order(self, name: str, /, **values: Any) -> int:
        """Give an order without waiting for anything; return its number."""
        number = next(self._numbers)
        self.process.tell(json.dumps({"do": name, "order": number, **values}))
        return number

    async def answer_to(self, number: int) -> Said:
        """The answer to an order that was given."""
        said = await self.said(lambda one: one.get("order") == number)
        assert "done" in said, said
        return said

    async def event(self, name: str, /, **values: Any) -> Said:
        """The next event of this name, with these values, that was not asked for yet."""
        wanted = {"event": name, **values}
        return await self.said(lambda one: wanted.items() <= one.items())

    async def said(self, fits: Callable[[Said], bool]) -> Said:
        """The next line that fits; the others stay to be asked for."""
        for number, one in enumerate(self._unread):
            if fits(one):
                return self._unread.pop(number)
        while not fits(one := await self._next()):
            self._unread.append(one)
        return one

    async def _next(self) -> Said:
        said: Said = json.loads(await asyncio.to_thread(self.process.line, PATIENCE_S))
        return said

    async def dies(self) -> None:
        """It is killed, as Task Manager does it."""
        await asyncio.to_thread(self.process.kill)

    async def is_dead(self) -> None:
        """It has ended by what it was ordered."""
        await self.event("dies")
        await asyncio.to_thread(self.process.wait, PATIENCE_S)

    async def seen(self) -> Said:
        """Calls, journal, findings and the table."""
        return await self.do("show")

    async def chains(self) -> list[str]:
        """The states of all calls, in words: "Offered Connected Finished"."""
        return [" ".join(call["states"]) for call in (await self.seen())["calls"]]

    async def is_content(self) -> None:
        """No rule of the contract was broken in this life."""
        assert (await self.seen())["violations"] == []
