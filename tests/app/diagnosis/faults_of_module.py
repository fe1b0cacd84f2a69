"""Faults of the module in the PBX: its configuration has another name, or it is an old one."""

from __future__ import annotations

from datev_connector.app.diagnosis import Step
from datev_connector.domain.legs import Mender
from datev_connector.simulators.starface import StarfaceConfig
from datev_connector.simulators.starface.module import ModuleConfig
from datev_connector.starface.module.names import STANDARD
from tests.app.diagnosis.office import FaultyOffice
from tests.app.diagnosis.told import Examined, Fault, remarks
from tests.app.diagnosis_desk import Findings
from tests.app.later_program import program_is_later
from tests.starface.module.office import configured

PBX = Mender.PBX_ADMIN


def module_is(configuration: ModuleConfig) -> Fault:
    """This is the one configuration of a module."""

    async def fault(office: FaultyOffice) -> Findings:
        async with office.pbx(StarfaceConfig(modules=(configuration,))):
            return await office.examine()

    return fault


async def without_module(office: FaultyOffice) -> Findings:
    """The module was never uploaded."""
    async with office.pbx():
        return await office.examine()


async def older_than_the_program(office: FaultyOffice) -> Findings:
    """The program was updated, and the module in the PBX was not."""
    program_is_later(office.monkeypatch)
    async with office.pbx(StarfaceConfig(modules=(configured(),))):
        return await office.examine()


NAMED_OTHERWISE = Examined(
    module_is(configured("DATEV Connector for STARFACE")),
    (
        remarks(
            Step.MODULE,
            PBX,
            '"DATEV Connector for STARFACE" (with blanks inside)',
            "„DATEV Connector for STARFACE“ (mit Leerzeichen darin)",
        ),
        remarks(Step.MODULE, PBX, f'to exactly "{STANDARD}"', f"genau „{STANDARD}“"),
    ),
)
NAMED_WITH_A_BLANK = Examined(
    module_is(configured(f"{STANDARD} ")),
    (
        remarks(
            Step.MODULE,
            PBX,
            f'"{STANDARD} " (with a blank at its end)',
            f"„{STANDARD} “ (mit einem Leerzeichen am Ende)",
        ),
    ),
)
NOT_THERE = Examined(
    without_module,
    (
        remarks(
            Step.MODULE,
            PBX,
            f'no active configuration of the module that is called "{STANDARD}"',
            f"keine aktive Konfiguration des Moduls mit dem Namen „{STANDARD}“",
        ),
    ),
)
NOT_ACTIVE = Examined(
    module_is(configured(active=False)),
    (remarks(Step.MODULE, PBX, ", and activate it.", " anlegen und sie aktivieren."),),
)
OLDER_THAN_THE_PROGRAM = Examined(
    older_than_the_program,
    (
        remarks(
            Step.MODULE,
            PBX,
            "The module in the PBX is older than this program",
            "Das Modul in der Telefonanlage ist älter als dieses Programm",
        ),
    ),
)
