"""A running connector and the module: what a person changes or wishes is followed at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from datev_connector.domain.legs import Leg, LegState
from datev_connector.simulators.datev import DatevSimulator
from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from datev_connector.starface.module.names import STANDARD
from tests.app.end_to_end.followed import (
    followed,
    swift,  # noqa: F401 - a fixture
)
from tests.starface.module.office import configured

OTHER = "TelefonieKanzlei"

pytestmark = pytest.mark.usefixtures("swift")


@pytest_asyncio.fixture
async def datev() -> AsyncIterator[DatevSimulator]:
    async with DatevSimulator() as simulator:
        yield simulator


async def test_another_name_of_the_configuration_counts_at_once(
    tmp_path: Path, datev: DatevSimulator
) -> None:
    async with (
        StarfaceSimulator(StarfaceConfig(modules=(configured(OTHER),))) as pbx,
        followed(tmp_path / "profile", pbx, datev) as running,
    ):
        await running.reason(Leg.MODULE, f'called "{STANDARD}"')
        mark = running.mark
        saved = await running.save(starface__module_name=OTHER)
        assert saved.flaws == ()
        report = await running.leg(Leg.MODULE, LegState.UP, after=mark)
        assert "The module answers" in report.reason


async def test_who_wishes_a_new_try_has_the_module_looked_at_as_well(
    tmp_path: Path, datev: DatevSimulator
) -> None:
    async with (
        StarfaceSimulator(StarfaceConfig(modules=(configured(active=False),))) as pbx,
        followed(tmp_path / "profile", pbx, datev) as running,
    ):
        await running.leg(Leg.MODULE, LegState.DEGRADED)
        pbx.modules.activate(STANDARD)
        mark = running.mark
        running.connector.retry_now()
        await running.leg(Leg.MODULE, LegState.UP, after=mark)
