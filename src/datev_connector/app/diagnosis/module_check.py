"""`module check`: the module alone, with what stands between it and this computer."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.output import print_json
from datev_connector.app.diagnosis.finding import Finding, Step
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.keeping import StoreProbes
from datev_connector.app.diagnosis.module import ModuleProbes
from datev_connector.app.diagnosis.network import NetworkProbes
from datev_connector.app.diagnosis.page import Page
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import LIMIT_S, run_probes
from datev_connector.app.diagnosis.program import ProgramProbes
from datev_connector.app.diagnosis.terminal import page_for
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.wording import worded
from datev_connector.starface.module.answers import ModuleInfo
from datev_connector.starface.module.edition import MODULE_VERSION
from datev_connector.starface.module.names import NearMiss

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.diagnosis.spoken_page import SpokenPage

NOT_ASKED = worded("Error: the module was not asked; `datev-connector diagnose` tells why.")
NEEDED = frozenset({Step.KEY, Step.OPEN})
"""Of the store: it knows the certificate of the PBX."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of asking the module."""

    name: str
    """That of the configuration, as set; empty: no module is wanted."""
    info: ModuleInfo | None
    """What it said about itself; None: it did not answer, or a running connector was asked."""
    near: tuple[NearMiss, ...]
    findings: tuple[Finding, ...]

    @property
    def is_well(self) -> bool:
        """Tell whether the module is there and fits, as far as one is wanted."""
        return any(each.state is LegState.UP for each in self._asked)

    @property
    def broken(self) -> Finding | None:
        """What keeps it from being there; None where nobody could tell."""
        down = [each for each in self.findings if each.state is LegState.DOWN]
        return next(iter(down or self._asked), None)

    @property
    def _asked(self) -> list[Finding]:
        return [each for each in self.findings if each.step is Step.MODULE]

    def as_json(self) -> dict[str, object]:
        """For other programs; names may be added, not changed."""
        info = self.info
        return {
            "name": self.name,
            "answers": bool(self.name) and (self.is_well or info is not None),
            "version": None if info is None else info.version,
            "known_version": MODULE_VERSION,
            "licence": None if info is None else bool(info.licence.strip()),
            "log_level": None if info is None else info.log_level.value,
            "near_misses": [{"name": near.name, "flaw": str(near.flaw)} for near in self.near],
            "findings": [finding.as_json() for finding in self.findings],
        }


def module_check_command(
    session: Session, *, as_json: bool, language: str | None = None, limit_s: float = LIMIT_S
) -> int:
    """Ask the module; the exit code is 1 unless it answers under its name, and fits.

    `language`: of the page, None: the usual one.
    """
    ground = Ground(
        profile=session.profile,
        loaded=session.loaded,
        environment=os.environ,
        now=session.now,
        limit_s=limit_s,
    )
    checked = asyncio.run(check_module(ground))
    for finding in checked.findings:
        _log.info("%s, %s is %s", finding.leg, finding.step, finding.state)
    page = Page(None) if as_json else page_for(session, language)
    if as_json:
        print_json(checked.as_json())
    else:
        _print(checked.findings, page)
    if checked.is_well:
        return 0
    broken = checked.broken
    click.echo(page.language.tell(NOT_ASKED) if broken is None else page.error(broken), err=True)
    return 1


async def check_module(ground: Ground) -> Checked:
    """Ask the module, and before it only what its answer hangs on."""
    notebook = Notebook()
    visit = PbxVisit(ground, notebook)
    module = ModuleProbes(ground, notebook, visit, alone=True)
    probes = (
        *ProgramProbes(ground, notebook).probes(),
        *(each for each in StoreProbes(ground, notebook).probes() if each.step in NEEDED),
        *NetworkProbes(ground, notebook).way(),
        *module.probes(),
    )
    try:
        findings = [finding async for finding in run_probes(probes)]
    finally:
        await visit.close()
    return Checked(
        name=module.name, info=notebook.module, near=module.near, findings=tuple(findings)
    )


def _print(findings: Iterable[Finding], page: Page | SpokenPage) -> None:
    """What is well is worth a line only of the module itself."""
    for finding in findings:
        if finding.leg is Leg.MODULE or finding.state is LegState.DOWN:
            click.echo("\n".join(page.lines(finding)))
