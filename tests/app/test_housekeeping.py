"""What is done now and then beside the calls, with a real store and real files, time in jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.folders import Profile
from datev_connector.app.requests_by_file import Request
from datev_connector.app.running.housekeeping import EVERY_S, Housekeeping
from datev_connector.domain.contacts import Contact, ContactRef, Source, StoredNumber
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.store.store import Store
from tests.soak.clock import run_in_simulated_time

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
KARLSRUHE, BERLIN = DialPlan(area_code="721"), DialPlan(area_code="30")


class House:
    """A profile, and what was done in it."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.profile = Profile(
            root=folder,
            settings_file=folder / "settings.toml",
            machine_settings_file=folder / "machine.toml",
            logs_folder=folder / "logs",
        )
        self.store = store
        self.plan = KARLSRUHE
        self.done: list[Request] = []
        self.looks = 0
        self.keeping = Housekeeping(
            self.profile,
            store,
            plan=lambda: self.plan,
            look=self._look,
            errands={request: partial(self.done.append, request) for request in Request},
        )

    def _look(self) -> None:
        self.looks += 1

    async def rounds(self, count: int = 1) -> None:
        await asyncio.sleep(EVERY_S * count + 0.5)


def live(folder: Path, story: Callable[[House], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        with Store.open(folder / "store.db", bytes(32), now=NOW, station="here") as store:
            house = House(folder, store)
            task = asyncio.get_running_loop().create_task(house.keeping.run())
            try:
                await story(house)
                assert not task.done()
            finally:
                task.cancel()
                await asyncio.wait({task})

    run_in_simulated_time(main)


@pytest.mark.parametrize("request_", Request)
def test_what_is_asked_by_a_file_is_done_once(tmp_path: Path, request_: Request) -> None:
    async def story(house: House) -> None:
        await house.rounds(2)
        assert house.done == []
        request_.ask(house.profile)
        await house.rounds(3)
        assert house.done == [request_]

    live(tmp_path, story)


def test_a_request_that_cannot_be_removed_keeps_nothing_else_from_being_done(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stuck, other = Request

    async def story(house: House) -> None:
        (tmp_path / stuck.value).mkdir()
        await house.rounds()
        other.ask(house.profile)
        looks = house.looks
        await house.rounds(5)
        assert house.done == [other]
        assert house.looks > looks
        told = [record for record in caplog.records if stuck.value in record.getMessage()]
        assert len(told) == 1, "once is enough"
        (tmp_path / stuck.value).rmdir()
        stuck.ask(house.profile)
        await house.rounds()
        assert house.done == [other, stuck]

    live(tmp_path, story)


def test_another_dial_plan_is_followed_at_once(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        contacts = house.store.contacts
        with contacts.load(Source.DATEV, KARLSRUHE, NOW) as load:
            load.add(
                Contact(
                    ref=ContactRef(Source.DATEV, "ada"),
                    name="Ada Byron",
                    numbers=(StoredNumber(number="12345"),),
                )
            )
        await house.rounds()
        house.plan = BERLIN
        assert contacts.outdated(BERLIN)
        house.keeping.at_once()
        await asyncio.sleep(0.5)
        assert not contacts.outdated(BERLIN)

    live(tmp_path, story)
