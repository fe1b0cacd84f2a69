"""A store that cannot save now, or one thing never: nothing is lost or leaves too early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import PbxState
from datev_connector.domain.effects import (
    CallChanged,
    Queued,
)
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.record import Method
from datev_connector.domain.rules import CallRules
from datev_connector.engine import DatevTold, NoteKept
from datev_connector.engine.keeper import SAVE_AGAIN
from tests.engine.house import (
    NOBODY,
    PATIENCE_S,
    House,
    both_up,
    datev,
    full_disk,
    house,
    now,
)

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_store_that_cannot_save_is_reported_and_catches_up(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port, CallRules()) as inside:
        await both_up(inside)
        inside.ring()
        call = inside.of(CallChanged)[0].call
        with full_disk(inside.store):
            inside.engine.feed(inputs.NoteTyped(at=now(), call=call.call, text="x" * 2000))
            for count in range(40):
                inside.ring(f"flood-{count}")
            await inside.wait_leg(Leg.STORE, LegState.DOWN)
            assert not inside.of(NoteKept)
        inside.engine.feed(inputs.Ticked(at=now() + SAVE_AGAIN))
        await inside.wait_leg(Leg.STORE, LegState.UP)
        stored = inside.store.call(call.call)
        assert stored is not None
        assert stored.note == "x" * 2000
        assert [kept.revision for kept in inside.of(NoteKept)] == [1]
        assert inside.of(effects.TellUser)


async def test_what_the_store_can_never_take_keeps_nothing_else_from_it(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port, CallRules()) as inside:
        await both_up(inside)
        inside.ring()
        call = inside.of(CallChanged)[0].call
        inside.engine.feed(inputs.NoteTyped(at=now(), call=call.call, text="half \ud800"))
        await inside.wait_leg(Leg.STORE, LegState.DEGRADED)
        inside.ring("p2")
        second = inside.of(CallChanged)[-1].call
        inside.engine.feed(inputs.NoteTyped(at=now(), call=second.call, text="whole"))
        stored = inside.store.call(second.call)
        assert stored is not None
        assert stored.note == "whole"
        inside.engine.feed(inputs.NoteTyped(at=now(), call=call.call, text="mended"))
        await inside.wait_leg(Leg.STORE, LegState.UP)
        mended = inside.store.call(call.call)
        assert mended is not None
        assert mended.note == "mended"


async def test_what_could_not_be_saved_is_tried_once_more_at_the_end(tmp_path: Path) -> None:
    async with datev() as simulator:
        async with house(tmp_path, simulator.port, CallRules()) as inside:
            await both_up(inside)
            inside.ring()
            call = inside.of(CallChanged)[0].call
            note = inputs.NoteTyped(at=now(), call=call.call, text="just in time")
            with full_disk(inside.store):
                for count in range(40):
                    inside.ring(f"flood-{count}")
                await inside.wait_leg(Leg.STORE, LegState.DOWN)
                inside.engine.feed(note)
        async with house(tmp_path, simulator.port, CallRules()) as inside:
            stored = inside.store.call(call.call)
            assert stored is not None
            assert stored.note == "just in time"


async def test_an_entry_that_is_not_in_the_store_does_not_leave(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port, CallRules()) as inside:
        await both_up(inside)
        inside.ring()
        inside.sight(PbxState.HANGUP)
        call = (await inside.wait_for(CallChanged, 2)).call
        with full_disk(inside.store):
            inside.engine.feed(inputs.NoteTyped(at=now(), call=call.call, text="x" * 2000))
            for count in range(40):
                inside.sight(PbxState.REACHED, f"flood-{count}", caller_number="23")
                inside.sight(PbxState.HANGUP, f"flood-{count}")
            assert inside.engine.legs[Leg.STORE].state is LegState.DOWN
            inside.engine.feed(inputs.TransferPressed(at=now(), call=call.call))
            await only_a_live_call_leaves(inside)
        inside.engine.feed(inputs.Ticked(at=now() + 2 * SAVE_AGAIN))
        await simulator.wait_for(lambda sim: len(sim.journal) == 1, PATIENCE_S)
        assert [entry.record.note for entry in simulator.journal] == ["x" * 2000]


async def only_a_live_call_leaves(inside: House) -> None:
    """Let a call go live, which an entry sent before it would have overtaken, and end it."""
    inside.ring("sentinel")
    call = inside.of(CallChanged)[-1].call
    inside.engine.feed(inputs.TransferPressed(at=now(), call=call.call))
    inside.sight(PbxState.HANGUP, "sentinel")
    await inside.wait_for(DatevTold, 2)
    assert [told.method for told in inside.of(DatevTold)] == [
        Method.NEW_CALL,
        Method.CALL_STATE_CHANGED,
    ]


async def test_an_entry_that_can_never_be_saved_never_leaves(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port, CallRules()) as inside:
        await both_up(inside)
        inside.ring()
        inside.sight(PbxState.HANGUP)
        call = (await inside.wait_for(CallChanged, 2)).call
        inside.engine.feed(inputs.NoteTyped(at=now(), call=call.call, text="half \ud800"))
        inside.engine.feed(inputs.TransferPressed(at=now(), call=call.call))
        await only_a_live_call_leaves(inside)
        assert simulator.journal == ()


async def test_nothing_is_called_queued_that_is_not_kept(tmp_path: Path) -> None:
    async with house(tmp_path, NOBODY) as inside:
        await inside.wait_leg(Leg.DATEV, LegState.DOWN)
        inside.pbx_up()
        with full_disk(inside.store):
            for count in range(40):
                inside.ring(f"flood-{count}")
            assert inside.engine.legs[Leg.STORE].state is LegState.DOWN
            inside.sight(PbxState.CONNECTED, "flood-0")
            inside.sight(PbxState.HANGUP, "flood-0")
            assert inside.of(CallChanged)[-1].call.journalled
            assert inside.of(Queued) == []
