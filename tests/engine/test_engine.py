"""The engine between a real store and a real DATEV stand-in."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from datev_connector.domain import inputs
from datev_connector.domain.calls import Direction, ListedCall, Outcome, PbxState
from datev_connector.domain.contacts import ContactRef, Source
from datev_connector.domain.effects import (
    CallChanged,
    DialReported,
    Queued,
    TellUser,
    Window,
    WindowAction,
)
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.record import Delivery, Method
from datev_connector.domain.rules import CallRules
from datev_connector.engine import DatevTold, NoteKept
from tests.engine.house import (
    CLIENT,
    NOBODY,
    PATIENCE_S,
    DrivenDatev,
    both_up,
    datev,
    fill_contacts,
    house,
    now,
)

if TYPE_CHECKING:
    from pathlib import Path

    from datev_connector.simulators.datev import DatevSimulator


def states(simulator: DatevSimulator) -> list[list[int]]:
    return [[int(state) for state in entry.states] for entry in simulator.calls]


async def test_a_call_is_known_shown_followed_and_kept(tmp_path: Path) -> None:
    fill_contacts(tmp_path)
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        inside.ring()
        first = await inside.wait_for(DatevTold)
        assert first.record.contact_id == "c1"
        inside.sight(PbxState.CONNECTED)
        inside.sight(PbxState.HANGUP)
        await inside.wait_for(DatevTold, 3)
        assert states(simulator) == [[1, 2, 3]]
        call = inside.of(CallChanged)[-1].call
        assert call.outcome is Outcome.ANSWERED
        kept = inside.store.call(call.call)
        assert kept is not None
        assert kept.name == "Adler GmbH"


async def test_a_note_is_in_the_store_before_it_counts_as_kept(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        inside.ring()
        call = inside.of(CallChanged)[0].call
        inside.engine.feed(inputs.NoteTyped(at=now(), call=call.call, text="annual accounts"))
        kept = await inside.wait_for(NoteKept)
        stored = inside.store.call(call.call)
        assert stored is not None
        assert (stored.note, stored.note_revision) == ("annual accounts", kept.revision)


async def test_datev_dies_and_gets_calls_and_notes_in_order_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        inside.ring()
        await inside.wait_for(DatevTold)
        await simulator.go_away()
        await inside.wait_leg(Leg.DATEV, LegState.DOWN)
        first = inside.of(CallChanged)[0].call
        inside.engine.feed(inputs.NoteTyped(at=now(), call=first.call, text="one"))
        inside.engine.feed(inputs.TransferPressed(at=now(), call=first.call))
        inside.sight(PbxState.CONNECTED)
        inside.sight(PbxState.HANGUP)
        inside.ring("p2")
        inside.sight(PbxState.HANGUP, "p2")
        assert len(inside.of(Queued)) == 2
        await simulator.come_back()
        await inside.wait_for(DatevTold, 3)
        assert [entry.record.note for entry in simulator.journal] == ["one", ""]
        assert inside.store.open_entries() == ()


async def test_the_outbox_survives_the_end_of_the_program(tmp_path: Path) -> None:
    async with datev() as simulator:
        await simulator.go_away()
        async with house(tmp_path, simulator.port, CallRules()) as inside:
            inside.pbx_up()
            inside.ring()
            inside.sight(PbxState.HANGUP)
            ended = await inside.wait_for(CallChanged, 2)
            inside.engine.feed(inputs.NoteTyped(at=now(), call=ended.call.call, text="later"))
            inside.engine.feed(inputs.TransferPressed(at=now(), call=ended.call.call))
        await simulator.come_back()
        async with house(tmp_path, simulator.port, CallRules()) as inside:
            told = await inside.wait_for(DatevTold)
            assert (told.method, told.delivery) == (Method.NEW_JOURNAL, Delivery.CONFIRMED)
        assert [entry.record.note for entry in simulator.journal] == ["later"]


async def test_datev_dials_and_drops(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        answer = await simulator.dial("0721 / 555 111", name="Adler GmbH", contact_id="c1")
        assert answer.accepted
        await inside.wait_for(CallChanged)
        number, pbx_call = inside.pbx.placed[0]
        assert number == "0049721555111"
        inside.sight(PbxState.RINGBACK, pbx_call)
        await inside.wait_for(DatevTold)
        await simulator.drop(answer.call_id)
        inside.sight(PbxState.HANGUP, pbx_call)
        await inside.wait_for(DatevTold, 2)
        assert inside.pbx.ended == [pbx_call]
        assert states(simulator) == [[1, 0]]
        assert simulator.calls[0].first.sync_id == answer.sync_id


async def test_a_double_click_in_datev_is_refused(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        assert (await simulator.dial("0721 555111")).accepted
        assert not (await simulator.dial("0721 555111")).accepted
        assert inside.of(DialReported)[-1].refused
        assert len(inside.pbx.placed) == 1


async def test_a_refused_dial_says_why(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        inside.pbx.refuses = "no line is free"
        assert (await simulator.dial("0721 555111")).accepted
        await inside.wait_for(DatevTold, 2)
        assert states(simulator) == [[1, 0]]
        assert any("no line is free" in told.text for told in inside.of(TellUser))


async def test_a_pbx_that_does_not_hang_up_is_told_to_the_user(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        inside.ring()
        inside.pbx.refuses = "no"
        call = inside.of(CallChanged)[0].call
        inside.engine.feed(inputs.HangUpPressed(at=now(), call=call.call))
        told = await inside.wait_for(TellUser)
        assert "telephone" in told.text


async def test_a_hanging_datev_gives_the_call_to_the_journal(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        simulator.faults.hang(record=False)
        inside.ring()
        assert (await inside.wait_for(DatevTold)).delivery is Delivery.UNCLEAR
        simulator.faults.clear()
        inside.sight(PbxState.HANGUP)
        await simulator.wait_for(lambda sim: len(sim.journal) == 1, PATIENCE_S)


async def test_an_old_call_is_fetched_back_for_a_note(tmp_path: Path) -> None:
    async with datev() as simulator:
        async with house(tmp_path, simulator.port, CallRules()) as inside:
            await both_up(inside)
            inside.ring()
            inside.sight(PbxState.HANGUP)
            old = (await inside.wait_for(CallChanged, 2)).call
        async with house(tmp_path, simulator.port, CallRules()) as inside:
            await both_up(inside)
            assert inside.engine.call("no such call") is None
            assert inside.engine.call(old.call) is not None
            inside.engine.feed(inputs.NoteTyped(at=now(), call=old.call, text="found it"))
            inside.engine.feed(inputs.TransferPressed(at=now(), call=old.call))
            await inside.wait_for(DatevTold)
        assert [entry.record.note for entry in simulator.journal] == ["found it"]


@pytest.mark.parametrize("answered", [True, False])
async def test_ended_while_the_connector_was_away(tmp_path: Path, *, answered: bool) -> None:
    async with datev() as simulator:
        async with house(tmp_path, simulator.port) as inside:
            await both_up(inside)
            inside.ring()
            await inside.wait_for(DatevTold)
            if answered:
                inside.sight(PbxState.CONNECTED)
                await inside.wait_for(DatevTold, 2)
        async with house(tmp_path, simulator.port) as inside:
            await both_up(inside)
            inside.engine.feed(inputs.PictureTaken(at=now(), asked_at=now(), alive=frozenset()))
            for _ in range(2):  # so often a list that lags is waited for
                read = inputs.CallListRead(at=now(), since=now(), until=now(), calls=())
                inside.engine.feed(read)
            await inside.wait_for(DatevTold)
        assert states(simulator) == [[1, 2, 3] if answered else [1, 0]]
        assert simulator.journal == ()


async def test_a_listener_that_fails_stops_nothing(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        inside.deaf = True
        inside.ring()
        inside.sight(PbxState.CONNECTED)
        inside.sight(PbxState.HANGUP)
        await simulator.wait_for(
            lambda sim: [len(call.states) for call in sim.calls] == [3], PATIENCE_S
        )


async def test_a_pbx_that_fails_in_an_unforeseen_way_is_answered_for(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        inside.pbx.breaks = True
        assert (await simulator.dial("0721 555111")).accepted
        assert "log" in (await inside.wait_for(TellUser)).text
        inside.ring()
        inside.engine.feed(
            inputs.HangUpPressed(at=now(), call=inside.of(CallChanged)[-1].call.call)
        )
        await inside.wait_for(TellUser, 2)
        inside.sight(PbxState.HANGUP)
        await simulator.wait_for(lambda sim: len(sim.calls) == 2, PATIENCE_S)
        ended = await inside.wait_for(CallChanged, 4)
        assert ended.call.outcome in (Outcome.MISSED, Outcome.UNREACHED)


async def test_what_a_listener_brings_about_comes_after_the_turn_that_told_it(
    tmp_path: Path,
) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port, CallRules()) as inside:
        await both_up(inside)

        def type_at_once(matter: object) -> None:
            if isinstance(matter, CallChanged) and not matter.call.note:
                text = "typed on hearing of it"
                inside.engine.feed(inputs.NoteTyped(at=now(), call=matter.call.call, text=text))

        inside.replies = type_at_once
        inside.ring()
        windows = inside.of(Window)
        assert [window.action for window in windows] == [WindowAction.OPEN, WindowAction.UPDATE]
        assert [bool(window.call.note) for window in windows] == [False, True]


async def test_contacts_that_cannot_be_read_stop_no_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        monkeypatch.setattr(inside.store, "learned", lambda _: 1 // 0)
        inside.ring()
        assert "contacts" in inside.of(TellUser)[0].text
        assert inside.of(CallChanged)[0].call.name == ""
        assert (await inside.wait_for(DatevTold)).delivery is Delivery.CONFIRMED


async def test_a_stranger_is_whom_he_was_said_to_be(tmp_path: Path) -> None:
    fill_contacts(tmp_path)
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        inside.ring(number="00498912345678")
        inside.store.choices.learn("+498912345678", ContactRef(Source.DATEV, "c1"), now())
        inside.ring("p2", number="00498912345678")
        names = [changed.call.name for changed in inside.of(CallChanged)]
        assert (names[0], names[-1]) == ("", "Adler GmbH")


async def test_what_waited_for_a_datev_that_went_does_not_reach_the_next(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        simulator.faults.hang(record=False)
        inside.ring("p1")
        inside.ring("p2")
        await simulator.go_away()
        await inside.wait_leg(Leg.DATEV, LegState.DOWN)
        await inside.wait_for(DatevTold, 2)
        simulator.faults.clear()
        await simulator.come_back()
        await inside.wait_leg(Leg.DATEV, LegState.UP)
        for pbx_call in ("p1", "p2"):
            inside.sight(PbxState.HANGUP, pbx_call)
        await simulator.wait_for(lambda sim: len(sim.journal) == 2, PATIENCE_S)
        assert simulator.calls == ()


async def test_what_is_queued_behind_a_slow_answer_is_called_back_when_datev_goes(
    tmp_path: Path,
) -> None:
    slow = DrivenDatev()
    async with house(tmp_path, NOBODY, driven=slow) as inside, asyncio.timeout(PATIENCE_S):
        await slow.runs.wait()
        inside.pbx_up()
        inside.report(Leg.DATEV, up=True)
        inside.ring("p1")
        await slow.has_one.wait()
        inside.ring("p2")
        for up in (False, True):
            inside.report(Leg.DATEV, up=up)
        called_back = await inside.wait_for(DatevTold)
        assert called_back.delivery is Delivery.AWAY
        slow.gate.set()
        await inside.wait_for(DatevTold, 2)
        for pbx_call in ("p1", "p2"):
            inside.sight(PbxState.HANGUP, pbx_call)
        await inside.wait_for(DatevTold, 4)
        assert slow.asked == [Method.NEW_CALL, Method.NEW_JOURNAL, Method.NEW_JOURNAL]


async def test_a_leg_that_says_the_same_again_is_no_news(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        inside.pbx_up()
        said = [report for report in inside.of(LegReport) if report.leg is Leg.STARFACE]
        assert len(said) == 1


async def test_a_note_for_a_call_that_left_the_desk_long_ago_is_kept(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port, CallRules()) as inside:
        await both_up(inside)
        inside.ring()
        inside.sight(PbxState.HANGUP)
        old = (await inside.wait_for(CallChanged, 2)).call
        inside.engine.feed(inputs.WindowClosed(at=now(), call=old.call))
        inside.engine.feed(inputs.Ticked(at=now() + timedelta(hours=2)))
        inside.engine.feed(inputs.NoteTyped(at=now(), call=old.call, text="remembered"))
        stored = inside.store.call(old.call)
        assert stored is not None
        assert stored.note == "remembered"


async def test_a_call_that_nobody_saw_is_told_once_and_handed_over_once(tmp_path: Path) -> None:
    fill_contacts(tmp_path)
    at = now()
    missed = ListedCall(
        direction=Direction.INCOMING,
        outcome=Outcome.MISSED,
        began_at=at - timedelta(hours=3),
        number=CLIENT,
    )
    read = inputs.CallListRead(at=at, since=at - timedelta(hours=4), until=at, calls=(missed,))
    async with datev() as simulator:
        async with house(tmp_path, simulator.port) as inside:
            await both_up(inside)
            inside.engine.feed(read)
            call = inside.of(CallChanged)[0].call
            assert (call.outcome, call.name) == (Outcome.MISSED, "Adler GmbH")
            await simulator.wait_for(lambda sim: len(sim.journal) == 1, PATIENCE_S)
            await inside.wait_for(DatevTold)
            inside.engine.feed(inputs.Ticked(at=now()))
            inside.engine.feed(read)
            assert len(inside.of(CallChanged)) == 1
            assert inside.of(Window) == []
        async with house(tmp_path, simulator.port) as inside:
            await both_up(inside)
            inside.engine.feed(read)
            assert inside.of(CallChanged) == []
            assert [each.call for each in inside.store.calls.export()] == [call.call]
    assert len(simulator.journal) == 1


async def test_what_the_day_brought_is_remembered_and_not_its_polls(tmp_path: Path) -> None:
    async with datev() as simulator, house(tmp_path, simulator.port) as inside:
        await both_up(inside)
        inside.ring()
        for _ in range(50):
            at = now()
            alive = frozenset({"p1"})
            inside.engine.feed(inputs.PictureTaken(at=at, asked_at=at, alive=alive))
        taken = inside.engine.recorder.recording().inputs
        assert sum(isinstance(event, inputs.CallSighted) for event in taken) == 1
        assert sum(isinstance(event, inputs.PictureTaken) for event in taken) < 5
