"""A whole connector in each state of its licence: it signs in or does not, and loses nothing."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from datev_connector.simulators.datev import DatevSimulator
from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from datev_connector.starface.module.names import STANDARD
from tests.app.end_to_end.connector import Connector, environment, running
from tests.app.end_to_end.office import ADA, GROUP, START_S, UNKNOWN, Office
from tests.app.licence.signed import KEY, a_licence, a_text
from tests.starface.module.office import LICENCE, configured

LICENSED = str(Path(__file__).parent / "licensed.py")
NOTE = "Bilanz bis Freitag"


def days(ahead: int) -> str:
    return json.dumps({"keys": KEY.entry(), "days": ahead})


@asynccontextmanager
async def an_office(tmp_path: Path, licence: str = "", day: int = 0) -> AsyncIterator[Office]:
    """Both simulators, the module in the PBX with this text in its tab, and a profile.

    `day`: by how many days the clock of the PBX is ahead.
    """
    config = StarfaceConfig(
        zone="UTC",
        groups=(GROUP,),
        modules=(configured(licence=licence),),
        now=lambda: datetime.now(UTC) + timedelta(days=day),
    )
    async with StarfaceSimulator(config) as starface, DatevSimulator() as datev:
        office = Office(starface=starface, datev=datev, profile=tmp_path / "profile")
        office.settings({"starface": {"transport": "https"}, "datev": {"contacts": "none"}})
        yield office


@asynccontextmanager
async def on_day(office: Office, ahead: int) -> AsyncIterator[Connector]:
    """A connector of the office, so many days from now."""
    around = {"LICENSED": days(ahead), "TZ": "UTC"}
    async with running(office.profile, program=(LICENSED,), **around) as connector:
        office.connector = connector
        await connector.event("leg", leg="licence", timeout_s=START_S)
        await connector.event("leg", leg="datev", state="up", timeout_s=START_S)
        yield connector


async def command(office: Office, ahead: int, *words: str) -> str:
    """What a command prints, on that day."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        LICENSED,
        "--profile",
        str(office.profile),
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(LICENSED=days(ahead)),
    )
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


def logins(office: Office) -> int:
    requests = office.starface.chronicle.requests
    return sum(record.method.endswith(".login") for record in requests)


def put_into_module(office: Office, text: str) -> None:
    office.starface.modules[STANDARD].set(LICENCE, text)


async def signed_in(connector: Connector, *, after: int = 0) -> None:
    await connector.event(
        "leg", after=after, leg="starface", state=lambda state: state != "down", timeout_s=START_S
    )


async def a_draft(office: Office) -> str:
    """A call on the first day, of which a note was kept and not handed over."""
    async with on_day(office, 0) as connector:
        await signed_in(connector)
        call = await office.rings(ADA)
        call.note(NOTE)
        await call.over()
        await connector.obeyed()
        assert await connector.quit() == 0
    return call.id


# --- who may sign in ------------------------------------------------------------------------------


