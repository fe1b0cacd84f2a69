"""The refresh of the address book beside the calls: real PBX, real store, time in jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.running.address_refresh import EVERY_S, AddressRefresh, Reader, Refreshing
from datev_connector.domain.contacts import Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.simulators.starface import (
    FaultKind,
    PbxContact,
    StarfaceConfig,
    StarfaceSimulator,
    made_up_contacts,
)
from datev_connector.starface.address_book.book import AddressBook, read_address_book
from datev_connector.starface.sign_in.credentials import Credentials
from datev_connector.store.errors import Full
from datev_connector.store.store import Store
from tests.network.certificates import Pins
from tests.soak.clock import run_in_simulated_time
from tests.soak.computer import Computer
from tests.starface.pbx_run import options_for

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CONTACTS = "GET /rest/contacts"
PLAN = DialPlan(area_code="721")


class Beside:
    """A refresh that runs, and what it works with."""

    def __init__(
        self, pbx: StarfaceSimulator, store: Store, refresh: AddressRefresh, computer: Computer
    ) -> None:
        self.pbx = pbx
        self.store = store
        self.refresh = refresh
        self.computer = computer
        self.learned: list[frozenset[str]] = []
        self.said: list[Refreshing] = []

    @property
    def count(self) -> int:
        return sum(state.contacts for state in self.store.contacts.sources())

    @property
    def loaded_at(self) -> datetime:
        (state,) = self.store.contacts.sources()
        return state.loaded_at

    @property
    def readings(self) -> list[datetime]:
        """When somebody signed in to REST."""
        return [r.at for r in self.pbx.chronicle.requests if r.method == "POST /rest/login"]

    async def go_by(self, **duration: float) -> None:
        await asyncio.sleep(timedelta(**duration).total_seconds())


def live(
    folder: Path,
    story: Callable[[Beside], Coroutine[Any, Any, None]],
    *,
    password: str = "Pass123",
    read: Reader | None = None,
    **config: Any,
) -> None:
    async def main() -> None:
        computer = Computer(MONDAY)
        given: dict[str, Any] = {
            "contacts": made_up_contacts(120),
            "now": computer.true_time,
        } | config
        async with StarfaceSimulator(StarfaceConfig(**given)) as pbx:
            who = Credentials(options_for(pbx), password, pins=Pins(), now=computer.clock)
            with Store.open(folder / "store.db", bytes(32), now=MONDAY, station="t") as store:
                learned: list[frozenset[str]] = []
                said: list[Refreshing] = []
                refresh = AddressRefresh(
                    read or (lambda progress: read_address_book(who, progress=progress)),
                    store.contacts,
                    PLAN,
                    now=computer.clock,
                    jitter=lambda: 0.0,
                    learned=learned.append,
                    changed=lambda: said.append(refresh.state),
                )
                beside = Beside(pbx, store, refresh, computer)
                beside.learned, beside.said = learned, said
                task = asyncio.get_running_loop().create_task(refresh.run())
                try:
                    await story(beside)
                    assert not task.done()
                finally:
                    task.cancel()
                    await asyncio.wait({task})
                    await who.close()

    run_in_simulated_time(main)


def test_nothing_is_asked_before_the_pbx_is_there(tmp_path: Path) -> None:
    async def story(beside: Beside) -> None:
        await beside.go_by(days=1)
        assert not beside.pbx.chronicle.requests
        beside.refresh.pbx_is_there(True)
        await beside.go_by(seconds=1)
        assert not beside.pbx.chronicle.requests, "calls go first"
        beside.refresh.pbx_is_there(False)
        await beside.go_by(days=1)
        assert not beside.pbx.chronicle.requests
        beside.refresh.pbx_is_there(True)
        await beside.go_by(seconds=30)
        assert beside.count == 120

    live(tmp_path, story)


def test_the_book_is_read_again_every_few_hours(tmp_path: Path) -> None:
    async def story(beside: Beside) -> None:
        beside.refresh.pbx_is_there(True)
        await beside.go_by(minutes=1)
        assert beside.refresh.state == Refreshing()
        assert beside.learned == [frozenset({"23", "24"})]
        first = beside.loaded_at
        beside.pbx.address_book.replace(made_up_contacts(90))
        await beside.go_by(seconds=EVERY_S + 60)
        assert beside.count == 90
        assert beside.loaded_at - first >= timedelta(seconds=EVERY_S)
        assert len(beside.readings) == 2

    live(tmp_path, story)


@pytest.mark.parametrize("fault", [FaultKind.SERVER_ERROR, FaultKind.DROP, FaultKind.GARBAGE])
def test_what_fails_keeps_the_old_contacts_and_is_tried_again_with_growing_pauses(
    tmp_path: Path, fault: FaultKind
) -> None:
    async def story(beside: Beside) -> None:
        beside.refresh.pbx_is_there(True)
        await beside.go_by(minutes=1)
        begun = beside.loaded_at
        beside.pbx.address_book.replace(made_up_contacts(300))
        beside.pbx.faults.add(fault, method=CONTACTS, skip=1, times=None)
        planned = beside.pbx.faults.planned[0]
        await beside.go_by(seconds=EVERY_S + 60)
        assert beside.refresh.state.trouble is not None
        assert (beside.count, beside.loaded_at) == (120, begun)
        await beside.go_by(hours=12)
        tries = beside.readings[1:]
        pauses = [after - before for before, after in pairwise(tries)]
        assert pauses == sorted(pauses)
        assert timedelta(seconds=29) < pauses[0] < pauses[3] < pauses[-1] <= timedelta(hours=1)
        assert beside.count == 120
        beside.pbx.faults.remove(planned)
        await beside.go_by(hours=2)
        assert beside.count == 300
        assert beside.refresh.state == Refreshing()

    live(tmp_path, story)


def test_a_refused_sign_in_waits_for_hours(tmp_path: Path) -> None:
    async def story(beside: Beside) -> None:
        beside.refresh.pbx_is_there(True)
        await beside.go_by(days=3)
        trouble = beside.refresh.state.trouble
        assert trouble is not None
        assert "login or password" in trouble.reason
        attempts = beside.pbx.accounts.attempts("0123")
        assert 3 <= attempts.bad <= 6
        assert attempts.while_locked == 0
        pauses = [b - a for a, b in pairwise(beside.readings)]
        assert min(pauses) >= timedelta(hours=4)

    live(tmp_path, story, password="wrong", lock_after=3)


def test_an_empty_book_replaces_nothing(tmp_path: Path) -> None:
    async def story(beside: Beside) -> None:
        beside.refresh.pbx_is_there(True)
        await beside.go_by(minutes=1)
        beside.pbx.address_book.replace(())
        await beside.go_by(seconds=EVERY_S + 60)
        assert beside.refresh.state == Refreshing(empty=True)
        assert beside.count == 120

    live(tmp_path, story)


def test_entries_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    async def story(beside: Beside) -> None:
        beside.refresh.pbx_is_there(True)
        await beside.go_by(minutes=1)
        assert beside.refresh.state == Refreshing(left_out=1)
        assert beside.count == 1

    people = (PbxContact(id="1", family_name="Byron"), PbxContact(id="2", phone="0721 1"))
    live(tmp_path, story, contacts=people)


def test_progress_is_there_to_be_told(tmp_path: Path) -> None:
    async def story(beside: Beside) -> None:
        beside.refresh.pbx_is_there(True)
        beside.pbx.faults.add(FaultKind.SLOW, method=CONTACTS, skip=1, delay_s=2.0)
        await beside.go_by(seconds=4)
        assert beside.refresh.state == Refreshing(page=1, of=3)
        await beside.go_by(minutes=1)
        assert beside.said == [Refreshing(of=1), Refreshing()]

    live(tmp_path, story)


@pytest.mark.parametrize("wrong", [Full("The disk is full.", "Make room."), ZeroDivisionError()])
def test_a_fault_of_store_or_ours_is_told_and_the_task_goes_on(
    tmp_path: Path, wrong: Exception
) -> None:
    tried = 0

    async def read(progress: object) -> AddressBook:
        nonlocal tried
        tried += 1
        raise wrong

    async def story(beside: Beside) -> None:
        beside.refresh.pbx_is_there(True)
        await beside.go_by(days=2)
        assert tried > 1
        assert beside.refresh.state.trouble is not None

    live(tmp_path, story, read=read)


def test_ten_thousand_contacts_hold_nobody_up(tmp_path: Path) -> None:
    people = made_up_contacts(10_000)

    async def main() -> None:
        async with StarfaceSimulator(StarfaceConfig(contacts=people)) as pbx:
            who = Credentials(
                options_for(pbx), "Pass123", pins=Pins(), now=lambda: datetime.now(UTC)
            )
            book = await read_address_book(who)
            await who.close()
        with Store.open(tmp_path / "store.db", bytes(32), now=MONDAY, station="t") as store:
            turns = 0

            async def count_turns() -> None:
                nonlocal turns
                while True:
                    await asyncio.sleep(0)
                    turns += 1

            async def given(progress: object) -> AddressBook:
                return book

            refresh = AddressRefresh(
                given,
                store.contacts,
                PLAN,
                now=lambda: MONDAY,
                jitter=lambda: 0.0,
                learned=lambda _: None,
                changed=lambda: None,
            )
            counting = asyncio.get_running_loop().create_task(count_turns())
            await refresh.refresh()
            counting.cancel()
            (state,) = store.contacts.sources()
            assert (state.source, state.contacts) == (Source.STARFACE, 10_000)
            assert turns >= 10_000 / 12, "others have their turn all the time"

    asyncio.run(main())
