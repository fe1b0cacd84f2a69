"""A terminal server: many people on one machine, each with a connector and a DATEV of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datev_connector.simulators.datev import CallState, DatevSimulator
from datev_connector.simulators.starface import PbxUser, StarfaceConfig, StarfaceSimulator
from tests.app.end_to_end.connector import PASSWORD, Connector, running
from tests.app.end_to_end.office import write_settings

START_S = 200.0
"""Until one of so many has done something, on a slow machine."""
AT_ONCE = 3
"""So many start together: other tests, with programs of theirs, go on meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One person's session."""

    number: int
    profile: Path
    datev: DatevSimulator
    connector: Connector

    @property
    def login(self) -> str:
        return _login(self.number)

    @property
    def caller(self) -> str:
        return f"0049721{70_000 + self.number}"

    @property
    def e164(self) -> str:
        return self.caller.replace("00", "+", 1)


@asynccontextmanager
async def machine(folder: Path, people: int) -> AsyncIterator[tuple[StarfaceSimulator, list[Seat]]]:
    """All sessions, ready for calls."""
    async with StarfaceSimulator(_config(people)) as starface, AsyncExitStack() as stack:
        seats = []
        for number in range(people):
            profile = folder / f"user-{number}" / "profile"
            datev = await stack.enter_async_context(DatevSimulator())
            own: dict[str, dict[str, Any]] = {
                "starface": {"login": _login(number), "transport": "https"},
                "calls": {"transfer_automatically": True},
            }
            write_settings(profile, starface, datev, own)
            connector = await stack.enter_async_context(running(profile))
            seats.append(Seat(number=number, profile=profile, datev=datev, connector=connector))
            await _all_ready(seats[:-AT_ONCE])
        await _all_ready(seats)
        yield starface, seats


async def everybody_is_called(starface: StarfaceSimulator, seats: Sequence[Seat]) -> None:
    """Everybody's telephone rings at once; returns when every DATEV knows of the end."""
    calls = [starface.pbx.incoming(seat.login, seat.caller) for seat in seats]
    for call in calls:
        call.ring()
    for seat, call in zip(seats, calls, strict=True):
        await seat.connector.event("call", pbx_call=call.call_id, timeout_s=START_S)
    for call in calls:
        call.answer()
        call.hangup()
    for seat in seats:
        await seat.datev.wait_for(_has_seen_the_end, START_S)


def nobody_was_told_of_others(seats: Sequence[Seat]) -> None:
    """Each person, and each DATEV, got one call: their own."""
    for seat in seats:
        assert {event["number"] for event in seat.connector.told("call")} == {seat.e164}
        assert [one.first.number for one in seat.datev.calls] == [seat.caller]
        assert seat.datev.violations == ()


async def _all_ready(seats: Sequence[Seat]) -> None:
    for seat in seats:
        await seat.connector.event("leg", leg="starface", state="up", timeout_s=START_S)
        await seat.connector.event("leg", leg="datev", state="up", timeout_s=START_S)


def _has_seen_the_end(datev: DatevSimulator) -> bool:
    return any(CallState.FINISHED in one.states for one in datev.calls)


def _login(number: int) -> str:
    return f"{1000 + number}"


def _config(people: int) -> StarfaceConfig:
    return StarfaceConfig(
        users=tuple(
            PbxUser(
                login=_login(number),
                password=PASSWORD,
                number=f"{100 + number}",
                first_name="Platz",
                family_name=str(number),
                account_id=2000 + number,
            )
            for number in range(people)
        )
    )
