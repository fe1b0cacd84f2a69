"""The office of the soak: both simulators, the connector with its real store, and its books.

Everything runs on one loop in simulated time, over real sockets. Each call has a number of its own;
what must become of it is written down before, and held against store and DATEV at the end of the
week.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import httpcore2._async.http11 as http_pool
import pytest

from datev_connector.app.running.address_refresh import AddressRefresh
from datev_connector.app.running.trusted import StoredPins
from datev_connector.datev.link import SimulatorLink
from datev_connector.domain.calls import Call, Outcome
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.effects import TellUser
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.inputs import AccountsLearned
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.rules import CallRules
from datev_connector.engine import Engine, News
from datev_connector.simulators.datev import DatevConfig, DatevSimulator
from datev_connector.simulators.starface import (
    PbxContact,
    PbxGroup,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.starface.adapter import StarfacePbx
from datev_connector.starface.address_book.book import read_address_book
from datev_connector.starface.https.client import HttpTimes
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.pacing import Pacing
from datev_connector.store.store import Store
from tests.soak.computer import Computer

BERLIN = ZoneInfo("Europe/Berlin")
USER, COLLEAGUE = "0123", "0124"
PASSWORD = "Pass123"
GROUP = PbxGroup(group_id="g1", number="50", name="Zentrale", members=(USER, COLLEAGUE))
CONTACTS = tuple(
    PbxContact(id=f"c{number}", family_name=f"Nr. {number}", phone=f"004930{7000000 + number}")
    for number in range(120)
)
PLAN = DialPlan(area_code="721", internal_digits=3)
KEY = bytes(range(32))

UNHURRIED = Pacing(keep_alive_s=60.0, slow_poll_s=300.0, fast_poll_s=15.0)
"""Twice the usual keepAlive, for a PBX with twice the usual patience, and polls that are rare:
weeks must pass in minutes."""
SESSION_S = 120.0
IDLE_S = 90.0
"""As with the usual pacing, a connection outlasts the pause between two keepAlives."""
PATIENCE_S = 3600.0
"""Simulated time within which the connector must have found its way back."""
SETTLED_S = 150.0
"""Simulated time after which nothing is under way any more: two keepAlives and more."""
TIDY_S = 900.0
CONTACTS_AGE = timedelta(hours=9)
"""Older the contacts of the PBX must not be: they are read anew twice as often."""
LOCK_AFTER = 10
"""Wrong sign-ins in a row after which the PBX locks the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What kind of PBX it is, and what the connector is told of it."""

    name: str
    both_ways: bool
    """XMPP is there beside HTTPS."""
    zone: str = "Europe/Berlin"
    """Of the computer, as far as the system lets a process choose it; the PBX is in Berlin."""
    pbx: dict[str, Any] = field(default_factory=dict)
    """For `StarfaceConfig`."""
    options: Callable[[StarfaceSimulator], dict[str, Any]] = lambda _: {}
    """For `StarfaceOptions`."""
    client_secret: str = ""


class Office:
    """What the scenes play in, and what they leave behind."""

    engine: Engine
    pbx: StarfacePbx
    address_book: AddressRefresh

    def __init__(
        self,
        *,
        computer: Computer,
        starface: StarfaceSimulator,
        datev: DatevSimulator,
        store: Store,
    ) -> None:
        self.computer = computer
        self.starface = starface
        self.datev = datev
        self.store = store
        self.complaints: list[str] = []
        """What the connector told its user to be wrong."""
        self._expected: Counter[tuple[str, Outcome | None]] = Counter()
        self._settled_calls = 0
        self._numbers = 0

    def hear(self, news: News) -> None:
        if isinstance(news.matter, TellUser):
            self.complaints.append(f"{news.at:%d.%m. %H:%M} {news.matter.text}")
        if isinstance(news.matter, LegReport) and news.matter.leg is Leg.STARFACE:
            self.address_book.pbx_is_there(news.matter.state is not LegState.DOWN)

    # --- people -----------------------------------------------------------------------------------

    def new_number(self) -> str:
        """A telephone number that was never used before."""
        self._numbers += 1
        return f"0049721{5000000 + self._numbers}"

    def expect(self, number: str, outcome: Outcome) -> None:
        """One call with this number must end so."""
        self._expected[_digits(number), outcome] += 1

    def local_time(self) -> datetime:
        return self.computer.true_time().astimezone(BERLIN)

    # --- the connection ---------------------------------------------------------------------------

    @property
    def sign_ins(self) -> int:
        """How often the connector has tried to sign in, heard by the PBX or not."""
        counts = self.starface.chronicle.request_counts
        return sum(count for method, count in counts.items() if method.endswith(".login"))

    async def close_the_doors(self) -> None:
        """Nobody reaches the PBX, which goes on; `starface.listen` opens the doors again."""
        await self.starface._http.stop()
        await self.starface.xmpp.go_down()

    async def connected(self) -> None:
        """Return once nothing is under way, the PBX knows a session, and the leg is up."""
        await asyncio.sleep(SETTLED_S)
        async with asyncio.timeout(PATIENCE_S):
            while not self._is_connected():  # noqa: ASYNC110 - no event tells all of it
                await asyncio.sleep(1.0)

    def state(self) -> str:
        """The legs, and what was complained of last."""
        legs = [
            f"{leg} {report.state}: {report.reason}" for leg, report in self.engine.legs.items()
        ]
        return "; ".join([*legs, *self.complaints[-3:]])

    def _is_connected(self) -> bool:
        return len(self.starface.sessions) == 1 and all(
            self.engine.legs[leg].state is LegState.UP for leg in (Leg.STARFACE, Leg.DATEV)
        )

    # --- the books --------------------------------------------------------------------------------

    def close_the_week(self) -> int:
        """Hold the calls of the week against what was expected; answers how many there were.

        Then the simulators forget them, so that only what the connector gathers can grow.
        """
        stored = _all_calls(self.store)
        new = stored[: len(stored) - self._settled_calls]
        found = Counter((_digits(call.number), call.outcome) for call in new)
        assert (found - self._expected, self._expected - found) == ({}, {}), "found and missed"
        assert not self.engine._desk.open_entries
        self._compare_with_datev()
        self._look_at_the_address_book()
        self._settled_calls = len(stored)
        self._expected.clear()
        self._empty_the_simulators()
        return len(new)

    def _compare_with_datev(self) -> None:
        """Each call with the outside reached DATEV once, live to its end or by the journal."""
        assert self.datev.violations == ()
        told = Counter(_digits(c.first.number) for c in self.datev.calls if c.over)
        told.update(_digits(entry.record.number) for entry in self.datev.journal)
        owed = Counter(number for number, _ in self._expected.elements() if len(number) > 3)
        assert (told - owed, owed - told) == ({}, {}), "told too often, and not told"

    def _look_at_the_address_book(self) -> None:
        (state,) = self.store.contacts.sources()
        assert state.contacts == len(CONTACTS)
        assert self.computer.clock() - state.loaded_at < CONTACTS_AGE

    def _empty_the_simulators(self) -> None:
        chronicle, checker = self.starface.chronicle, self.datev._checker
        for kept in (chronicle.requests, chronicle.pushes, chronicle.calls):
            kept.clear()
        for held in (checker._calls, checker._journal, checker._findings):
            held.clear()
        self.starface.call_list._entries.clear()
        self.datev.log._lines.clear()


@contextlib.asynccontextmanager
async def open_office(
    folder: Path, begin: datetime, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    """Run simulators and connector until the block is left; ends with everything closed."""
    computer = Computer(begin)
    # The pool of the HTTP client has a clock of its own, which must not stand still.
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(http_pool, "time", SimpleNamespace(monotonic=loop.time))
    usual: dict[str, Any] = {
        "groups": (GROUP,),
        "contacts": CONTACTS,
        "session_timeout_s": SESSION_S,
        "lock_after": LOCK_AFTER,
        "now": computer.true_time,
        "remembered": 10_000,
    }
    with (
        computer_in(setup.zone),
        Store.open(folder / "store.db", KEY, now=computer.clock(), station="soak") as store,
    ):
        async with (
            StarfaceSimulator(StarfaceConfig(**(usual | setup.pbx))) as starface,
            DatevSimulator(DatevConfig(clock=computer.clock)) as datev,
        ):
            office = Office(computer=computer, starface=starface, datev=datev, store=store)
            async with _running(office, _wire(office, setup)):
                await office.connected()
                yield office


@contextlib.contextmanager
def computer_in(zone: str) -> Iterator[None]:
    """This process lives in that time zone, where the system lets it choose."""
    if sys.platform == "win32":
        yield
        return
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TZ", zone)
        time.tzset()
        try:
            yield
        finally:
            environment.undo()
            time.tzset()


def _wire(office: Office, setup: Setup) -> SimulatorLink:
    station, run = office.store.begin_run()
    now = office.computer.clock
    office.engine = Engine(
        desk=CallDesk(
            rules=CallRules(transfer_automatically=True),
            plan=PLAN,
            ids=IdSequence(station=station, run=run),
        ),
        memory=office.store,
        index=office.store.contacts,
        plan=PLAN,
        now=now,
        listener=office.hear,
    )
    usual: dict[str, Any] = {
        "host": office.starface.host,
        "https_port": office.starface.port,
        "login": USER,
        "pacing": UNHURRIED,
        "times": HttpTimes(idle_s=IDLE_S),
    }
    office.pbx = StarfacePbx(
        StarfaceOptions(**(usual | setup.options(office.starface))),
        PASSWORD,
        client_secret=setup.client_secret,
        pins=StoredPins(office.store.pins),
        emit=office.engine.feed,
        now=now,
        jitter=random.Random(7).random,  # noqa: S311 - spreads pauses
    )
    office.address_book = AddressRefresh(
        lambda progress: read_address_book(office.pbx.credentials, progress=progress),
        office.store.contacts,
        PLAN,
        now=now,
        jitter=lambda: 0.5,
        learned=lambda found: office.engine.feed(AccountsLearned(at=now(), accounts=found)),
        changed=lambda: None,
    )
    return SimulatorLink(
        f"{office.datev.host}:{office.datev.port}",
        emit=office.engine.feed,
        on_dial=office.engine.dial_from_datev,
        on_drop=office.engine.drop_from_datev,
        now=now,
        local_zone=None,
    )


@contextlib.asynccontextmanager
async def _running(office: Office, datev_link: SimulatorLink) -> AsyncIterator[None]:
    """The connector runs; if it ends by itself, the soak ends with it."""
    playing = asyncio.current_task()
    assert playing is not None
    running = asyncio.get_running_loop().create_task(_run(office, datev_link))

    def running_ended(_: asyncio.Task[None]) -> None:
        playing.cancel()

    running.add_done_callback(running_ended)
    try:
        yield
    finally:
        if not running.done():
            running.remove_done_callback(running_ended)
            running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def _run(office: Office, datev_link: SimulatorLink) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(office.engine.run(office.pbx, datev_link))
        group.create_task(office.address_book.run())
        group.create_task(_tidy(office.store))


async def _tidy(store: Store) -> None:
    while True:
        store.tidy()
        await asyncio.sleep(TIDY_S)


def _all_calls(store: Store) -> list[Call]:
    """Every call of the store, newest first."""
    found: list[Call] = []
    while page := store.calls.list(200, before=found[-1] if found else None):
        found.extend(page)
    return found


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdecimal()).lstrip("0")
