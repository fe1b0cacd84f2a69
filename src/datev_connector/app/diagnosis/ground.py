"""What diagnosis stands on, and what its probes hand from one to the next."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from datev_connector.app.capture.notes import CaptureNotes
from datev_connector.app.diagnosis.finding import Finding
from datev_connector.app.diagnosis.http_answer import HttpAnswer
from datev_connector.app.folders import Profile
from datev_connector.app.office import starface_options
from datev_connector.app.running.module_lines import Line
from datev_connector.app.running.standing import LastStanding
from datev_connector.app.secrets import Passwords
from datev_connector.app.settings import Loaded, Settings
from datev_connector.app.versions import Part, Proof, Version
from datev_connector.network.tls import Pin
from datev_connector.starface.https.client import HttpTimes
from datev_connector.starface.module.answers import ModuleInfo
from datev_connector.starface.options import StarfaceOptions
from datev_connector.store.contacts import SourceState

EVENTS_S = 2.0
"""Enough for a PBX that says something by itself; longer only if a person is there to call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Whom to examine."""

    profile: Profile
    loaded: Loaded
    environment: Mapping[str, str]
    now: Callable[[], datetime]
    """UTC."""
    limit_s: float
    """How long one probe may take."""
    events_s: float = EVENTS_S
    """How long to wait for an event of the PBX."""
    prompt: Callable[[str], None] = lambda _text: None
    """Asks a person to do something now."""
    capture: CaptureNotes | None = None
    """Where to note what PBX and DATEV really answer; None: nobody wants to know."""
    within_connector: bool = False
    """The connector itself asks: it holds the profile, and its own legs know of the sign-in."""
    held: Passwords = field(default_factory=Passwords, repr=False)
    """What the connector that asks signs in with; empty: no connector asks."""
    write_down: Callable[[tuple[Line, ...]], None] | None = None
    """Has the connector that asks report to the module in the PBX; None: no connector asks."""

    @property
    def settings(self) -> Settings:
        """The effective settings."""
        return self.loaded.settings

    @property
    def connector_log(self) -> Path:
        """Where the running connector writes down what its legs report."""
        return self.profile.logs_folder / "connector.log"

    @property
    def options(self) -> StarfaceOptions:
        """How the connector would reach the PBX, with waits that end before the probe does."""
        times = HttpTimes(connect_s=0.3 * self.limit_s, answer_s=0.5 * self.limit_s)
        return replace(starface_options(self.settings), times=times)


class KnownPins:
    """The pins as the store had them, and those that were seen for the first time since.

    Kept apart from the store, which is used in another thread.
    """

    def __init__(self) -> None:
        self._pins: dict[tuple[str, int], Pin] = {}

    def pin(self, host: str, port: int) -> Pin | None:
        """The pin of a server; None if it was never seen, or was forgotten on purpose."""
        return self._pins.get((host, port))

    def set_pin(self, host: str, port: int, pin: Pin) -> None:
        """Remember the pin of a server."""
        self._pins[host, port] = pin


@dataclass(slots=True, kw_only=True)
class Notebook:
    """What earlier probes learnt, for those that come after them."""

    password: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    """Empty where there is none, as at most PBXs."""
    connector: str = ""
    """Who runs the connector on this profile; empty: nobody."""
    standing: LastStanding | None = None
    """What the running connector wrote down; None: nothing, or none is running."""
    store_key: bytes = field(default=b"", repr=False)
    sources: tuple[SourceState, ...] = ()
    pins: KnownPins = field(default_factory=KnownPins)
    store_opened: bool = False
    licence_note: str | None = None
    """What the store remembers of licences; None: nothing."""
    context: ssl.SSLContext | None = None
    """Whom to trust as the PBX, once that is known; None also where nothing is encrypted."""
    certificate: bytes = b""
    """What the PBX showed at its port for HTTPS."""
    http: HttpAnswer | None = None
    """What came back over HTTPS."""
    https_answers: bool = False
    """Somebody answers over HTTPS who may be the PBX."""
    doubt: str = ""
    """Why no password may be shown: somebody may stand between. Empty: nothing speaks against."""
    no_xmpp: str = ""
    """Why UCI over XMPP cannot be used, a sentence; empty as long as nothing speaks against."""
    versions: dict[Part, Version] = field(default_factory=dict)
    """Which versions were found."""
    proven: set[Proof] = field(default_factory=set)
    """What was tried and works; it counts for more than a version."""
    module: ModuleInfo | None = None
    """What the module in the PBX said about itself; None: nothing."""
    found: list[Finding] = field(default_factory=list)
    """What people have been shown so far."""

    def found_version(self, part: Part, text: str) -> None:
        """Note the version of a part, if there is one in the text."""
        version = Version.read(text)
        if version is not None:
            self.versions[part] = version
