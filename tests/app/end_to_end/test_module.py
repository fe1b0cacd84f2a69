"""The running connector and the module in the PBX; calls go on whatever becomes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.domain.legs import Mender
from datev_connector.simulators.starface import BadLogin, FaultKind, StarfaceConfig
from datev_connector.starface.module.edition import MODULE_VERSION
from datev_connector.starface.module.names import STANDARD
from tests.app.end_to_end.connector import BESIDE_SOON, SWIFT, running
from tests.app.end_to_end.office import ADA, USER, Office, simulated
from tests.starface.module.office import configured

PBX = StarfaceConfig(modules=(configured(),))


def texts(office: Office) -> list[str]:
    """What stands in the module's log, without who and when."""
    log = office.starface.modules[STANDARD].log
    return [entry.text.split(" ", 3)[3] for entry in log]


async def test_the_module_is_found_and_its_log_tells_what_the_connector_sees(
    tmp_path: Path,
) -> None:
    async with (
        simulated(tmp_path / "profile", pbx=PBX) as office,
        office.run(program=SWIFT, SWIFT=BESIDE_SOON) as connector,
    ):
        leg = await connector.event("leg", leg="module")
        assert (leg["state"], leg["mender"]) == ("up", Mender.NOBODY)
        assert leg["reason"] == f"The module answers, version {MODULE_VERSION}."
        await office.datev.go_away()
        await office.wait_until(
            lambda: any(text.startswith("datev is down: ") for text in texts(office)),
            timeout_s=60,
            what="a line in the log of the module",
        )
        call = await office.rings(ADA)
        await call.over()
        everything = "\n".join(texts(office))
        assert ADA not in everything
        assert "Pass123" not in everything
        assert connector.odd_lines == []


async def test_a_pbx_without_the_module_is_told_of_and_serves_all_calls(tmp_path: Path) -> None:
    async with (
        simulated(tmp_path / "profile") as office,
        office.run(program=SWIFT, SWIFT=BESIDE_SOON) as connector,
    ):
        leg = await connector.event("leg", leg="module")
        assert (leg["state"], leg["mender"]) == ("degraded", Mender.PBX_ADMIN)
        assert f'exactly "{STANDARD}"' in leg["remedy"]
        call = await office.rings(ADA)
        await call.over()
        assert connector.told("leg", leg="starface")[-1]["state"] != "down"
        office.sound()


@pytest.mark.parametrize(
    "fault",
    [FaultKind.WRONG_TYPES, FaultKind.GARBAGE, FaultKind.HTML, FaultKind.DROP, FaultKind.OVERSIZE],
)
async def test_a_module_that_answers_anything_disturbs_no_call(
    tmp_path: Path, fault: FaultKind
) -> None:
    async with simulated(tmp_path / "profile", pbx=PBX) as office:
        office.starface.faults.add(fault, method="*.getInfo", times=None)
        async with office.run(program=SWIFT, SWIFT=BESIDE_SOON) as connector:
            leg = await connector.event("leg", leg="module")
            assert leg["state"] == "degraded"
            call = await office.rings(ADA)
            await call.over()
            assert connector.told("leg", leg="starface")[-1]["state"] != "down"
            office.sound()


async def test_a_wrong_password_is_never_shown_to_the_module(tmp_path: Path) -> None:
    config = StarfaceConfig(modules=(configured(),), bad_login=BadLogin.HTML, lock_after=3)
    async with (
        simulated(tmp_path / "profile", pbx=config) as office,
        running(office.profile, password="wrong", program=SWIFT, SWIFT=BESIDE_SOON) as connector,
    ):
        await connector.event("leg", leg="starface", state="down", mender=Mender.USER)
        assert office.starface.accounts.attempts(USER).bad == 1
        asked = [record.method for record in office.starface.chronicle.requests]
        assert not any(method.endswith(".getInfo") for method in asked)
        assert connector.told("leg", leg="module") == []
