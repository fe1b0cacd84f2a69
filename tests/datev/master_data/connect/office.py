"""A DATEV with DATEVconnect, and the client under test beside it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from datev_connector.datev.master_data.connect.adapter import DatevConnect
from datev_connector.datev.master_data.connect.options import ConnectOptions, ConnectTimes
from datev_connector.datev.master_data.freshness import Grade, Outcome, Progress
from datev_connector.datev.master_data.index import MasterDataIndex
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Trouble
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.simulators.datev import DatevConfig, DatevSimulator, Office, SignOn
from tests.datev.master_data.connect.held_in_memory import Index, Pins

USER, PASSWORD = "service", "geheim"
COUNT = 60
SHORT = ConnectTimes(connect_s=15.0, answer_s=1.5, list_silence_s=1.5, list_s=15.0)
"""For tests in which somebody is silent."""


class Scene:
    """An office with its DATEV; `index` holds what was read."""

    def __init__(self, datev: DatevSimulator) -> None:
        self.datev = datev
        self.index: MasterDataIndex = Index()
        self.pins = Pins()
        self.told: list[Progress] = []
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.options = ConnectOptions(url=datev.connect.https_url or "", user=USER)
        self.password = PASSWORD

    @property
    def kept(self) -> Index:
        assert isinstance(self.index, Index)
        return self.index

    @property
    def requests(self) -> int:
        return self.datev.connect.requests

    def set(self, **options: object) -> None:
        self.options = replace(self.options, **options)  # type: ignore[arg-type]

    def client(self) -> DatevConnect:
        return DatevConnect(self.options, self.password, pins=self.pins, now=self.now)

    async def refresh(self, grade: Grade) -> Outcome:
        self.told.clear()
        return await self.client().refresh(self.index, DialPlan(), grade, self.told.append)

    async def trouble(self, grade: Grade = Grade.ANEW) -> Trouble:
        with pytest.raises(MasterDataTrouble) as caught:
            await self.refresh(grade)
        return caught.value.trouble

    def addressee_ids(self) -> Sequence[str]:
        return [str(each["id"]) for each in self.datev.connect.data.addressees]


@contextlib.asynccontextmanager
async def office(
    count: int = COUNT, sign_on: SignOn | None = None, *, plain: bool = False
) -> AsyncIterator[Scene]:
    config = DatevConfig(
        https_port=0,
        http_port=0 if plain else None,
        user=USER,
        password=PASSWORD,
        office=Office(count=count),
        sign_on=sign_on or SignOn(),
    )
    async with DatevSimulator(config) as datev:
        yield Scene(datev)
