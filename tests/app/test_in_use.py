"""Connections exchanged for others while they run."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from datev_connector.app.running.in_use import InUse

PATIENCE_S = 10.0


@dataclass
class Line:
    """Writes into a common diary when it runs; takes a moment to end."""

    name: str
    diary: list[str]
    running: asyncio.Event = field(default_factory=asyncio.Event)
    fault: Exception | None = None
    fault_at_end: Exception | None = None

    async def run(self) -> None:
        self.diary.append(f"{self.name} begins")
        self.running.set()
        try:
            if self.fault is not None:
                raise self.fault
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.diary.append(f"{self.name} has ended")
            if self.fault_at_end is not None:
                raise self.fault_at_end


async def cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_next_begins_when_the_last_has_ended() -> None:
    diary: list[str] = []
    first, second = Line("first", diary), Line("second", diary)
    in_use = InUse(first)
    task = asyncio.get_running_loop().create_task(in_use.run())
    async with asyncio.timeout(PATIENCE_S):
        await first.running.wait()
        in_use.replace(second)
        assert (in_use.adapter, in_use.newest) == (first, second)
        await second.running.wait()
    assert (in_use.adapter, in_use.newest) == (second, second)
    assert diary == ["first begins", "first has ended", "second begins"]
    await cancelled(task)
    assert diary[-1] == "second has ended"


async def test_of_several_only_the_last_begins() -> None:
    diary: list[str] = []
    first, second, third = (Line(name, diary) for name in ("first", "second", "third"))
    in_use = InUse(first)
    task = asyncio.get_running_loop().create_task(in_use.run())
    async with asyncio.timeout(PATIENCE_S):
        await first.running.wait()
        in_use.replace(second)
        in_use.replace(third)
        await third.running.wait()
    await cancelled(task)
    assert not second.running.is_set()


async def test_what_is_exchanged_before_it_runs_never_runs() -> None:
    diary: list[str] = []
    second = Line("second", diary)
    in_use = InUse(Line("first", diary))
    in_use.replace(second)
    task = asyncio.get_running_loop().create_task(in_use.run())
    async with asyncio.timeout(PATIENCE_S):
        await second.running.wait()
    await cancelled(task)
    assert diary[-2:] == ["second begins", "second has ended"]


async def test_a_fault_ends_it_as_if_nothing_were_between() -> None:
    in_use = InUse(Line("first", [], fault=LookupError("ours")))
    with pytest.raises(LookupError):
        await asyncio.wait_for(in_use.run(), PATIENCE_S)


async def test_one_that_does_not_end_in_order_does_not_keep_the_next_from_running(
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = Line("first", [], fault_at_end=LookupError("ours"))
    second = Line("second", [])
    in_use = InUse(first)
    task = asyncio.get_running_loop().create_task(in_use.run())
    async with asyncio.timeout(PATIENCE_S):
        await first.running.wait()
        in_use.replace(second)
        await second.running.wait()
    await cancelled(task)
    assert "did not end in order" in caplog.text
