"""A whole connector without its PBX, with the real link to a DATEV in another process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from datev_connector.datev.com.link import ComLink
from datev_connector.datev.com.times import ComTimes
from datev_connector.domain.calls import PbxState
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.rules import CallRules
from datev_connector.engine import DatevTold, Engine
from datev_connector.store.store import Store
from tests.engine.house import CLIENT, KEY, PLAN, DrivenPbx, House, now

SWIFT = ComTimes(
    answer_s=3.0,
    look_s=2.0,
    read_s=2.0,
    away_s=0.1,
    there_s=0.3,
    busy_pauses_s=(0.05, 0.1),
    reject_s=0.5,
    recover_s=1.0,
)
"""Short enough that nobody waits, long enough that a busy machine is not taken for a broken one."""
UNTROUBLED = replace(SWIFT, answer_s=20.0, look_s=10.0, read_s=10.0)
"""For tests in which nothing hangs."""
PATIENCE_S = 60.0
"""As long as a process may take to start on a machine that is busy."""


class ComHouse(House):
    """One run of the engine on Windows."""

    patience_s = PATIENCE_S

    def answer(self, pbx_call: str = "p1", number: str = CLIENT) -> None:
        self.sight(PbxState.CONNECTED, pbx_call, caller_number=number, called_number="10")

    def end(self, pbx_call: str = "p1") -> None:
        self.sight(PbxState.HANGUP, pbx_call)

    async def a_call(self, pbx_call: str, number: str = CLIENT) -> None:
        """A call from ring to end, and DATEV told of all three."""
        told = len(self.of(DatevTold))
        self.ring(pbx_call, number)
        self.answer(pbx_call, number)
        self.end(pbx_call)
        await self.wait_for(DatevTold, told + 3)

    async def datev_is(self, state: LegState) -> None:
        await self.wait_leg(Leg.DATEV, state)

    async def up(self) -> None:
        self.pbx_up()
        await self.datev_is(LegState.UP)

    @property
    def reason(self) -> str:
        return self.engine.legs[Leg.DATEV].reason


@contextlib.asynccontextmanager
async def com_house(
    folder: Path, times: ComTimes = UNTROUBLED, rules: CallRules | None = None
) -> AsyncIterator[ComHouse]:
    """Run a connector on the profile folder until the block is left."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    with Store.open(folder / "store.db", KEY, now=now(), station="house") as store:
        station, run = store.begin_run()
        pbx = DrivenPbx()
        inhabited = ComHouse(pbx, store)
        engine = Engine(
            desk=CallDesk(
                rules=rules or CallRules(transfer_automatically=True),
                plan=PLAN,
                ids=IdSequence(station=station, run=run),
            ),
            memory=store,
            index=store.contacts,
            plan=PLAN,
            now=now,
            listener=inhabited.hear,
        )
        inhabited.engine = engine
        link = ComLink(
            emit=engine.feed,
            on_dial=engine.dial_from_datev,
            on_drop=engine.drop_from_datev,
            now=now,
            local_zone=None,
            times=times,
        )
        running = asyncio.get_running_loop().create_task(engine.run(pbx, link))
        try:
            yield inhabited
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