async def test_a_new_connector_serves_in_its_trial(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office, on_day(office, 0) as connector:
        await signed_in(connector)
        told = connector.told("leg", leg="licence")
        assert [event["state"] for event in told] == ["up"]
        assert "trial" in told[0]["reason"]


@pytest.mark.parametrize(
    "spoiled", ["", "no licence at all", a_text()[:-60]], ids=["empty", "foreign", "cut off"]
)
async def test_after_the_trial_nobody_signs_in_and_nothing_is_lost(
    tmp_path: Path, spoiled: str
) -> None:
    async with an_office(tmp_path, spoiled) as office:
        call = await a_draft(office)
        before = logins(office)
        async with on_day(office, 40) as connector:
            down = await connector.event("leg", leg="starface", state="down")
            assert "licence" in down["reason"]
            licence = await connector.event("leg", leg="licence", state="down")
            assert licence["remedy"]
            connector.command("dial", number="0721 12345")
            assert (await connector.event("dial"))["refused"]

            connector.command("note", call=call, text=NOTE + " mittags")
            connector.command("transfer", call=call)
            (entry,) = await office.journal(1)
            assert entry.record.note == NOTE + " mittags"
            await connector.event("datev", call=call, result="confirmed")
            assert await connector.quit() == 0
        assert logins(office) == before
        office.sound()


async def test_what_was_noted_is_read_and_exported_without_a_licence(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        call = await a_draft(office)
        await command(office, 40, "lookup", "0721 12345")
        shown: list[dict[str, Any]] = json.loads(
            await command(office, 40, "journal", "list", "--json")
        )
        assert [(one["call"], one["note"]) for one in shown] == [(call, NOTE)]
        assert NOTE in await command(office, 40, "journal", "export", "-")
        assert await command(office, 40, "outbox", "list") == ""
        state = json.loads(await command(office, 40, "licence", "show", "--json"))
        assert (state["state"], state["serves"], state["by"]) == ("none", False, "nothing")


async def test_a_licence_in_the_module_begins_to_serve_at_once_and_finds_the_calls_of_the_gap(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path, day=40) as office:
        await a_draft(office)
        async with on_day(office, 40) as connector:
            await connector.event("leg", leg="licence", state="down")
            await connector.event("leg", leg="module")
            missed = office.starface.pbx.incoming("0123", UNKNOWN)
            missed.ring()
            missed.hangup()
            mark = connector.mark
            put_into_module(office, a_text())
            await connector.event("leg", after=mark, leg="licence", state="up")
            await signed_in(connector, after=mark)
            found = await connector.event("call", after=mark, state="ended", timeout_s=START_S)
            assert found["outcome"] == "missed"
            assert await connector.quit() == 0
        shown = json.loads(await command(office, 40, "licence", "show", "--json"))
        assert (shown["state"], shown["origin"]) == ("valid", "module")


async def test_a_licence_that_was_read_serves_without_the_module_for_thirty_days(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path, a_text()) as office:
        async with on_day(office, 50) as connector:
            await connector.event("leg", leg="licence", state="up", timeout_s=START_S)
            await connector.event("leg", leg="licence", reason=lambda reason: "valid" in reason)
            assert await connector.quit() == 0
        office.starface.modules.remove(STANDARD)
        async with on_day(office, 75) as connector:
            grace = await connector.event("leg", leg="licence", state="degraded")
            assert "works on until" in grace["reason"]
            await signed_in(connector)
        async with on_day(office, 85) as connector:
            await connector.event("leg", leg="licence", state="down")
            await connector.event("leg", leg="starface", state="down")


async def test_a_licence_in_a_file_serves_where_there_is_no_module(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await a_draft(office)
        async with on_day(office, 40) as connector:
            await connector.event("leg", leg="licence", state="down")
            mark = connector.mark
            (office.profile / "licence.txt").write_text(a_text(), "utf-16")
            await connector.event("leg", after=mark, leg="licence", state="up")
            await signed_in(connector, after=mark)
        shown = json.loads(await command(office, 40, "licence", "show", "--json"))
        assert (shown["origin"], shown["file"]) == ("file", str(office.profile / "licence.txt"))


async def test_a_clock_before_the_licence_is_named_and_stops_nobody(tmp_path: Path) -> None:
    today = a_licence().issued
    text = a_text(valid_from=today + timedelta(days=35), valid_until=today + timedelta(days=400))
    async with an_office(tmp_path, text) as office:
        async with on_day(office, 40) as connector:
            await connector.event("leg", leg="licence", reason=lambda told: "valid until" in told)
            assert await connector.quit() == 0
        async with on_day(office, 0) as connector:
            told = await connector.event("leg", leg="licence", state="degraded")
            assert "clock" in told["reason"]
            assert told["mender"] == "windows-admin"
            await signed_in(connector)
