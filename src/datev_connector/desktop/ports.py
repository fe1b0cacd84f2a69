"""What windows ask of the program. The application fulfils it, on a thread of its own.

Whatever takes time answers with a `Future`; `asking.when_done` brings the answer back to the thread
of Qt. A future fails with `Refused` where a person can be told why; everything else is a fault of
ours. What a person does with a call is taken at once and answered by news.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from datev_connector.desktop.held_licence import HeldLicence
from datev_connector.desktop.taken_over import TakenOver
from datev_connector.domain.calls import Call, Person
from datev_connector.domain.contacts import Contact
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender


class Refused(Exception):
    """Something could not be done; says what is wrong, and what a person can do."""

    def __init__(self, what: str, remedy: str = "") -> None:
        """Both may be `Worded`."""
        super().__init__(what)
        self.what = what
        self.remedy = remedy


# --- calls ----------------------------------------------------------------------------------------


class Calls(Protocol):
    """What a person does with calls, of whatever age. Answers come as news."""

    def note(self, call: str, text: str) -> None:
        """The note of the call is now `text`; `NoteKept` tells when it is safe."""

    def transfer(self, call: str) -> None:
        """The DATEV button."""

    def choose(self, call: str, person: Person | None, *, remember: bool) -> None:
        """It is this person; None: nobody of those offered."""

    def dial(self, number: str) -> None:
        """Dial a number; `DialReported` tells what became of it."""

    def hang_up(self, call: str) -> None:
        """End the call."""

    def open(self, call: str) -> None:
        """Show the window of a call again."""

    def close(self, call: str) -> None:
        """The person closed the window of a call."""


# --- people ---------------------------------------------------------------------------------------


class People(Protocol):
    """The contact index."""

    def search(self, text: str, limit: int) -> Future[tuple[Contact, ...]]:
        """Return contacts by name, client number or part of a number, best first."""

    def last_used(self, people: Sequence[Person]) -> Future[tuple[datetime | None, ...]]:
        """Return when a call was last given to each of these (UTC); None: never."""


# --- journal --------------------------------------------------------------------------------------


class Only(StrEnum):
    """Which calls the journal shows."""

    ALL = "all"
    MISSED = "missed"
    DRAFT = "draft"
    NOT_IN_DATEV = "not-in-datev"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What waits for the person."""

    drafts: int
    """Notes that were not handed over."""
    waiting: int
    """Transfers that DATEV has not confirmed."""


class Journal(Protocol):
    """All calls that are kept, newest first."""

    def page(
        self, *, text: str, only: Only, after: Call | None, limit: int, skip: int = 0
    ) -> Future[tuple[Call, ...]]:
        """Return the next calls after one, or the newest; `text` is what was typed, or empty.

        `skip`: how many more to pass over.
        """

    def total(self, *, text: str, only: Only) -> Future[int]:
        """Return how many calls there are of these."""

    def counts(self) -> Future[Counts]:
        """Return what waits."""

    def call(self, call: str) -> Future[Call | None]:
        """Return one call as it is kept now; None: it is there no longer."""


# --- dialling -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DialPreview:
    """What would happen with what was typed as a number."""

    dialled: str
    """The digits that the PBX would get; empty: nothing can be dialled."""
    shown: str
    """The number in national form."""
    refused: str = ""
    """Why it cannot be dialled; may be `Worded`."""
    names: tuple[str, ...] = ()
    """Who has this number, best first."""


class Dialling(Protocol):
    """What the dialler asks before it dials."""

    def preview(self, text: str) -> Future[DialPreview]:
        """Read what was typed as a number."""


# --- settings -------------------------------------------------------------------------------------


class FieldKind(StrEnum):
    """How a setting is entered."""

    TEXT = "text"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    SECRET = "secret"  # noqa: S105 - a name
    """Never shown; an empty entry leaves what is there, False removes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting as the form knows it."""

    name: str
    """`section.key`; `secret.<kind>` for a secret."""
    kind: FieldKind
    value: str | int | bool
    """Of a secret: whether there is one."""
    default: str | int | bool = ""
    choices: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int = 0
    locked: bool = False
    """A policy fixed it."""
    origin: str = ""
    """Where the value comes from, for people; empty if that is the person's own file, or built in.

    May be `Worded`.
    """
    restart: bool = False
    """A change counts from the next start on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """All settings."""

    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        """Return a field. Raises KeyError."""
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong with an entry."""

    name: str
    """The field, or empty."""
    text: str
    """What is wrong and what is allowed; may be `Worded`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of changed settings."""

    form: Form
    flaws: tuple[Flaw, ...] = ()
    """Not empty: nothing was saved."""
    remarks: tuple[str, ...] = ()
    """What a person should know, such as what counts from the next start on; may be `Worded`."""


