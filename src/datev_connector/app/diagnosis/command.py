"""`diagnose`: prints each finding as it comes, or all of them as JSON."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from datev_connector import __version__
from datev_connector.app.capture.notes import CaptureNotes
from datev_connector.app.capture.writing import write_capture
from datev_connector.app.commands.output import print_json
from datev_connector.app.diagnosis.examination import examine
from datev_connector.app.diagnosis.finding import Finding
from datev_connector.app.diagnosis.ground import EVENTS_S, Ground
from datev_connector.app.diagnosis.page import Page, in_short
from datev_connector.app.diagnosis.probing import LIMIT_S
from datev_connector.app.diagnosis.terminal import page_for, speaking
from datev_connector.desktop.diagnosis.letters import is_to_be_mended, letter, told
from datev_connector.desktop.ports import Finding as ShownFinding
from datev_connector.domain.legs import Mender
from datev_connector.domain.wording import worded
from datev_connector.texts.language import Language, Tongue
from datev_connector.texts.wanted import system_locale, wanted_tongue

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.diagnosis.spoken_page import SpokenPage

NOTHING_TO_MEND = worded("There is nothing for them to mend.")

_log = logging.getLogger(__name__)


def diagnose_command(
    session: Session,
    *,
    as_json: bool,
    events_s: float | None = None,
    capture: Path | None = None,
    mender: Mender | None = None,
    language: str | None = None,
) -> int:
    """Probe every leg of the session's profile; the exit code is 1 if anything is down.

    `events_s`: how long to wait for an event, with a person who calls meanwhile; with `capture`
    all events of that time are noted, and what else was answered, in a file. `mender`: print only
    what this person has to mend, in a text to be sent. `language`: of what is
    printed for people, None: the usual one.
    """
    notes = None if capture is None else CaptureNotes(clock=time.monotonic)
    ground = Ground(
        profile=session.profile,
        loaded=session.loaded,
        environment=os.environ,
        now=session.now,
        limit_s=LIMIT_S,
        events_s=EVENTS_S if events_s is None else events_s,
        prompt=partial(_prompt, speaking(session, language)),
        capture=notes,
    )
    page = None if as_json else page_for(session, language)
    findings = asyncio.run(_examined(ground, page if mender is None else None))
    if notes is not None and capture is not None:
        write_capture(capture, notes, [one.as_json() for one in findings], session)
        click.echo(f"What was answered stands in {capture}.", err=True)
    if mender is not None:
        click.echo(_letter(mender, findings, session, language))
    elif page is None:
        print_json([finding.as_json() | {"text": _text(finding)} for finding in findings])
    else:
        click.echo("\n".join(page.last(findings)))
    errors = _errors(findings, page, are_shown=mender is None)
    for line in errors:
        click.echo(line, err=True)
    return 1 if errors else 0


def _errors(
    findings: list[Finding], page: Page | SpokenPage | None, *, are_shown: bool
) -> list[str]:
    """What is broken; `are_shown`: what to do stands with each finding on the page."""
    if page is None or (not are_shown and isinstance(page, Page)):
        return in_short(findings, with_remedies=True)
    return page.errors(findings)


def _letter(mender: Mender, findings: list[Finding], session: Session, language: str | None) -> str:
    """The text of the windows, in their language."""
    setting = language or session.loaded.settings.general.language
    speaking = Language.of(wanted_tongue(setting, system_locale()))
    text = letter(mender, [_shown(one) for one in findings], speaking, __version__)
    return text or speaking.tell(NOTHING_TO_MEND)


def _text(finding: Finding) -> str:
    """What to send to whoever mends it, in English as all for programs; empty: nothing."""
    shown = _shown(finding)
    return told(shown, Language.of(Tongue.ENGLISH)) if is_to_be_mended(shown) else ""


async def _examined(ground: Ground, page: Page | SpokenPage | None) -> list[Finding]:
    findings = []
    async with aclosing(examine(ground)) as examination:
        async for finding in examination:
            findings.append(finding)
            _log.info("%s, %s is %s", finding.leg, finding.step, finding.state)
            if page is not None:
                click.echo("\n".join(page.lines(finding)))
    return findings


def _prompt(language: Language, text: str) -> None:
    """Say to the person at the terminal what to do now; not into what programs read."""
    click.echo(click.style(f">>> {language.tell(text)}", bold=True), err=True)


def _shown(finding: Finding) -> ShownFinding:
    """The finding as windows have it."""
    from datev_connector.app.windows.shown_finding import for_windows  # it names our own steps

    return for_windows(finding)
