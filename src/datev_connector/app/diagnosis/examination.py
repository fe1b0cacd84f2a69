"""The whole examination: every probe there is, in the order in which one explains the next."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from datev_connector.app.diagnosis.call_windows import CallWindowProbes
from datev_connector.app.diagnosis.capturing import CaptureProbes
from datev_connector.app.diagnosis.clock import ClockProbes
from datev_connector.app.diagnosis.datev import DatevProbes
from datev_connector.app.diagnosis.events import EventProbes
from datev_connector.app.diagnosis.finding import Finding
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.hosted import addressed
from datev_connector.app.diagnosis.keeping import StoreProbes
from datev_connector.app.diagnosis.licence import LicenceProbes
from datev_connector.app.diagnosis.master_data import MasterDataProbes
from datev_connector.app.diagnosis.module import ModuleProbes
from datev_connector.app.diagnosis.network import NetworkProbes
from datev_connector.app.diagnosis.pbx import PbxProbes
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import Probe, run_probes
from datev_connector.app.diagnosis.program import ProgramProbes
from datev_connector.app.diagnosis.rights import RightsProbes
from datev_connector.app.diagnosis.versions import VersionProbes
from datev_connector.app.diagnosis.way import WayProbes
from datev_connector.app.diagnosis.xmpp_door import XmppDoorProbes
from datev_connector.app.diagnosis.xmpp_session import XmppSessionProbes
from datev_connector.app.diagnosis.xmpp_verdict import XmppVerdict


async def examine(ground: Ground) -> AsyncGenerator[Finding, None]:
    """Probe every leg that is configured and give each finding as soon as it is there.

    Use it with `contextlib.aclosing` if you may stop early: at the end it signs out again.
    """
    notebook = Notebook()
    visit = PbxVisit(ground, notebook)
    try:
        async for finding in run_probes(probes_of(ground, notebook, visit)):
            told = addressed(finding, ground.environment)
            notebook.found.append(told)
            yield told
    finally:
        await visit.close()


def probes_of(ground: Ground, notebook: Notebook, visit: PbxVisit) -> tuple[Probe, ...]:
    """All probes there are for this ground, in the order of asking."""
    module, versions = ModuleProbes(ground, notebook, visit), VersionProbes(ground, notebook)
    return (
        *versions.own(),
        *ProgramProbes(ground, notebook).probes(),
        *CallWindowProbes(ground).probes(),
        *StoreProbes(ground, notebook).probes(),
        *_starface(ground, notebook, visit, versions),
        *module.probes(),
        *LicenceProbes(ground, notebook).probes(),
        *DatevProbes(ground, notebook).probes(),
        *MasterDataProbes(ground, notebook).probes(),
        *versions.master_data(),
        *module.log(),
    )


def _starface(
    ground: Ground, notebook: Notebook, visit: PbxVisit, versions: VersionProbes
) -> tuple[Probe, ...]:
    """HTTPS first, then XMPP, then what both are for."""
    verdict = XmppVerdict(ground, notebook, visit)
    pbx, rights = PbxProbes(ground, notebook, visit), RightsProbes(ground, notebook, visit)
    return (
        *NetworkProbes(ground, notebook).way(),
        *pbx.door(),
        *XmppDoorProbes(ground, notebook, visit, verdict).probes(),
        *XmppSessionProbes(ground, notebook, visit, verdict).probes(),
        *pbx.inside(),
        *rights.probes(),
        *WayProbes(ground, notebook, visit).probes(),
        *EventProbes(ground, notebook, visit).probes(),
        *ClockProbes(ground, notebook, visit).probes(),
        *rights.book(),
        *versions.pbx(),
        *CaptureProbes(ground, notebook, visit).probes(),
    )
