from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from tests.simulators.starface.client import Client, Receiver


@pytest.fixture
async def starface() -> AsyncIterator[StarfaceSimulator]:
    async with StarfaceSimulator(StarfaceConfig()) as simulator:
        yield simulator


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


@pytest.fixture
async def anna(starface: StarfaceSimulator, receiver: Receiver) -> Client:
    return await Client(simulator=starface, receiver=receiver).sign_in()
