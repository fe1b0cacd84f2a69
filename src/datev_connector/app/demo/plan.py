"""The day as data: its scenes, and what must have come of every call.

A scene is a list of *steps*: what somebody does, and what that must bring about before the day goes
on. `desk` is the state in which the connector must then show the call; `told` is how many
notifications more DATEV must then have accepted.

The *expectations* are written by hand, from what people at the telephone would say happened. They
are never computed from what the connector does, so that it cannot agree with itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from datev_connector.app.demo.language import Text
from datev_connector.app.demo.office import Contact
from datev_connector.simulators.datev import CallState, Direction
from datev_connector.simulators.starface import Outcome as PbxOutcome


class Desk(StrEnum):
    """States of a call in the connector's stream."""

    RINGING = "ringing"
    DIALLING = "dialling"
    CONNECTED = "connected"
    HELD = "held"
    ENDED = "ended"


# --- steps ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens to a call; `call` is its name in the plan."""

    call: str = ""
    desk: Desk | None = None
    told: int = 0
    words: Text | None = None
    """Other words than the usual ones for such a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings(Step):
    """Somebody calls; `number` as it arrives at the PBX. `asks`: several contacts fit."""

    number: str
    group: bool = False
    asks: bool = False
    desk: Desk | None = Desk.RINGING


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueRings(Step):
    """The colleague calls from the next room."""

    desk: Desk | None = Desk.RINGING


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(Step):
    """The called side picks up."""

    desk: Desk | None = Desk.CONNECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueAnswers(Step):
    """Another member of the group is faster."""

    desk: Desk | None = Desk.ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyAnswers(Step):
    """The caller gives up."""

    desk: Desk | None = Desk.ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds(Step):
    """The call waits."""

    desk: Desk | None = Desk.HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class HangsUp(Step):
    """The call ends.

    by_colleague: it was the colleague's, the desk has nothing to do with it.
    note_waits: its note cannot go to DATEV yet; the connector must say that it keeps it.
    """

    by_colleague: bool = False
    note_waits: bool = False
    desk: Desk | None = Desk.ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooses(Step):
    """Who it is is settled by hand."""

    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class WritesNote(Step):
    """A note is typed and sent."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks(Step):
    """A number is clicked in DATEV."""

    contact: Contact
    desk: Desk | None = Desk.DIALLING


@dataclass(frozen=True, slots=True, kw_only=True)
class ClicksAgain(Step):
    """The same number is clicked once more; the connector must refuse."""

    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class FarEndRings(Step):
    """The dialled telephone rings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatevDies(Step):
    """DATEV is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatevReturns(Step):
    """DATEV is started again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxDies(Step):
    """The PBX restarts: calls, sessions and connections are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookIsRead(Step):
    """The connector has read the address book of the PBX."""


@dataclass(frozen=True, slots=True, kw_only=True)
class XmppBreaks(Step):
    """The line over XMPP, on which calls are reported, is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxReturns(Step):
    """The PBX is there again."""


# --- scenes and expectations ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A journal entry that DATEV must hold. `state`: how the call is described there."""

    note: str
    state: CallState = CallState.FINISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must have come of one call.

    number: as DATEV must show it: as it stands with the contact if it is this very number,
        otherwise as the PBX sent it.
    contact: whom DATEV must show; None: nobody, since the caller is not in DATEV.
    live: the states that DATEV must have been told while the call lived; empty: nothing.
    """

    call: str
    title: Text
    pbx: PbxOutcome
    desk: str
    direction: Direction = Direction.INCOMING
    number: str
    contact: Contact | None = None
    live: tuple[CallState, ...] = ()
    journal: tuple[Entry, ...] = ()

    @property
    def contacts(self) -> tuple[Contact | None, ...]:
        """Whom DATEV must show at each of the live states.

        A state that repeats is the choice of the contact: before it nobody may be named.
        """
        repeated = (at for at in range(1, len(self.live)) if self.live[at] is self.live[at - 1])
        chosen = next(repeated, 0)
        return tuple(None if at < chosen else self.contact for at in range(len(self.live)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One part of the day. `clock`: the hour of the story at which it begins."""

    name: str
    clock: str
    title: Text
    steps: tuple[Step, ...]
    expected: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """All scenes, and how often the connector must have signed in to UCI over HTTPS."""

    scenes: tuple[Scene, ...]
    sign_ins: int

    @property
    def expected(self) -> tuple[Expected, ...]:
        """What must have come of all calls, in their order."""
        return tuple(one for scene in self.scenes for one in scene.expected)
