"""kill -9 at moments that nobody chose, with calls and notes under way.

Both servers live on (or DATEV goes away too). In the end nothing that was shown as kept is lost,
nothing is in DATEV twice, and the contract was never broken.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from datev_connector.simulators.datev import CallState
from datev_connector.simulators.starface import Call
from tests.app.end_to_end.connector import Connector, printed, running
from tests.app.end_to_end.office import USER, Office, simulated

AUTO = {"calls": {"transfer_automatically": True}}


@dataclass
class Day:
    """A stream of calls with notes, driven whether or not a connector listens."""

    office: Office
    chance: random.Random
    at_pbx: list[Call] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    """The last note of each call that the stream showed as taken, by our id."""
    pressed: set[str] = field(default_factory=set)
    """Notes for which the button was pressed."""
    sent: set[str] = field(default_factory=set)
    """Those of them whose button was obeyed before the end."""
    count: int = 0

    async def go_on(self, connector: Connector) -> None:
        """Calls come, are answered, noted and handed over until the connector is gone."""
        while connector.process.returncode is None:
            await self._one_call(connector)

    async def _one_call(self, connector: Connector) -> None:
        self.count += 1
        call = self.office.starface.pbx.incoming(USER, f"0049721{5000 + self.count}")
        self.at_pbx.append(call)
        call.ring()
        told = await connector.event("call", pbx_call=call.call_id)
        await self._pause()
        if self.chance.random() < 0.8:
            call.answer()
        await self._pause()
        text = f"Notiz {self.count}"
        connector.command("note", call=told["call"], text=text)
        if self.chance.random() < 0.7:
            self.pressed.add(text)
            connector.command("transfer", call=told["call"])
            await connector.obeyed()
            self.sent.add(text)
        else:
            await connector.obeyed()
        self.shown[told["call"]] = text
        await self._pause()
        if self.chance.random() < 0.85:
            call.hangup()

    async def _pause(self) -> None:
        await asyncio.sleep(self.chance.choice((0.0, 0.0, 0.002, 0.02)))

    def hang_up_left_overs(self) -> None:
        for call in self.at_pbx:
            if not call.over:
                call.hangup()


async def killed_again_and_again(office: Office, kills: int, seed: int, *, datev_too: bool) -> Day:
    chance = random.Random(seed)  # noqa: S311 -- chosen to be repeatable
    day = Day(office=office, chance=chance)
    for turn in range(kills):
        async with running(office.profile) as connector:
            office.connector = connector
            await connector.event("leg", leg="starface", state="up")
            driver = asyncio.get_running_loop().create_task(day.go_on(connector))
            await asyncio.sleep(chance.uniform(0.0, 0.35))
            if datev_too and turn % 2 == 0:
                await office.datev.go_away(forget=chance.random() < 0.5)
            if datev_too and turn % 2 == 1:
                await office.datev.come_back()
            await asyncio.sleep(chance.uniform(0.0, 0.15))
            await connector.kill()
            await asyncio.gather(driver, return_exceptions=True)
            assert "Traceback" not in connector.stderr
        if chance.random() < 0.5:
            day.hang_up_left_overs()
    return day


async def comes_to_rest(office: Office, day: Day) -> None:
    """A last run with everything up, until nothing is left to be done."""
    await office.datev.come_back()
    day.hang_up_left_overs()
    async with office.run() as connector:
        last = await office.rings("004972199999")
        last.note("letzte Notiz")
        day.pressed.add("letzte Notiz")
        last.transfer()
        await last.over()
        day.sent.add("letzte Notiz")
        day.shown[last.id] = "letzte Notiz"
        await office.datev.wait_for(lambda _: "letzte Notiz" in office.notes(), 30)
        await connector.obeyed()
        kept = await printed(office.profile, "journal", "list", "--limit", "1000")
        numbers = {call["number"].replace("+", "00") for call in kept}
        # What ended while nobody watched is told when the call list was read.
        await office.datev.wait_for(
            lambda _: day.sent <= set(office.notes()) and numbers <= over_in_datev(office), 60
        )
        await connector.obeyed()
        async with asyncio.timeout(60):
            # Another note of a call that DATEV has already may still be on its way.
            while await printed(office.profile, "outbox", "list"):
                pass
        assert await connector.quit() == 0


def over_in_datev(office: Office) -> set[str]:
    """The numbers of the calls that DATEV has from beginning to end."""
    ended = (CallState.FINISHED, CallState.ABSENCE)
    live = {entry.first.number for entry in office.datev.calls if entry.state in ended}
    return live | {entry.record.number for entry in office.datev.journal}


async def is_right(office: Office, day: Day) -> None:
    office.sound()
    notes = [note for note in office.notes() if note]
    assert len(notes) == len(set(notes)), "a note is in DATEV twice"
    assert day.sent <= set(notes), "a note that was sent is missing"
    assert set(notes) <= day.pressed, "a note was sent unasked"
    kept = await printed(office.profile, "journal", "list", "--limit", "1000")
    in_store = {call["call"]: call for call in kept}
    for call, text in day.shown.items():
        assert in_store[call]["note"] == text
        assert in_store[call]["state"] == "ended"
    assert await printed(office.profile, "outbox", "list") == []
    numbers = [entry.first.number for entry in office.datev.calls]
    assert len(numbers) == len(set(numbers)), "a call is in DATEV twice as a live call"
    journalled = {entry.record.number for entry in office.datev.journal}
    for entry in office.datev.calls:
        open_still = entry.state not in (CallState.FINISHED, CallState.ABSENCE)
        assert not open_still or entry.first.number in journalled, entry
    entries = [(entry.record.number, entry.record.note) for entry in office.datev.journal]
    assert len(entries) == len(set(entries)), "a call is in the journal twice"
    for call in kept:
        assert call["number"].replace("+", "00") in {*numbers, *journalled}, call


@pytest.mark.parametrize(("seed", "kills", "datev_too"), [(1, 8, False), (2, 6, True)])
async def test_nothing_is_lost_and_nothing_is_told_twice(
    tmp_path_factory: pytest.TempPathFactory, seed: int, kills: int, datev_too: bool
) -> None:
    profile: Path = tmp_path_factory.mktemp("kills") / "profile"
    async with simulated(profile, AUTO) as office:
        day = await killed_again_and_again(office, kills, seed, datev_too=datev_too)
        await comes_to_rest(office, day)
        await is_right(office, day)