class Settings(Protocol):
    """The settings of the profile."""

    def form(self) -> Form:
        """Return all settings as they are now."""

    def taken_over(self) -> TakenOver | None:
        """Return what came from the connector that was here before; None: nothing."""

    def save(self, changes: dict[str, str | int | bool]) -> Future[Saved]:
        """Check all, keep all or nothing, and have the running connector follow."""


# --- diagnosis ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one step of the diagnosis found out; texts may be `Worded`."""

    leg: Leg | None
    """None: it concerns the program itself."""
    step: str
    state: LegState
    left_out: bool = False
    """It was not tried: `meaning` says why."""
    tried: str
    found: str
    meaning: str
    mender: Mender
    remedy: str
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCertificate:
    """The certificate that a server shows, and the one by which it is known."""

    leg: Leg
    host: str
    port: int
    fingerprint: str
    """SHA-256 of the one that is shown."""
    described: str
    """Whose it is, who issued it, until when it is valid, its fingerprint; may be `Worded`."""
    known: str
    """The same of the known one; empty: none is known."""
    known_since: datetime | None
    """UTC."""
    is_known: bool
    """The server shows the one by which it is known."""


class Examination(Protocol):
    """A running diagnosis."""

    def stop(self) -> None:
        """Break it off."""


class Diagnosis(Protocol):
    """How the program is doing."""

    def legs(self) -> tuple[LegReport, ...]:
        """Return the last report of every leg."""

    def examine(
        self,
        found: Callable[[Finding], None],
        *,
        events_s: float = 0.0,
        call_now: Callable[[], None] | None = None,
    ) -> tuple[Examination, Future[None]]:
        """Probe one leg after another; `found` is called on a thread of the program.

        `events_s`: how long to wait for a call that the person makes when `call_now` is called, on
        that thread as well.
        """

    def certificate_changed(self, report: LegReport) -> bool:
        """Tell whether a leg is down because its server shows another certificate."""

    def shown_certificate(self, leg: Leg) -> Future[ShownCertificate]:
        """Ask the server of a leg for its certificate; nothing secret is sent."""

    def trust(self, shown: ShownCertificate) -> Future[None]:
        """Know the server by this certificate from now on, and make the connection anew."""

    def write_bundle(self, file: Path) -> Future[Path]:
        """Write what helps the vendor, masked, into one file."""


# --- the program ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the help page says."""

    version: str
    profile: Path
    settings_file: Path
    logs_folder: Path
    components: tuple[tuple[str, str], ...] = field(default=())
    """Names and versions of what the program is made of."""
    licence: str = ""
    """The text of the licence of the program."""
    manual: str = ""
    """Where the manual is: a web address or a file; empty if it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStanding:
    """How much the log tells now."""

    level: str
    """As in the setting `general.log_level`."""
    until: datetime | None = None
    """When it goes back to the usual by itself, UTC; None: it stays."""


class Program(Protocol):
    """The program itself."""

    def about(self) -> About:
        """Return what the help page says."""

    def log(self) -> LogStanding:
        """Return how much the log tells now; it follows the settings a moment later."""

    def licence(self) -> HeldLicence:
        """Return the licence that counts now."""

    def quit(self) -> None:
        """End the program in order; every note is kept."""


class Office(Protocol):
    """Everything that windows ask for."""

    @property
    def calls(self) -> Calls:
        """What a person does with calls."""

    @property
    def people(self) -> People:
        """The contact index."""

    @property
    def journal(self) -> Journal:
        """All calls that are kept."""

    @property
    def dialling(self) -> Dialling:
        """What the dialler asks."""

    @property
    def settings(self) -> Settings:
        """The settings of the profile."""

    @property
    def diagnosis(self) -> Diagnosis:
        """How the program is doing."""

    @property
    def program(self) -> Program:
        """The program itself."""
