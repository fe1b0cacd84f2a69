"""The meter finds what grows, and lets pass what comes and goes."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from datev_connector.datev.lines import LineSplitter
from datev_connector.starface.pacing import Moment
from tests.soak import meter
from tests.soak.computer import Computer

LIMITS = meter.Limits()


@contextmanager
def _sockets() -> Iterator[list[socket.socket]]:
    kept: list[socket.socket] = []
    yield kept
    for one in kept:
        one.close()


async def test_nothing_has_grown_where_nothing_was_done() -> None:
    meter.take()  # whatever is made by the first look of all
    early = meter.take()
    assert meter.growth(early, meter.take(), LIMITS) == []


async def test_a_task_that_is_never_ended_is_found() -> None:
    early = meter.take()
    task = asyncio.get_running_loop().create_task(asyncio.Event().wait())
    assert meter.growth(early, meter.take(), LIMITS) == ["tasks Event.wait: 0, later 1"]
    task.cancel()


@pytest.mark.skipif(not meter.DESCRIPTORS.is_dir(), reason="this system does not list them")
async def test_a_socket_and_a_file_that_stay_open_are_found() -> None:
    early = meter.take()
    with _sockets() as kept, open(__file__, "rb"):  # noqa: ASYNC230, PTH123 - no task runs beside
        kept.append(socket.socket())
        found = meter.growth(early, meter.take(), LIMITS)
    assert [line.split(":")[0] for line in found] == ["sockets", "files"]


async def test_a_thread_that_runs_on_is_found() -> None:
    early, end = meter.take(), threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    found = meter.growth(early, meter.take(), LIMITS)
    end.set()
    thread.join()
    assert [line.split(":")[0] for line in found] == ["threads"]


async def test_objects_of_ours_that_are_kept_are_found() -> None:
    early = meter.take()
    kept = [Moment(at=Computer.__init__, clock_s=0.0) for _ in range(50)]  # type: ignore[arg-type]
    assert meter.growth(early, meter.take(), LIMITS) == [
        "objects starface.pacing.Moment: 0, later 50"
    ]
    assert kept


async def test_an_attribute_that_grows_is_named() -> None:
    splitter = LineSplitter(1000)
    early = meter.take()
    splitter.feed(b"x" * 500)
    found = meter.growth(early, meter.take(), LIMITS)
    assert found == ["entries of datev.lines.LineSplitter._begun: 0, later 500"]
    memory = meter.Limits(full={"datev.lines.LineSplitter._begun": 500})
    assert meter.growth(early, meter.take(), memory) == []
    splitter.feed(b"x")
    assert meter.growth(early, meter.take(), memory) == [
        "entries of datev.lines.LineSplitter._begun: 0, later 501"
    ]


async def test_a_memory_that_is_not_there_is_told() -> None:
    early, memory = meter.take(), meter.Limits(full={"datev.lines.LineSplitter.gone": 500})
    assert meter.growth(early, meter.take(), memory) == ["no memory datev.lines.LineSplitter.gone"]


async def test_a_list_that_grows_is_found_whatever_is_in_it() -> None:
    growing: list[bool] = []
    early = meter.take()
    growing.extend([True] * 20_000)
    found = meter.growth(early, meter.take(), LIMITS)
    assert [line.split(":")[0] for line in found] == ["bytes"]
