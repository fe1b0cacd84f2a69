"""What a bundle is made of, as it is gathered from the running program: frozen, and unmasked."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from datev_connector import __version__
from datev_connector.app.diagnosis.finding import Finding
from datev_connector.app.folders import Profile
from datev_connector.app.running.standing import last_standing
from datev_connector.app.settings import Loaded
from datev_connector.app.settings.original.report import Report, kept_report
from datev_connector.app.support_bundle.known_personal import Personal
from datev_connector.app.support_bundle.personal_fields import Content
from datev_connector.app.support_bundle.recorded_inputs import values_of
from datev_connector.app.support_bundle.stand_ins import collected
from datev_connector.domain.calls import Call
from datev_connector.domain.legs import LegReport
from datev_connector.engine import Engine
from datev_connector.engine.recording import Recording
from datev_connector.store.call_search import CallFilter
from datev_connector.store.store import Store

LATEST = 500
"""Calls whose names and numbers are looked for in the logs."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How much the store holds; no more than that."""

    calls: dict[str, int]
    """By filter."""
    open_entries: int
    contacts: dict[str, int]
    """By source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All of it."""

    at: datetime
    """UTC."""
    program: str
    """The version."""
    loaded: Loaded
    legs: tuple[LegReport, ...]
    findings: tuple[Finding, ...]
    """Of the last examination; empty if there was none."""
    recording: Recording
    figures: Figures
    latest: tuple[Call, ...] = field(repr=False)
    logs_folder: Path
    secrets: frozenset[str] = field(repr=False)
    taken_over: Report | None = None
    """What came from the connector that was here before."""
    pbx_version: str = ""
    """As the PBX tells it; empty: it has not."""

    @property
    def personal(self) -> Personal:
        """Everything in it that is known to be somebody's."""
        texts = collected([*self.latest, *values_of(self.recording)])
        starface, datev = self.loaded.settings.starface, self.loaded.settings.datev
        hosts = {
            starface.host,
            starface.xmpp_domain,
            starface.callback_host,
            starface.xmpp_endpoint,
            urlsplit(datev.connect_url).hostname or "",
            socket.gethostname(),
        }
        users = {starface.login, datev.connect_user, _user(), str(Path.home()), Path.home().name}
        files = {datev.sdd_reader, datev.sdd_assemblies, self.loaded.settings.general.licence_file}
        if self.taken_over is not None and not self.taken_over.file.startswith("%"):
            files.add(self.taken_over.file)
        return Personal(
            secrets=self.secrets,
            hosts=frozenset(hosts - _HERE),
            users=frozenset(users | files),
            names=frozenset(texts[Content.NAME]),
            numbers=frozenset(texts[Content.NUMBER] | texts[Content.DIGITS]),
            notes=frozenset(texts[Content.NOTE]),
            ids=frozenset(one for one in texts[Content.CONTACT_ID] if len(one) > 5),
        )


def gathering(
    store: Store,
    engine: Engine,
    *,
    profile: Profile,
    loaded: Loaded,
    findings: tuple[Finding, ...],
    now: Callable[[], datetime],
) -> Callable[[frozenset[str]], Gathered]:
    """Take what only the thread of engine and store may.

    What is returned makes the rest of it of all secrets that are in use, on any thread: to fetch
    them may take its time, and so does what it reads.
    """
    figures, latest = figures_of(store), latest_calls(store)
    standing = last_standing(profile)
    recording, legs = engine.recorder.recording(), tuple(engine.legs.values())

    def gathered(secrets: frozenset[str]) -> Gathered:
        return Gathered(
            at=now(),
            program=__version__,
            loaded=loaded,
            legs=legs,
            findings=findings,
            recording=recording,
            figures=figures,
            latest=latest,
            logs_folder=profile.logs_folder,
            secrets=secrets,
            taken_over=kept_report(profile),
            pbx_version="" if standing is None else standing.pbx_version,
        )

    return gathered


def figures_of(store: Store) -> Figures:
    """Count what the store holds; on the thread of the store."""
    return Figures(
        calls={only.value: store.calls.count(only=only) for only in CallFilter},
        open_entries=len(store.open_entries()),
        contacts={one.source.value: one.contacts for one in store.contacts.sources()},
    )


def latest_calls(store: Store) -> tuple[Call, ...]:
    """Return the latest calls; on the thread of the store."""
    return store.calls.list(LATEST)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a service account may have no name
        return ""
