"""The versions of DATEV's master data, looked up in the examination once they were tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector import __version__
from datev_connector.app.diagnosis import Finding, Step
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.simulators.datev import rest_api
from tests.app.diagnosis.office import FaultyOffice

FINE = "Nothing is known that speaks against it."
OURS = f"this program {__version__}"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FaultyOffice:
    return FaultyOffice(tmp_path / "profile", monkeypatch)


def offered(*versions: str) -> list[dict[str, str]]:
    """What DATEVconnect has installed, with its master data in these versions."""
    others = [one for one in rest_api.DOMAINS if one["name"] != "master-data"]
    return others + [{"name": "master-data", "version": version} for version in versions]


async def of_datevconnect(office: FaultyOffice, *versions: str) -> Finding:
    office.monkeypatch.setattr(rest_api, "DOMAINS", offered(*versions))
    async with office.connect():
        return (await office.examine()).of(Step.VERSIONS)


@pytest.mark.parametrize("versions", [("v1",), ("v1", "v2"), ("v2", "v1")])
async def test_datevconnect_that_offers_what_is_asked_for(
    office: FaultyOffice, versions: tuple[str, ...]
) -> None:
    found = await of_datevconnect(office, *versions)
    assert (found.leg, found.state) == (Leg.CONTACTS_DATEV, LegState.UP)
    assert found.found == f"master data of DATEVconnect 1, {OURS}"
    assert found.meaning == FINE


async def test_datevconnect_of_another_generation(office: FaultyOffice) -> None:
    found = await of_datevconnect(office, "v2")
    assert (found.leg, found.state) == (Leg.CONTACTS_DATEV, LegState.DEGRADED)
    assert found.mender is Mender.DATEV_ADMIN
    assert "offers its master data in version 2; this program" in found.meaning
    assert found.remedy


@pytest.mark.parametrize(
    ("version", "words"),
    [("1.0.0.0", FINE), ("7.2", "newer than those that this program knows")],
)
async def test_the_master_data_service(office: FaultyOffice, version: str, words: str) -> None:
    office.reads_master_data(
        f"say(protocol=1, query='', assembly='a', version={version!r}, file_version='1')",
        "person(1)",
        "say(end=1)",
    )
    found = (await office.examine()).of(Step.VERSIONS)
    assert (found.leg, found.state) == (Leg.CONTACTS_DATEV, LegState.UP)
    assert found.found == f"DATEV's master data service {version}, {OURS}"
    assert words in found.meaning
