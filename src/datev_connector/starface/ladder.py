r"""Which way into the PBX is taken, and when: a machine above the sessions, as pure as they are.

There are two ways, HTTPS and XMPP, and on HTTPS two ways for events, callback and polling; the
session itself falls from callback to polling and comes back. The ladder chooses between the two:

        +-- lost ---------------------------------------+
        v                                               |
    HTTPS signs in --ready--> HTTPS in use --climbing--> XMPP in use
        |                       ^    XMPP is made ready beside it, and takes over only then
        | out of reach          |
        `--> XMPP signs in alone, pause, again

- HTTPS goes first: its facts are sure, it is quick, and it proves the password. XMPP, whose facts
  are not, is tried beside it and never at its cost. So no call falls between.
- A refused password stops everything for a long pause; it is never carried to the other way. Only
  where HTTPS has taken it does a refusal over XMPP concern XMPP alone.
- What could not be used is tried again with growing, spread pauses: PBXs lock accounts.
- Whenever nobody watched for a while, the call list is asked for what came and went meanwhile.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from datev_connector.domain.inputs import CallMoved, LegChanged
from datev_connector.starface.climb import SUSPICIOUS, Climb
from datev_connector.starface.commands import (
    Answer,
    Command,
    Drop,
    Leave,
    Opened,
    Recall,
    Tell,
    Transport,
)
from datev_connector.starface.event_source import Events
from datev_connector.starface.generations import Generations
from datev_connector.starface.known_calls import KnownCalls
from datev_connector.starface.leg_words import NOT_YET, LegWords
from datev_connector.starface.pacing import Moment, Pace, Pacing, is_due
from datev_connector.starface.pbx_clock import PbxClock
from datev_connector.starface.session import Session, Terms
from datev_connector.starface.session_state import SIGNED_IN, End, SessionState
from datev_connector.starface.trouble import Trouble, TroubleKind
from datev_connector.starface.watch import Watch
from datev_connector.starface.wire.uci import Uci, UciVersion
from datev_connector.starface.wire.uci_calls import CallReport, IdChanged, SessionReset, read_event
from datev_connector.starface.wire.xmlrpc import MethodCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Which way is in use, and what keeps the better one from being used."""

    transport: Transport | None
    """None: no way works now."""
    polling: bool = False
    barred: Trouble | None = None
    event_at: datetime | None = None
    """When the last event came over that way, UTC; None: none has come."""
    watched_until: datetime | None = None
    """Until when no call can have escaped us, UTC; None: no way has worked yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The PBX has refused the password; it is not to be shown again before so many seconds."""

    trouble: Trouble
    pause_s: float


