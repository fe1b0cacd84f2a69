"""The loop in simulated time: it jumps where nothing comes, and never over what is under way."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.network.certificates import make_identity
from tests.soak.clock import NothingWillHappen, SimulatedTimeLoop, run_in_simulated_time
from tests.soak.computer import Computer

BEGIN = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
A_YEAR_S = 365 * 86400.0
AT_ONCE_S = 0.01
"""Simulated time: it passes only if the loop jumps."""
EXCHANGES = 300


def now_s() -> float:
    return asyncio.get_running_loop().time()


def test_a_year_passes_in_a_moment() -> None:
    async def main() -> float:
        begin_s = now_s()
        await asyncio.sleep(A_YEAR_S)
        return now_s() - begin_s

    assert run_in_simulated_time(main) == pytest.approx(A_YEAR_S, abs=0.01)


def test_timers_strike_in_order_and_each_at_its_time() -> None:
    async def strike(after_s: float, struck: list[float]) -> None:
        await asyncio.sleep(after_s)
        struck.append(round(now_s(), 1))

    async def main() -> list[float]:
        struck: list[float] = []
        async with asyncio.TaskGroup() as group:
            for after_s in (86400.0, 0.5, 3600.0):
                group.create_task(strike(after_s, struck))
        return struck

    assert run_in_simulated_time(main) == [0.5, 3600.0, 86400.0]


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def _exchange_much(tls: tuple[ssl.SSLContext, ssl.SSLContext] | None) -> None:
    """Many connections and exchanges, each within a time that a single jump would exceed."""
    server = await asyncio.start_server(_echo, "127.0.0.1", 0, ssl=tls[0] if tls else None)
    port = server.sockets[0].getsockname()[1]
    for number in range(EXCHANGES):
        said = bytes([number % 256]) * (1 + number * 97)
        async with asyncio.timeout(AT_ONCE_S):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=tls[1] if tls else None
            )
            writer.write(said)
            assert await reader.readexactly(len(said)) == said
            writer.close()
            await writer.wait_closed()
        await asyncio.sleep(60.0)
    server.close()
    await server.wait_closed()


def test_no_jump_overtakes_what_is_under_way_on_loopback() -> None:
    run_in_simulated_time(lambda: _exchange_much(None))


def test_no_jump_overtakes_a_tls_handshake(tmp_path: Path) -> None:
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    contexts = make_identity(tmp_path).server_context(), client
    run_in_simulated_time(lambda: _exchange_much(contexts))


async def _reckon() -> bytes:
    return await asyncio.to_thread(hashlib.pbkdf2_hmac, "sha256", b"", b"", 200_000)


async def _look_up() -> object:
    return await asyncio.get_running_loop().getaddrinfo("localhost", 80)


@pytest.mark.parametrize("work", [_reckon, _look_up])
def test_no_jump_overtakes_a_thread(work: Callable[[], Awaitable[object]]) -> None:
    async def main() -> object:
        async with asyncio.timeout(AT_ONCE_S):
            return await work()

    assert run_in_simulated_time(main)


def test_who_waits_for_nothing_is_told() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with (
        pytest.raises(NothingWillHappen),
        asyncio.Runner(loop_factory=lambda: SimulatedTimeLoop(stuck_s=0.01)) as runner,
    ):
        runner.run(main())


@pytest.mark.parametrize("counts", [True, False])
def test_a_computer_that_sleeps_misses_the_time(*, counts: bool) -> None:
    async def main() -> tuple[bool, timedelta]:
        computer = Computer(BEGIN)
        timer = asyncio.get_running_loop().create_task(asyncio.sleep(3600.0))
        await asyncio.sleep(1.0)
        computer.sleep(timedelta(hours=2), counts=counts)
        await asyncio.sleep(1.0)
        due = timer.done()
        await computer.until(BEGIN + timedelta(hours=5))
        assert timer.done()
        return due, computer.true_time() - BEGIN

    due, passed = run_in_simulated_time(main)
    assert due is counts
    assert abs(passed - timedelta(hours=5)) < timedelta(seconds=1)


def test_a_wrong_clock_changes_nothing_but_what_it_shows() -> None:
    async def main() -> None:
        computer = Computer(BEGIN)
        computer.clock_error = timedelta(days=1)
        await asyncio.sleep(60.0)
        assert computer.clock() - computer.true_time() == timedelta(days=1)
        assert computer.true_time() - BEGIN < timedelta(seconds=61)

    run_in_simulated_time(main)
