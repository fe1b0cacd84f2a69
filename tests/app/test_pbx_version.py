"""Which version the PBX has, as the running connector learns it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from datev_connector.app.running.pbx_version import LONGEST, PbxVersion


class Pbx:
    def __init__(self, *versions: str) -> None:
        self.versions = list(versions)
        self.asked = asyncio.Semaphore(0)
        self.times = 0

    async def answer(self) -> str:
        self.times += 1
        self.asked.release()
        return self.versions.pop(0)


@asynccontextmanager
async def running(version: PbxVersion) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.get_running_loop().create_task(version.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_it_is_asked_once_as_long_as_the_pbx_stays() -> None:
    pbx = Pbx("8.1.0.5")
    version = PbxVersion(pbx.answer)
    async with running(version):
        await settled()
        assert (version.text, pbx.times) == ("", 0)
        version.pbx_is_there(True)
        version.pbx_is_there(True)
        await settled()
    assert (version.text, pbx.times) == ("8.1.0.5", 1)


async def test_a_pbx_that_was_away_may_have_another_version() -> None:
    pbx = Pbx("8.1.0.5", "10.0.2.6")
    version = PbxVersion(pbx.answer)
    async with running(version):
        version.pbx_is_there(True)
        await settled()
        version.pbx_is_there(False)
        await settled()
        assert version.text == "8.1.0.5"
        version.pbx_is_there(True)
        await settled()
    assert (version.text, pbx.times) == ("10.0.2.6", 2)


async def test_a_pbx_that_does_not_tell_is_not_asked_again() -> None:
    pbx = Pbx("")
    version = PbxVersion(pbx.answer)
    async with running(version) as task:
        version.pbx_is_there(True)
        await settled()
        assert task.done()
        version.pbx_is_there(False)
        version.pbx_is_there(True)
        await settled()
    assert pbx.times == 1


async def test_a_version_is_short() -> None:
    version = PbxVersion(Pbx("8" * 1000).answer)
    async with running(version):
        version.pbx_is_there(True)
        await settled()
    assert len(version.text) == LONGEST
