"""The whole examination: every probe there is, in the order in which one explains the next."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from datev_connector.app.diagnosis.datev import DatevProbes
from datev_connector.app.diagnosis.finding import Finding
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.keeping import StoreProbes
from datev_connector.app.diagnosis.network import NetworkProbes
from datev_connector.app.diagnosis.pbx import PbxProbes
from datev_connector.app.diagnosis.probing import run_probes
from datev_connector.app.diagnosis.program import ProgramProbes


async def examine(ground: Ground) -> AsyncGenerator[Finding, None]:
    """Probe every leg that is configured and give each finding as soon as it is there.

    Use it with `contextlib.aclosing` if you may stop early: at the end it signs out again.
    """
    notebook = Notebook()
    network, pbx = NetworkProbes(ground, notebook), PbxProbes(ground, notebook)
    probes = (
        *ProgramProbes(ground, notebook).probes(),
        *StoreProbes(ground, notebook).probes(),
        *network.way(),
        *pbx.probes(),
        *network.surroundings(),
        *DatevProbes(ground, notebook).probes(),
    )
    try:
        async for finding in run_probes(probes):
            yield finding
    finally:
        await pbx.close()
