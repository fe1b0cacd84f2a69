"""
One person's view of one call: the states it goes through, and nothing else.

A call at the PBX has a leg for each of our users in it. A leg knows who called whom, which state it
is in and when it got there. The table below is every permitted step; a scripted step that is not in
it is a mistake in the script and raises `IllegalStep`.

State names are those of UCI v30. A v22 client knows fewer (STARFACE UCI, states): what it does not
know is not shown to it, and OUTGOING is called PROCEEDING there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """States of a leg; `NEW` is inside the PBX only."""

    NEW = "NEW"
    INCOMING = "INCOMING"
    RINGING = "RINGING"
    OUTGOING = "OUTGOING"
    RINGBACK = "RINGBACK"
    CONSULT = "CONSULT"
    CONNECTED = "CONNECTED"
    PARKED = "PARKED"
    VOICEMAIL_LINKED = "VOICEMAIL_LINKED"
    HANGUP = "HANGUP"


NEXT: dict[State, frozenset[State]] = {
    State.NEW: frozenset(
        {
            State.INCOMING,
            State.RINGING,
            State.OUTGOING,
            State.CONSULT,
            State.CONNECTED,
            State.HANGUP,
        }
    ),
    State.INCOMING: frozenset({State.RINGING, State.HANGUP}),
    State.RINGING: frozenset(
        {
            State.OUTGOING,
            State.RINGBACK,
            State.CONNECTED,
            State.VOICEMAIL_LINKED,
            State.HANGUP,
        }
    ),
    State.OUTGOING: frozenset({State.RINGBACK, State.CONNECTED, State.HANGUP}),
    State.RINGBACK: frozenset({State.CONNECTED, State.HANGUP}),
    State.CONSULT: frozenset({State.RINGBACK, State.CONNECTED, State.HANGUP}),
    State.CONNECTED: frozenset({State.PARKED, State.HANGUP}),
    State.PARKED: frozenset({State.CONNECTED, State.HANGUP}),
    State.VOICEMAIL_LINKED: frozenset({State.HANGUP}),
    State.HANGUP: frozenset(),
}

_V22: dict[State, str] = {
    State.INCOMING: "INCOMING",
    State.RINGING: "RINGING",
    State.OUTGOING: "PROCEEDING",
    State.RINGBACK: "RINGBACK",
    State.CONNECTED: "CONNECTED",
}
_V30: dict[State, str] = {
    state: state.value for state in State if state not in (State.NEW, State.HANGUP)
}


class Side(StrEnum):
    """Which end of the call the person is."""

    CALLER = "OUTBOUND"
    CALLED = "INBOUND"


class Result(StrEnum):
    """What the call list says about an ended leg."""

    ANSWERED = "ANSWERED"
    MISSED = "MISSED"
    ANSWERED_ELSEWHERE = "ANSWERED_ELSEWHERE"


class ForwardType(StrEnum):
    """Why a call came to this person and not to the number first called (UCI v30)."""

    NONE = "NONE"
    ALWAYS = "CFU"
    BUSY = "CFB"
    NO_REPLY = "CFNR"
    BLIND_TRANSFER = "BLINDTRANSFER"
    TRANSFER = "TRANSFER"
    PICKUP = "PICKUP"


class IllegalStep(ValueError):
    """A step was asked for that the leg's state does not permit."""


class NotRinging(IllegalStep):
    """A step was asked for that only a call that rings can take, and this one does not ring yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One end of a call; empty number: anonymous, empty name: unknown."""

    number: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """Who passed the call on, and how."""

    kind: ForwardType = ForwardType.NONE
    by: Party = Party()


@dataclass(slots=True, kw_only=True)
class Leg:
    """One person's view of one call."""

    login: str
    call_id: str
    side: Side
    caller: Party
    called: Party
    account_id: int
    started_at: datetime
    changed_at: datetime
    group_id: str = ""
    forwarding: Forwarding = Forwarding()
    names_known: bool = True
    state: State = State.NEW
    history: list[State] = field(default_factory=list)
    connected_at: datetime | None = None
    result: Result | None = None
    list_id: str = ""

    @property
    def alive(self) -> bool:
        """Begun and not ended: what clients can ask for."""
        return self.state not in (State.NEW, State.HANGUP)

    @property
    def waiting(self) -> bool:
        """Not yet answered by this person."""
        return self.state in (State.NEW, State.INCOMING, State.RINGING)

    @property
    def dialling(self) -> bool:
        """This person's own call, not yet answered by the far end."""
        early = (State.RINGING, State.OUTGOING, State.CONSULT, State.RINGBACK)
        return self.side is Side.CALLER and self.state in early

    @property
    def was_connected(self) -> bool:
        """Whether this person has talked."""
        return self.connected_at is not None

    def move(self, state: State, at: datetime) -> None:
        """Go to `state`. Raises IllegalStep and changes nothing if the table forbids it."""
        if state not in NEXT[self.state]:
            raise IllegalStep(f"call {self.call_id}: {self.state} cannot become {state}")
        self.state = state
        self.changed_at = at
        self.history.append(state)
        if state is State.CONNECTED and self.connected_at is None:
            self.connected_at = at

    def duration_s(self, now: datetime) -> int:
        """Whole seconds since the answer, 0 before it."""
        if self.connected_at is None:
            return 0
        end = self.changed_at if self.state is State.HANGUP else now
        return max(0, int((end - self.connected_at).total_seconds()))

    def shown(self, version: str, *, v30_incoming: bool) -> str:
        """The newest state that a client of `version` knows; `""` if the call is hidden from it."""
        names = _names(version, v30_incoming=v30_incoming)
        known = [names[state] for state in self.history if state in names]
        if not known:
            return ""
        return State.HANGUP.value if self.state is State.HANGUP else known[-1]

    def announces(self, version: str, *, v30_incoming: bool) -> str:
        """What the newest step is called in an event for `version`; `""`: no event for it."""
        if self.state is not State.HANGUP:
            return _names(version, v30_incoming=v30_incoming).get(self.state, "")
        return self.shown(version, v30_incoming=v30_incoming)


def _names(version: str, *, v30_incoming: bool) -> dict[State, str]:
    if version == "v22":
        return _V22
    if v30_incoming:
        return _V30
    return {state: name for state, name in _V30.items() if state is not State.INCOMING}
