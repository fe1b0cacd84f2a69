"""An office for one test: a PBX, a DATEV, a profile, and a connector between them."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from datev_connector.simulators.datev import DatevConfig, DatevSimulator, JournalEntry
from datev_connector.simulators.starface import (
    Call,
    PbxGroup,
    StarfaceConfig,
    StarfaceSimulator,
)
from tests.app.end_to_end.connector import (
    PROGRAM,
    TIMEOUT_S,
    Connector,
    Event,
    command_line,
    running,
)
from tests.app.end_to_end.stream_contract import breaches
from tests.ports import kept_port

USER, COLLEAGUE = "0123", "0124"
GROUP = PbxGroup(group_id="g1", number="50", name="Zentrale", members=(USER, COLLEAGUE))

ADA = "004972112345"
SHARED = "0049305550001"
TWO_SHARED = "0049305550002"
BOTH = "0049305550003"
THREE = "0049305550004"
STEM_DIRECT = "004972177742"
LOCAL = "0049721998877"
INSTITUTION = "0049891112220"
BOOK = "0049405550009"
UNKNOWN = "0049407770"

START_S = 40.0
LOOKED_AT_LATER = frozenset({"module", "contacts.starface", "contacts.datev"})
"""Legs that it looks at when it has been there for some seconds, whatever happens to it."""

CONTACTS = """source;id;name;number;kind
datev;D-ada;Ada Byron;+49 721 12345;person
datev;D-one;Otto Eins;030 5550001;person
datev;D-two;Zoë Zwei;030 5550001;person
starface;S-one;Buch Eins;+49305550002;person
starface;S-two;Buch Zwei;+49305550002;person
datev;D-both;Beate Beide;+49 30 5550003;person
starface;S-both;Beate im Buch;+49305550003;person
datev;D-three;Dora Drei;+49 30 5550004;person
datev;D-drei;Anton Drei;+49 30 5550004;person
starface;S-three;Drei im Buch;+49305550004;person
datev;D-firm;Stamm GmbH;+49 721 777-0;company
datev;D-local;Lore Lokal;998877;person
institution;I-tax;Finanzamt;+49 89 1112220;company
starface;S-book;Nur im Buch;+49405550009;person
"""


class Office:
    """What a test drives and watches."""

    def __init__(
        self, *, starface: StarfaceSimulator, datev: DatevSimulator, profile: Path
    ) -> None:
        self.starface = starface
        self.datev = datev
        self.profile = profile
        self.connector: Connector

    # --- at the PBX -----------------------------------------------------------------------------

    async def rings(self, number: str, name: str = "", group: str | None = None) -> Incoming:
        """Somebody calls the user, and the connector says so."""
        call = self.starface.pbx.incoming(USER, number, name, group)
        call.ring()
        told = await self.connector.event("call", pbx_call=call.call_id)
        return Incoming(self, call, told)

    async def dials(self, number: str) -> Incoming:
        """The user dials on the telephone; the far end is alerted."""
        call = self.starface.pbx.outgoing(USER, number)
        call.ring()
        told = await self.connector.event("call", pbx_call=call.call_id)
        return Incoming(self, call, told)

    async def hang_everything_up(self) -> None:
        """Leave no call behind for the next test."""
        for call in self.starface.pbx.calls:
            call.hangup()
        await self.starface.settled()

    async def wait_until(
        self, condition: Callable[[], Any], timeout_s: float = TIMEOUT_S, what: str = "it"
    ) -> None:
        """Wait for something that no event tells, asking often."""
        end = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > end:
                lately = "\n".join(json.dumps(event) for event in self.connector.events[-25:])
                raise AssertionError(f"waited for {what}; the last events:\n{lately}")
            await asyncio.sleep(0.02)

    def news(self, after: int) -> list[Event]:
        """What came of what happened since: no barriers of ours, nothing that was due anyway."""
        return [
            event
            for event in self.connector.events[after:]
            if event["event"] != "error" and event.get("leg") not in LOOKED_AT_LATER
        ]

    # --- at DATEV -------------------------------------------------------------------------------

    def chain(self, call_id: str) -> list[str]:
        """The states that DATEV was told of a call, by name."""
        return [
            state.name.lower()
            for entry in self.datev.calls
            if entry.call_id == call_id
            for state in entry.states
        ]

    def live(self, number: str) -> list[list[str]]:
        """The chains of all live calls that DATEV shows with this number."""
        return [
            [state.name.lower() for state in entry.states]
            for entry in self.datev.calls
            if entry.first.number == number
        ]

    def notes(self) -> list[str]:
        """The notes of the journal, in order."""
        return [entry.record.note for entry in self.datev.journal]

    async def journal(self, count: int, timeout_s: float = TIMEOUT_S) -> tuple[JournalEntry, ...]:
        """The journal once it has so many entries."""
        await self.datev.wait_for(lambda datev: len(datev.journal) >= count, timeout_s)
        return self.datev.journal

    def sound(self) -> None:
        """Nothing that DATEV or the stream's reader could complain of."""
        assert self.datev.violations == ()
        assert self.connector.odd_lines == []
        assert breaches(self.connector.events) == []
        assert "Traceback" not in self.connector.stderr

    # --- the profile ----------------------------------------------------------------------------

    def settings(self, sections: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Write the settings file: this office, and on top of it what is given."""
        write_settings(self.profile, self.starface, self.datev, sections or {})

    @asynccontextmanager
    async def run(
        self, *prefix: str, program: Sequence[str] = PROGRAM, **more: str
    ) -> AsyncIterator[Connector]:
        """A connector of this office that is ready for calls."""
        async with running(self.profile, *prefix, program=program, **more) as connector:
            self.connector = connector
            await connector.event(
                "leg", leg="starface", state=lambda state: state != "down", timeout_s=START_S
            )
            await connector.event("leg", leg="datev", state="up", timeout_s=START_S)
            yield connector


class Incoming:
    """A call at the PBX together with what the connector calls it."""

    def __init__(self, office: Office, call: Call, told: Event) -> None:
        self.at_pbx = call
        self.told = told
        self.id: str = told["call"]
        self._office = office

    async def event(self, kind: str, **fields: Any) -> Event:
        """An event about this call."""
        return await self._office.connector.event(kind, call=self.id, **fields)

    def events(self, kind: str, **fields: Any) -> list[Event]:
        """The events about this call so far."""
        return self._office.connector.told(kind, call=self.id, **fields)

    async def answered(self) -> None:
        """The call is answered, after all that was commanded before; the connector says so."""
        await self._office.connector.obeyed()
        self.at_pbx.answer()
        await self.event("call", state="connected")

    async def over(self) -> Event:
        """The call ends, after all that was commanded before; the connector says so."""
        await self._office.connector.obeyed()
        if not self.at_pbx.over:
            self.at_pbx.hangup()
        return await self.event("call", state="ended")

    def note(self, text: str) -> None:
        self._office.connector.command("note", call=self.id, text=text)

    def transfer(self) -> None:
        self._office.connector.command("transfer", call=self.id)


def write_settings(
    profile: Path,
    starface: StarfaceSimulator,
    datev: DatevSimulator,
    sections: Mapping[str, Mapping[str, Any]],
) -> None:
    """Write `settings.toml` for these two servers; `sections` win."""
    usual: dict[str, dict[str, Any]] = {
        "starface": {
            "host": starface.host,
            "https_port": starface.port,
            "login": USER,
            "encrypted": starface.config.encrypted,
        },
        "dial_plan": {"area_code": "721"},
        "datev": {"link": "simulator", "simulator_address": f"{datev.host}:{datev.port}"},
    }
    for name, values in sections.items():
        usual.setdefault(name, {}).update(values)
    text = "".join(
        f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
        for name, values in usual.items()
    )
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "settings.toml").write_text(text, "utf-8")


async def fill(profile: Path, contacts: str) -> None:
    """Fill the contact index of a profile."""
    file = profile.parent / f"{profile.name}.csv"
    file.write_text(contacts, "utf-8")
    code, _, err = await command_line(profile, "contacts", "import", str(file))
    assert code == 0, err


@asynccontextmanager
async def simulated(
    profile: Path,
    sections: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    pbx: StarfaceConfig | None = None,
    datev: DatevConfig | None = None,
    people: Path | None = None,
) -> AsyncIterator[Office]:
    """Both simulators and a profile; the connector is for the test to start.

    Either may go away and come back: their ports are kept meanwhile. `people`: a profile whose
    contacts this one shall have, too.
    """
    with kept_port() as pbx_port, kept_port() as datev_port:
        of_pbx = replace(pbx or StarfaceConfig(groups=(GROUP,)), port=pbx_port)
        of_datev = replace(datev or DatevConfig(), port=datev_port)
        async with StarfaceSimulator(of_pbx) as starface, DatevSimulator(of_datev) as simulator:
            if people is not None:
                shutil.copytree(people, profile)
            office = Office(starface=starface, datev=simulator, profile=profile)
            office.settings(sections)
            yield office


@asynccontextmanager
async def at_work(
    profile: Path,
    sections: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    pbx: StarfaceConfig | None = None,
    people: Path | None = None,
    program: Sequence[str] = PROGRAM,
    **more: str,
) -> AsyncIterator[Office]:
    """A whole office with its connector running and ready."""
    async with (
        simulated(profile, sections, pbx=pbx, people=people) as office,
        office.run(program=program, **more),
    ):
        yield office
