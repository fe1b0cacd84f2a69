from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from datev_connector.simulators.datev import (
    DatevConfig,
    DatevSimulator,
    FaultPlan,
    Method,
    Rule,
    Rules,
    Spoil,
)
from tests.simulators.datev.peer import TIMEOUT_S, Peer
from tests.simulators.datev.records import absent, connected, finished, journal, offered

BUSY = 0x80010001
BUSY_SIGNED = -2147418111


@pytest.fixture
async def datev() -> AsyncIterator[DatevSimulator]:
    async with DatevSimulator(DatevConfig(rules=Rules(late_after_s=None))) as simulator:
        yield simulator


@pytest.fixture
async def peer(datev: DatevSimulator) -> AsyncIterator[Peer]:
    async with Peer(datev) as connected_peer:
        await datev.wait_for(lambda it: len(it.connectors) == 1, TIMEOUT_S)
        yield connected_peer


async def test_gone_and_back_on_the_same_port(datev: DatevSimulator, peer: Peer) -> None:
    ring = offered()
    await peer.ask(Method.NEW_CALL, ring)
    port = datev.port
    await datev.go_away(forget=False)
    assert not datev.listening
    assert await peer.line() == b""
    with pytest.raises(OSError, match=r"."):
        await Peer(datev).__aenter__()
    await datev.come_back()
    await datev.come_back()
    assert datev.port == port
    async with Peer(datev) as again:
        assert await again.ask(Method.CALL_STATE_CHANGED, absent(ring)) == 0
    assert datev.violations == ()


async def test_after_a_restart_live_notifications_come_too_late(
    datev: DatevSimulator, peer: Peer
) -> None:
    ring = offered()
    talk = connected(ring)
    await peer.ask(Method.NEW_CALL, ring)
    await peer.ask(Method.CALL_STATE_CHANGED, talk)
    await datev.go_away(forget=True)
    await datev.come_back()
    async with Peer(datev) as again:
        await again.ask(Method.CALL_STATE_CHANGED, finished(talk))
        assert [finding.rule for finding in datev.violations] == [Rule.LATE_LIVE]
        assert await again.ask(Method.NEW_JOURNAL, journal(finished(talk))) == 0
    assert len(datev.violations) == 1
    assert len(datev.journal) == 1


async def test_hang_reads_and_never_answers(datev: DatevSimulator, peer: Peer) -> None:
    datev.faults.hang()
    await peer.tell(Method.NEW_CALL, offered())
    await datev.wait_for(lambda it: "NewCall" in it.log.lines[-1].text, TIMEOUT_S)
    datev.faults.clear()
    assert await peer.ask(Method.NEW_CALL, offered("c-2")) == 0  # the next answer read is the 2nd
    assert [call.call_id for call in datev.calls] == ["c-2"]


async def test_hang_may_take_effect_unseen(datev: DatevSimulator, peer: Peer) -> None:
    datev.faults.hang(record=True)
    await peer.tell(Method.NEW_CALL, offered())
    await datev.wait_for(lambda it: len(it.calls) == 1, TIMEOUT_S)
    assert not [line for line in datev.log.lines if "hresult" in line.text]


async def test_a_late_answer_holds_nothing_up(datev: DatevSimulator, peer: Peer) -> None:
    datev.faults.answer_late(3600)
    await peer.tell(Method.NEW_CALL, offered("c-1"))
    await datev.wait_for(lambda it: len(it.calls) == 1, TIMEOUT_S)
    datev.faults.clear()
    assert await peer.ask(Method.NEW_CALL, offered("c-2")) == 0


async def test_a_late_answer_comes(datev: DatevSimulator, peer: Peer) -> None:
    datev.faults.answer_late(0.01)
    assert await peer.ask(Method.NEW_CALL, offered()) == 0


async def test_reject_with_a_signed_code(datev: DatevSimulator, peer: Peer) -> None:
    datev.faults.reject(BUSY, times=1, method="NewCall")
    assert await peer.ask(Method.NEW_CALL, offered()) == BUSY_SIGNED
    assert datev.calls == ()
    assert await peer.ask(Method.NEW_CALL, offered()) == 0
    datev.faults.reject(-2147417851)
    assert await peer.ask(Method.CALL_STATE_CHANGED, absent(offered())) == -2147417851
    assert await peer.ask(Method.CALL_STATE_CHANGED, absent(offered())) == -2147417851
    datev.faults.clear()
    assert await peer.ask(Method.CALL_STATE_CHANGED, absent(offered())) == 0


async def test_reject_one_method_only(datev: DatevSimulator, peer: Peer) -> None:
    datev.faults.reject(BUSY, method="NewJournal")
    assert await peer.ask(Method.NEW_CALL, offered()) == 0


@pytest.mark.parametrize("before", [True, False])
async def test_a_journal_entry_survives_death_and_is_kept_once(
    datev: DatevSimulator, peer: Peer, before: bool
) -> None:
    ring = offered()
    entry = journal(absent(ring))
    datev.faults.die_on(3, before=before)
    await peer.ask(Method.NEW_CALL, ring)
    await peer.ask(Method.CALL_STATE_CHANGED, absent(ring))
    await peer.tell(Method.NEW_JOURNAL, entry)
    assert await peer.line() == b""
    assert len(datev.journal) == (0 if before else 1)
    await datev.come_back()
    async with Peer(datev) as again:
        assert await again.ask(Method.NEW_JOURNAL, entry) == 0
    (kept,) = datev.journal
    assert kept.repeats == (0 if before else 1)
    assert datev.violations == ()


async def test_spoiled_answers(datev: DatevSimulator, peer: Peer) -> None:
    datev.faults.spoil_answers(Spoil.GARBAGE)
    datev.faults.spoil_answers(Spoil.UNKNOWN_METHOD)
    datev.faults.spoil_answers(Spoil.LONG)
    datev.faults.spoil_answers(Spoil.PARTIAL)
    await peer.tell(Method.NEW_CALL, offered("c-1"))
    with pytest.raises(ValueError, match=r"."):
        await peer.read()
    await peer.tell(Method.NEW_CALL, offered("c-2"))
    assert (await peer.read())["method"] == "Transfer"
    await peer.tell(Method.NEW_CALL, offered("c-3"))
    assert len(await peer.line()) > 1024 * 1024
    await peer.tell(Method.NEW_CALL, offered("c-4"))
    partial = await peer.line()
    assert partial
    assert not partial.endswith(b"\n")
    assert await peer.line() == b""
    assert len(datev.calls) == 4


async def test_spoiled_lines_unasked(datev: DatevSimulator, peer: Peer) -> None:
    await datev.send_spoiled(Spoil.GARBAGE)
    assert b"not json" in await peer.line()
    await datev.send_raw(b"\r\n")
    assert await peer.line() == b"\r\n"
    await datev.send_spoiled(Spoil.PARTIAL)
    assert not (await peer.line()).endswith(b"\n")


def test_death_counts_from_one() -> None:
    with pytest.raises(ValueError, match="counts from 1"):
        FaultPlan().die_on(0, before=True)


def test_the_rarer_fault_wins_and_then_the_other_stays() -> None:
    plan = FaultPlan()
    plan.hang()
    plan.die_on(1, before=True)
    assert plan.handle("NewCall").dies
    assert plan.handle("NewCall").hresult is None
    plan.clear()
    assert plan.handle("NewCall").hresult == 0
