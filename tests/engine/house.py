"""A whole connector without its PBX: real store, real link, a real DATEV stand-in on a socket.

The PBX is driven by the test: what the adapter would emit is fed, what it would be asked is kept.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from datev_connector.datev.link import LinkTimes, SimulatorLink
from datev_connector.domain import inputs
from datev_connector.domain.calls import Outcome, PbxState
from datev_connector.domain.contacts import Contact, ContactRef, Source, StoredNumber
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.record import Delivery
from datev_connector.domain.rules import CallRules
from datev_connector.domain.telephony import PlaceRefused
from datev_connector.engine import Engine, News
from datev_connector.simulators.datev import DatevConfig, DatevSimulator
from datev_connector.store.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from datev_connector.domain.calls import Call
    from datev_connector.domain.record import CallRecord, Method

PATIENCE_S = 20.0
KEY = bytes(range(32))
CLIENT = "0049721555111"
NOBODY = 9
"""A port of this machine on which no DATEV listens."""
PLAN = DialPlan(area_code="721")

_M = TypeVar("_M")


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class DrivenPbx:
    """Keeps what it is asked; answers as the test says."""

    placed: list[tuple[str, str]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    refuses: str = ""
    breaks: bool = False
    hangs: bool = False
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    looked_again: int = 0

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def place_call(self, number: str, pbx_call: str) -> str:
        self.placed.append((number, pbx_call))
        await self._fail()
        if self.refuses:
            raise PlaceRefused(self.refuses)
        return pbx_call

    async def hang_up(self, pbx_call: str) -> bool:
        self.ended.append(pbx_call)
        await self._fail()
        return not self.refuses

    async def outcome(self, call: Call) -> Outcome | None:
        await self._fail()
        return self.outcomes.get(call.pbx_call)

    async def _fail(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.breaks:
            msg = "nobody thought of this"
            raise LookupError(msg)

    def retry_now(self) -> None:
        pass

    def look_again(self) -> None:
        self.looked_again += 1


@dataclass
class DrivenDatev:
    """Takes one notification after the other, each when the test lets it; confirms them all."""

    asked: list[Method] = field(default_factory=list)
    runs: asyncio.Event = field(default_factory=asyncio.Event)
    has_one: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        self.runs.set()
        await asyncio.Event().wait()

    async def notify(self, method: Method, record: CallRecord) -> tuple[Delivery, int]:
        self.asked.append(method)
        self.has_one.set()
        await self.gate.wait()
        return Delivery.CONFIRMED, 0


class House:
    """One run of the engine."""

    engine: Engine

    patience_s = PATIENCE_S

    def __init__(self, pbx: DrivenPbx, store: Store) -> None:
        self.pbx = pbx
        self.store = store
        self.news: list[News] = []
        self.deaf = False
        self.replies: Callable[[object], None] = lambda _: None
        """What a listener does on hearing something."""
        self._arrived = asyncio.Condition()

    def hear(self, news: News) -> None:
        if self.deaf:
            msg = "nobody listens"
            raise LookupError(msg)
        self.news.append(news)
        self._woken = asyncio.get_running_loop().create_task(self._notify())
        self.replies(news.matter)

    async def _notify(self) -> None:
        async with self._arrived:
            self._arrived.notify_all()

    def of(self, kind: type[_M]) -> list[_M]:
        return [news.matter for news in self.news if isinstance(news.matter, kind)]

    async def wait_for(self, kind: type[_M], count: int = 1) -> _M:
        """Return the `count`th piece of news of a kind, once it is there."""
        async with asyncio.timeout(self.patience_s), self._arrived:
            await self._arrived.wait_for(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    async def wait_leg(self, leg: Leg, state: LegState) -> None:
        async with asyncio.timeout(self.patience_s), self._arrived:
            await self._arrived.wait_for(
                lambda: leg in self.engine.legs and self.engine.legs[leg].state is state
            )

    def pbx_up(self, *, up: bool = True) -> None:
        self.report(Leg.STARFACE, up=up)

    def report(self, leg: Leg, *, up: bool) -> None:
        report = LegReport(
            leg=leg,
            state=LegState.UP if up else LegState.DOWN,
            since=now(),
            reason="test",
        )
        self.engine.feed(inputs.LegChanged(at=now(), report=report))

    def sight(
        self,
        state: PbxState,
        pbx_call: str = "p1",
        *,
        caller_number: str = "",
        called_number: str = "",
        at: datetime | None = None,
    ) -> None:
        self.engine.feed(
            inputs.CallSighted(
                at=at or now(),
                pbx_call=pbx_call,
                state=state,
                caller_number=caller_number,
                called_number=called_number,
            )
        )

    def ring(self, pbx_call: str = "p1", number: str = CLIENT) -> None:
        self.sight(PbxState.RINGING, pbx_call, caller_number=number, called_number="10")


@contextlib.asynccontextmanager
async def house(
    folder: Path,
    datev_port: int,
    rules: CallRules | None = None,
    *,
    clock: Callable[[], datetime] = now,
    driven: DrivenDatev | None = None,
) -> AsyncIterator[House]:
    """Run a connector on the profile folder until the block is left.

    `driven` stands in where a real DATEV cannot be as slow as the test needs it.
    """
    with Store.open(folder / "store.db", KEY, now=now(), station="house") as store:
        station, run = store.begin_run()
        pbx = DrivenPbx()
        desk = CallDesk(
            rules=rules or CallRules(transfer_automatically=True),
            plan=PLAN,
            ids=IdSequence(station=station, run=run),
        )
        inhabited = House(pbx, store)
        engine = Engine(
            desk=desk,
            memory=store,
            index=store.contacts,
            plan=PLAN,
            now=clock,
            listener=inhabited.hear,
        )
        inhabited.engine = engine
        link = SimulatorLink(
            f"127.0.0.1:{datev_port}",
            emit=engine.feed,
            on_dial=engine.dial_from_datev,
            on_drop=engine.drop_from_datev,
            now=now,
            local_zone=None,
            times=LinkTimes(answer_s=2.0, retry_first_s=0.05, retry_longest_s=0.2),
        )
        running = asyncio.get_running_loop().create_task(engine.run(pbx, driven or link))
        try:
            yield inhabited
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


@contextlib.asynccontextmanager
async def datev() -> AsyncIterator[DatevSimulator]:
    """Run a DATEV stand-in; what it finds wrong fails the test."""
    async with DatevSimulator(DatevConfig(port=0)) as simulator:
        yield simulator
        assert [str(v) for v in simulator.violations] == []


def fill_contacts(folder: Path) -> None:
    """Put one client into the index of the profile."""
    with Store.open(folder / "store.db", KEY, now=now(), station="house") as store:
        client = Contact(
            ref=ContactRef(Source.DATEV, "c1"),
            name="Adler GmbH",
            numbers=(StoredNumber(number="0721 555111", standardised=CLIENT),),
        )
        with store.contacts.load(Source.DATEV, PLAN, now()) as load:
            load.add(client)


@contextlib.contextmanager
def full_disk(store: Store) -> Iterator[None]:
    """Let the database not grow any more."""
    database = store._database
    database.rows("VACUUM")  # pages that are free by now would hold a note
    pages = int(str(database.rows("PRAGMA page_count")[0][0]))
    database.rows(f"PRAGMA max_page_count = {pages}")
    yield
    database.rows("PRAGMA max_page_count = 1073741823")


async def both_up(inside: House) -> None:
    """Bring the PBX up, and wait for DATEV."""
    inside.pbx_up()
    await inside.wait_leg(Leg.DATEV, LegState.UP)
