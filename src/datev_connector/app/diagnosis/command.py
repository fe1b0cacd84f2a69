"""`diagnose`: prints each finding as it comes, or all of them as JSON."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import aclosing
from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.output import print_json
from datev_connector.app.diagnosis.examination import examine
from datev_connector.app.diagnosis.finding import Finding, Step, sentence
from datev_connector.app.diagnosis.ground import Ground
from datev_connector.app.diagnosis.probing import LIMIT_S
from datev_connector.domain.legs import Leg, LegState, Mender

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session

_log = logging.getLogger(__name__)

WHO = {
    Mender.NOBODY: "nobody needs to",
    Mender.USER: "you",
    Mender.PBX_ADMIN: "the administrator of the PBX",
    Mender.DATEV_ADMIN: "the administrator of DATEV",
    Mender.NETWORK_ADMIN: "the administrator of the network",
    Mender.WINDOWS_ADMIN: "the administrator of this computer",
    Mender.VENDOR: "the vendor of this program",
}
LEG_WIDTH = max(map(len, Leg))
STEP_WIDTH = max(map(len, Step))
STATE_WIDTH = max(map(len, LegState))
INDENT = " " * (LEG_WIDTH + STEP_WIDTH + 4)


def diagnose_command(session: Session, *, as_json: bool) -> int:
    """Probe every leg of the session's profile; the exit code is 1 if anything is down."""
    ground = Ground(
        profile=session.profile,
        loaded=session.loaded,
        environment=os.environ,
        now=session.now,
        limit_s=LIMIT_S,
    )
    findings = asyncio.run(_examined(ground, aloud=not as_json))
    if as_json:
        print_json([finding.as_json() for finding in findings])
    broken = [finding for finding in findings if finding.state is LegState.DOWN]
    for line in in_short(broken, with_remedies=as_json):
        click.echo(line, err=True)
    return 1 if broken else 0


def in_short(broken: list[Finding], *, with_remedies: bool) -> list[str]:
    """What is broken, a line each; without remedies where each finding names its own."""
    if not broken:
        return []
    what_to_do = "" if with_remedies else "; what to do stands with each finding"
    lines = [f"Error: not everything works{what_to_do}:"]
    for finding in broken:
        why = sentence(finding.meaning or finding.found)
        remedy = finding.remedy if with_remedies else ""
        lines.append(f"  {finding.leg}, {finding.step}: {why} {remedy}".rstrip())
    return lines


async def _examined(ground: Ground, *, aloud: bool) -> list[Finding]:
    findings = []
    async with aclosing(examine(ground)) as examination:
        async for finding in examination:
            findings.append(finding)
            _log.info("%s, %s is %s", finding.leg, finding.step, finding.state)
            if aloud:
                click.echo("\n".join(in_lines(finding)))
    return findings


def in_lines(finding: Finding) -> list[str]:
    """A finding for people: one line if all is well, otherwise all that is known."""
    head = (
        f"{finding.leg:<{LEG_WIDTH}}  {finding.step:<{STEP_WIDTH}}  "
        f"{finding.state:<{STATE_WIDTH}}  {finding.duration_s:5.1f} s  "
    )
    if finding.state is LegState.UP:
        said = f"{finding.found.removesuffix('.')}. {finding.meaning}"
        return [head + (said if finding.meaning else finding.found)]
    lines = [head + (finding.meaning or finding.found), f"{INDENT}tried:      {finding.tried}"]
    if finding.meaning:
        lines.append(f"{INDENT}came back:  {finding.found}")
    if finding.remedy and finding.mender is not Mender.NOBODY:
        lines.append(f"{INDENT}mended by:  {WHO[finding.mender]}")
    if finding.remedy:
        lines.append(f"{INDENT}what to do: {finding.remedy}")
    return lines