class Ladder:
    """The machine. Every method takes the time and returns the commands to carry out in order."""

    def __init__(
        self,
        *,
        ways: tuple[Transport, ...],
        versions: tuple[UciVersion, ...],
        events: Events,
        pacing: Pacing,
        chance: Callable[[], float],
    ) -> None:
        """`ways` in the order of signing in, the best last; `versions` in the order to try.

        `chance` gives numbers in [0, 1) that spread pauses.
        """
        self.clock = PbxClock()
        self._ways = ways
        self._generations = Generations(versions)
        self._events = events
        self._pacing = pacing
        self._chance = chance
        self._known = KnownCalls(self.clock)
        self._tickets: Iterator[int] = itertools.count(1)
        self._attempts: Iterator[int] = itertools.count(1)
        self._out: list[Command] = []
        self._words = LegWords()
        self._rest = SessionState.SIGNED_OUT
        self._main: Session | None = None
        self._climber: Session | None = None
        self._round: dict[Transport, Trouble] = {}
        """What went wrong since a way last worked or was waited for."""
        self._proven = False
        self._failures: dict[Pace, int] = dict.fromkeys(Pace, 0)
        self._in_use_since = 0
        self._retry_s: float | None = None
        self._waits: Pace | None = None
        """Why the next sign-in waits, where it does."""
        self._climb = Climb(pacing, chance)
        self._events_at: dict[Transport, datetime] = {}
        self._watch = Watch()
        self._refused: Refusal | None = None

    # --- what the runner asks ---------------------------------------------------------------------

    @property
    def state(self) -> SessionState:
        """How far the way to the PBX is."""
        return self._rest if self._main is None else self._main.state

    @property
    def transport(self) -> Transport | None:
        """What requests of our own travel on; None: nothing is ready."""
        return self._main.transport if self._main is not None and self._main.ready else None

    @property
    def signed_in(self) -> bool:
        """Tell whether the PBX knows a session of ours."""
        return self.state in SIGNED_IN

    @property
    def uci(self) -> Uci:
        """The generation in use."""
        return Uci(self._generations.newest) if self._main is None else self._main.uci

    @property
    def standing(self) -> Standing:
        """Which way is in use, and why not the better one."""
        polling = self._main is not None and self._main.polling
        event_at = None if self.transport is None else self._events_at.get(self.transport)
        return Standing(
            transport=self.transport,
            polling=polling,
            barred=self._climb.barred,
            event_at=event_at,
            watched_until=self._watch.until(self._heard),
        )

    def refusal(self, now: Moment) -> Refusal | None:
        """What keeps the password from being shown now; None: the PBX has not refused it."""
        if self._rest is not SessionState.REFUSED or self._retry_s is None:
            return self._refused
        return Refusal(trouble=self._worst, pause_s=max(0.0, self._retry_s - now.clock_s))

    @property
    def deadline_s(self) -> float | None:
        """When `tick` must be called at the latest, by `Moment.clock_s`."""
        timers = [self._retry_s, self._climb_due_s, *(s.deadline_s for s in self._sessions)]
        return min((timer for timer in timers if timer is not None), default=None)

    # --- what happens -----------------------------------------------------------------------------

    def unwatched_since(self, moment: datetime) -> None:
        """Before the start: nobody has watched the calls since then, so they are to be recalled."""
        self._watch.missing_before_start(moment)

    def refused_before(self, refusal: Refusal) -> None:
        """Before the start: the PBX refuses this password, so the first sign-in waits."""
        self._refused = refusal

    def unread(self, gap: Recall, now: Moment) -> list[Command]:
        """The calls of this gap could not be read: it is to be recalled again."""
        self._watch.missing_since(Moment(at=gap.since, clock_s=now.clock_s))
        return self._flush(now)

    def start(self, now: Moment) -> list[Command]:
        """Begin; later calls change nothing."""
        if self._rest is SessionState.SIGNED_OUT and self._main is None:
            refused, self._refused = self._refused, None
            if refused is None:
                self._tell_leg(self._words.down(NOT_YET, now.at))
                self._main = self._begin(self._ways[0], now)
            else:
                self._go_on_waiting(refused, now)
        return self._flush(now)

    def retry_now(self, now: Moment) -> list[Command]:
        """A person wants it tried at once, whatever the pause."""
        self._generations.try_all()
        self._climb.hurry(now)
        if self._main is None and self._rest is not SessionState.SIGNED_OUT:
            self._sign_in(now)
        return self._flush(now)

    def look_again(self, now: Moment) -> list[Command]:
        """The computer slept, or a person is back: what waits for its time is done at once.

        A pause that keeps the PBX from locking the account is kept.
        """
        self._wake(now)
        if self._main is None and self._waits is Pace.QUICK:
            self._sign_in(now)
        for session in self._sessions:
            session.look_again(now)
        return self._flush(now)

    def prepared(self, attempt: int, opened: Opened, now: Moment) -> list[Command]:
        """The link of this attempt is ready."""
        self._wake(now)
        for session in self._sessions:
            if session.attempt == attempt:
                session.prepared(opened, now)
        return self._flush(now)

    def failed(self, attempt: int, trouble: Trouble, now: Moment) -> list[Command]:
        """The link of this attempt could not be prepared."""
        self._wake(now)
        for session in self._sessions:
            if session.attempt == attempt:
                session.failed(trouble)
        return self._flush(now)

    def answered(self, ticket: int, answer: Answer, now: Moment) -> list[Command]:
        """What came back for a `Send`."""
        self._wake(now)
        for session in self._sessions:
            if session.knows(ticket):
                session.answered(ticket, answer, now)
        return self._flush(now)

    def lost(self, transport: Transport, trouble: Trouble, now: Moment) -> list[Command]:
        """A link is gone, or a request of somebody else showed that the session is."""
        self._wake(now)
        for session in self._sessions:
            if session.transport is transport:
                session.lost(trouble)
        return self._flush(now)

    def pushed(self, transport: Transport, event: MethodCall, now: Moment) -> list[Command]:
        """The PBX sent an event; what is not about calls is ignored."""
        self._wake(now)
        self._events_at[transport] = now.at
        found = read_event(event, known=self._known.knows)
        match found:
            case CallReport():
                prompt = not self._watch.is_catching_up(now)
                self._out.append(Tell(self._known.pushed(found, now, prompt=prompt)))
                self._credit(transport, found.pbx_call, now)
            case IdChanged(old=old, new=new):
                self._known.moved(old, new, now)
                self._out.append(Tell(CallMoved(at=now.at, old=old, new=new)))
                self._credit(transport, new, now)
            case SessionReset():
                self._reset(transport)
            case _:
                pass
        return self._flush(now)

    def tick(self, now: Moment) -> list[Command]:
        """Time has passed: do what is due."""
        self._wake(now)
        if is_due(self._retry_s, now):
            self._sign_in(now)
        for session in self._sessions:
            session.tick(now)
        self._settle_failures(now)
        if is_due(self._climb_due_s, now):
            self._climb.begun()
            self._climber = self._begin(self._other, now)
        return self._flush(now)

    def leave(self) -> list[Command]:
        """The program ends: say farewell wherever we are signed in."""
        for session in self._sessions:
            self._out.append(Leave(session.transport, session.leave()))
        self._main = self._climber = None
        self._rest = SessionState.SIGNED_OUT
        self._retry_s = self._waits = None
        commands, self._out = self._out, []
        return commands

    # --- the ways ---------------------------------------------------------------------------------

    @property
    def _sessions(self) -> tuple[Session, ...]:
        return tuple(s for s in (self._main, self._climber) if s is not None)

    @property
    def _best(self) -> Transport:
        return self._ways[-1]

    @property
    def _other(self) -> Transport:
        """The way to try beside the one in use: the best, or the first where the best is poor."""
        on_best = self._main is not None and self._main.transport is self._best
        return self._ways[0] if on_best else self._best

    @property
    def _heard(self) -> Moment | None:
        ready = self._main is not None and self._main.ready
        return self._main.heard if ready and self._main is not None else None

    @property
    def _climb_due_s(self) -> float | None:
        """When the other way is tried: only beside one that works."""
        works = self._main is not None and self._main.ready
        return self._climb.due_s if works and self._climber is None else None

    def _begin(self, way: Transport, now: Moment) -> Session:
        fell_back = self._generations.fell_back(way)
        terms = Terms(
            transport=way,
            versions=self._generations.to_try(way, now),
            events=Events.AUTO if way is Transport.XMPP else self._events,
            pacing=self._pacing,
            proven=self._proven and not fell_back,
            alone=all(other is way or other in self._round for other in self._ways),
        )
        session = Session(
            next(self._attempts),
            terms,
            known=self._known,
            tickets=self._tickets,
            emit=self._emit,
        )
        session.begin()
        return session

    def _emit(self, command: Command) -> None:
        self._out.append(command)

    def _sign_in(self, now: Moment) -> None:
        self._retry_s = self._waits = None
        self._round.clear()
        self._main = self._begin(self._ways[0], now)

    # --- after each step --------------------------------------------------------------------------

    def _flush(self, now: Moment) -> list[Command]:
        """See what became of the sessions, and hand out what is to be done."""
        self._settle_climber(now)
        self._settle_main(now)
        commands, self._out = self._out, []
        return commands

    def _settle_climber(self, now: Moment) -> None:
        climber = self._climber
        if climber is None:
            return
        if climber.end is not None:
            self._climber = None
            self._out.append(Drop(climber.transport))
            self._climb.failed(climber.end, now, best=climber.transport is self._best)
        elif climber.ready and self._main is not None:
            left, self._main, self._climber = self._main, climber, None
            self._out.append(Leave(left.transport, left.leave()))
            if left.transport is self._best:
                poor = Trouble(kind=TroubleKind.EVENTS_LOST, where="XMPP")
                self._climb.failed(End(trouble=poor, signing_in=False), now, best=True)

    def _settle_main(self, now: Moment) -> None:
        main = self._main
        if main is None:
            return
        if main.accepted and main.signed_in:
            self._proven = True
            self._failures[Pace.REFUSED] = self._failures[Pace.CAREFUL] = 0
        if main.end is not None:
            self._main = None
            self._out.append(Drop(main.transport))
            self._fall(main, main.end, now)
        elif main.ready:
            self._in_use(main, now)

    def _in_use(self, main: Session, now: Moment) -> None:
        complaint, flaws = main.account
        barred = self._climb.barred
        if barred is not None and barred.kind in SUSPICIOUS:
            flaws += (barred.complaint,)
        self._tell_leg(self._words.working(complaint, flaws, now.at))
        self._round.clear()
        if main.attempt != self._in_use_since:
            self._in_use_since = main.attempt
            self._generations.found(main.transport, main.uci.version, now)
        self._plan_climb(main, now)
        recall = self._watch.recall(main.heard, now)
        if recall is not None:
            self._out.append(recall)

    def _plan_climb(self, main: Session, now: Moment) -> None:
        """When to try the other way: at once to be better off; in time where this one is poor."""
        on_best = main.transport is self._best
        well = on_best and not (main.polling and len(self._ways) > 1)
        if on_best:
            self._climb.arrived(well=well)
        if not well and self._climber is None:
            self._climb.plan(now, at_once=not on_best)

    # --- what goes wrong --------------------------------------------------------------------------

    def _fall(self, main: Session, end: End, now: Moment) -> None:
        """The way in use, or on the way to it, is over: take another one, or wait."""
        if main.heard is not None:
            self._watch.missing_since(main.heard)
            if main.lived_s(now) >= self._pacing.settled_s:
                self._failures = dict.fromkeys(Pace, 0)
                self._climb.settled(on_best=False)
            if main.transport is self._best and len(self._ways) > 1:
                self._climb.failed(end, now, best=True)
        self._round[main.transport] = end.trouble
        pace = end.trouble.pace(signing_in=end.signing_in, accepted_before=self._proven)
        if pace is not Pace.QUICK or end.trouble.kind in SUSPICIOUS:
            self._end_climb()
        elif self._climber is not None:
            self._main, self._climber = self._climber, None
        elif (way := self._untried(now)) is not None:
            self._main = self._begin(way, now)
        if self._main is None:
            self._wait(pace, now)
        self._tell_down(now)

    def _untried(self, now: Moment) -> Transport | None:
        """A way that has not failed since one last worked, and may be trusted with the password."""
        for way in self._ways:
            allowed = way is not self._best or self._climb.may_take_over(now)
            if way not in self._round and allowed:
                return way
        return None

    @property
    def _worst(self) -> Trouble:
        """The trouble of HTTPS says more than that of XMPP, which many PBXs do not offer."""
        return self._round.get(self._ways[0]) or next(iter(self._round.values()))

    def _tell_down(self, now: Moment) -> None:
        self._tell_leg(self._words.down(self._worst.complaint, now.at))

    def _go_on_waiting(self, refused: Refusal, now: Moment) -> None:
        self._round[self._ways[0]] = refused.trouble
        self._failures[Pace.REFUSED] += 1
        self._rest, self._retry_s = SessionState.REFUSED, now.clock_s + refused.pause_s
        self._waits = Pace.REFUSED
        self._tell_down(now)

    def _wait(self, pace: Pace, now: Moment) -> None:
        refused = pace is Pace.REFUSED
        self._rest = SessionState.REFUSED if refused else SessionState.WAITING
        self._retry_s, self._waits = now.clock_s + self._pause_s(pace), pace

    def _end_climb(self) -> None:
        if self._climber is not None:
            self._out.append(Drop(self._climber.transport))
            self._climber = None

    def _pause_s(self, pace: Pace) -> float:
        self._failures[pace] += 1
        return self._pacing.pause_s(pace, self._failures[pace], self._chance())

    def _settle_failures(self, now: Moment) -> None:
        """A way that worked for a while makes the next failure the first one."""
        main = self._main
        if main is None or not main.ready or main.lived_s(now) < self._pacing.settled_s:
            return
        self._failures = dict.fromkeys(Pace, 0)
        if main.transport is self._best and not main.polling:
            self._climb.settled(on_best=True)

    # --- hearing and reporting --------------------------------------------------------------------

    def _wake(self, now: Moment) -> None:
        self._watch.wake(self._heard, now)

    def _credit(self, transport: Transport, pbx_call: str, now: Moment) -> None:
        """An event counts for the way it came over."""
        for session in self._sessions:
            if session.transport is transport:
                session.pushed(pbx_call, now)

    def _reset(self, transport: Transport) -> None:
        for session in self._sessions:
            if session.transport is transport and session.signed_in:
                session.lost(Trouble(kind=TroubleKind.SESSION_LOST))

    def _tell_leg(self, change: LegChanged | None) -> None:
        if change is not None:
            self._out.append(Tell(change))
