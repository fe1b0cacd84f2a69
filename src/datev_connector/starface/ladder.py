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

from collections.abc import Callable
from datetime import datetime

from datev_connector.domain.inputs import LegChanged
from datev_connector.starface.announcing import announced
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
from datev_connector.starface.new_sessions import NewSessions
from datev_connector.starface.pacing import Moment, Pace, Pacing, is_due
from datev_connector.starface.pbx_clock import PbxClock
from datev_connector.starface.session import Session
from datev_connector.starface.session_state import SIGNED_IN, End, SessionState
from datev_connector.starface.sessions import Sessions
from datev_connector.starface.setbacks import Setbacks
from datev_connector.starface.standing import Refusal, Standing
from datev_connector.starface.trouble import Trouble, TroubleKind
from datev_connector.starface.waiting import Waiting
from datev_connector.starface.watch import Watch
from datev_connector.starface.wire.uci import Uci, UciVersion
from datev_connector.starface.wire.uci_calls import SessionReset
from datev_connector.starface.wire.xmlrpc import MethodCall


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
        self._pacing = pacing
        self._known = KnownCalls(self.clock)
        self._new = NewSessions(
            self._generations, events, pacing, known=self._known, emit=self._emit
        )
        self._out: list[Command] = []
        self._words = LegWords()
        self._sessions = Sessions()
        self._setbacks = Setbacks(ways)
        self._proven = False
        self._in_use_since = 0
        self._waiting = Waiting(pacing, chance)
        self._climb = Climb(pacing, chance)
        self._events_at: dict[Transport, datetime] = {}
        self._watch = Watch()
        self._refused: Refusal | None = None

    # --- what the runner asks ---------------------------------------------------------------------

    @property
    def state(self) -> SessionState:
        """How far the way to the PBX is."""
        main = self._sessions.main
        return self._waiting.state if main is None else main.state

    @property
    def transport(self) -> Transport | None:
        """What requests of our own travel on; None: nothing is ready."""
        used = self._sessions.in_use
        return None if used is None else used.transport

    @property
    def signed_in(self) -> bool:
        """Tell whether the PBX knows a session of ours."""
        return self.state in SIGNED_IN

    @property
    def uci(self) -> Uci:
        """The generation in use."""
        main = self._sessions.main
        return Uci(self._generations.newest) if main is None else main.uci

    @property
    def standing(self) -> Standing:
        """Which way is in use, and why not the better one."""
        main = self._sessions.main
        event_at = None if self.transport is None else self._events_at.get(self.transport)
        return Standing(
            transport=self.transport,
            polling=main is not None and main.polling,
            barred=self._climb.barred,
            event_at=event_at,
            watched_until=self._watch.until(self._sessions.heard),
        )

    def refusal(self, now: Moment) -> Refusal | None:
        """What keeps the password from being shown now; None: the PBX has not refused it."""
        pause_s = self._waiting.refused_for_s(now)
        if pause_s is None:
            return self._refused
        return Refusal(trouble=self._setbacks.worst, pause_s=pause_s)

    @property
    def deadline_s(self) -> float | None:
        """When `tick` must be called at the latest, by `Moment.clock_s`."""
        timers = [self._waiting.due_s, self._climb_due_s, *self._sessions.deadlines_s]
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
        if self._sessions.main is None and self._waiting.state is SessionState.SIGNED_OUT:
            refused, self._refused = self._refused, None
            if refused is None:
                self._tell_leg(self._words.down(NOT_YET, now.at))
                self._sessions.main = self._begin(self._ways[0], now)
            else:
                self._go_on_waiting(refused, now)
        return self._flush(now)

    def retry_now(self, now: Moment) -> list[Command]:
        """A person wants it tried at once, whatever the pause."""
        self._generations.try_all()
        self._climb.hurry(now)
        if self._sessions.main is None and self._waiting.state is not SessionState.SIGNED_OUT:
            self._sign_in(now)
        return self._flush(now)

    def look_again(self, now: Moment) -> list[Command]:
        """The computer slept, or a person is back: what waits for its time is done at once.

        A pause that keeps the PBX from locking the account is kept.
        """
        self._wake(now)
        if self._sessions.main is None and self._waiting.pace is Pace.QUICK:
            self._sign_in(now)
        self._sessions.look_again(now)
        return self._flush(now)

    def prepared(self, attempt: int, opened: Opened, now: Moment) -> list[Command]:
        """The link of this attempt is ready."""
        self._wake(now)
        self._sessions.prepared(attempt, opened, now)
        return self._flush(now)

    def failed(self, attempt: int, trouble: Trouble, now: Moment) -> list[Command]:
        """The link of this attempt could not be prepared."""
        self._wake(now)
        self._sessions.failed(attempt, trouble)
        return self._flush(now)

    def answered(self, ticket: int, answer: Answer, now: Moment) -> list[Command]:
        """What came back for a `Send`."""
        self._wake(now)
        self._sessions.answered(ticket, answer, now)
        return self._flush(now)

    def lost(self, transport: Transport, trouble: Trouble, now: Moment) -> list[Command]:
        """A link is gone, or a request of somebody else showed that the session is."""
        self._wake(now)
        self._sessions.lost(transport, trouble)
        return self._flush(now)

    def pushed(self, transport: Transport, event: MethodCall, now: Moment) -> list[Command]:
        """The PBX sent an event; what is not about calls is ignored."""
        self._wake(now)
        self._events_at[transport] = now.at
        prompt = not self._watch.is_catching_up(now)
        found = announced(event, self._known, now, prompt=prompt)
        if isinstance(found, SessionReset):
            self._sessions.reset(transport)
        elif found is not None:
            self._out.append(Tell(found.news))
            self._sessions.pushed(transport, found.pbx_call, now)
        return self._flush(now)

    def tick(self, now: Moment) -> list[Command]:
        """Time has passed: do what is due."""
        self._wake(now)
        if is_due(self._waiting.due_s, now):
            self._sign_in(now)
        self._sessions.tick(now)
        self._settle_failures(now)
        if is_due(self._climb_due_s, now):
            self._climb.begun()
            self._sessions.climber = self._begin(self._other, now)
        return self._flush(now)

    def leave(self) -> list[Command]:
        """The program ends: say farewell wherever we are signed in."""
        self._out += self._sessions.leave()
        self._waiting.leave()
        commands, self._out = self._out, []
        return commands

    # --- the ways ---------------------------------------------------------------------------------

    @property
    def _best(self) -> Transport:
        return self._ways[-1]

    @property
    def _other(self) -> Transport:
        """The way to try beside the one in use: the best, or the first where the best is poor."""
        main = self._sessions.main
        on_best = main is not None and main.transport is self._best
        return self._ways[0] if on_best else self._best

    @property
    def _climb_due_s(self) -> float | None:
        """When the other way is tried: only beside one that works."""
        works = self._sessions.in_use is not None
        return self._climb.due_s if works and self._sessions.climber is None else None

    def _begin(self, way: Transport, now: Moment) -> Session:
        alone = set(self._setbacks.untried) <= {way}
        return self._new.begin(way, now, proven=self._proven, alone=alone)

    def _emit(self, command: Command) -> None:
        self._out.append(command)

    def _sign_in(self, now: Moment) -> None:
        self._waiting.end()
        self._setbacks.clear()
        self._sessions.main = self._begin(self._ways[0], now)

    # --- after each step --------------------------------------------------------------------------

    def _flush(self, now: Moment) -> list[Command]:
        """See what became of the sessions, and hand out what is to be done."""
        self._settle_climber(now)
        self._settle_main(now)
        commands, self._out = self._out, []
        return commands

    def _settle_climber(self, now: Moment) -> None:
        climber = self._sessions.climber
        if climber is None:
            return
        if climber.end is not None:
            self._sessions.climber = None
            self._out.append(Drop(climber.transport))
            self._climb.failed(climber.end, now, best=climber.transport is self._best)
        elif climber.ready and (left := self._sessions.main) is not None:
            self._sessions.take_over()
            self._out.append(Leave(left.transport, left.leave()))
            if left.transport is self._best:
                poor = Trouble(kind=TroubleKind.EVENTS_LOST, where="XMPP")
                self._climb.failed(End(trouble=poor, signing_in=False), now, best=True)

    def _settle_main(self, now: Moment) -> None:
        main = self._sessions.main
        if main is None:
            return
        if main.accepted and main.signed_in:
            self._proven = True
            self._waiting.accepted()
        if main.end is not None:
            self._sessions.main = None
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
        self._setbacks.clear()
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
        if not well and self._sessions.climber is None:
            self._climb.plan(now, at_once=not on_best)

    # --- what goes wrong --------------------------------------------------------------------------

    def _fall(self, main: Session, end: End, now: Moment) -> None:
        """The way in use, or on the way to it, is over: take another one, or wait."""
        if main.heard is not None:
            self._watch.missing_since(main.heard)
            if main.lived_s(now) >= self._pacing.settled_s:
                self._waiting.settled()
                self._climb.settled(on_best=False)
            if main.transport is self._best and len(self._ways) > 1:
                self._climb.failed(end, now, best=True)
        self._setbacks.add(main.transport, end.trouble)
        pace = end.trouble.pace(signing_in=end.signing_in, accepted_before=self._proven)
        if pace is not Pace.QUICK or end.trouble.kind in SUSPICIOUS:
            self._end_climb()
        elif self._sessions.climber is not None:
            self._sessions.take_over()
        elif (way := self._untried(now)) is not None:
            self._sessions.main = self._begin(way, now)
        if self._sessions.main is None:
            self._waiting.begin(pace, now)
        self._tell_down(now)

    def _untried(self, now: Moment) -> Transport | None:
        """A way that has not failed since one last worked, and may be trusted with the password."""
        for way in self._setbacks.untried:
            if way is not self._best or self._climb.may_take_over(now):
                return way
        return None

    def _tell_down(self, now: Moment) -> None:
        self._tell_leg(self._words.down(self._setbacks.worst.complaint, now.at))

    def _go_on_waiting(self, refused: Refusal, now: Moment) -> None:
        self._setbacks.add(self._ways[0], refused.trouble)
        self._waiting.go_on(refused.pause_s, now)
        self._tell_down(now)

    def _end_climb(self) -> None:
        if self._sessions.climber is not None:
            self._out.append(Drop(self._sessions.climber.transport))
            self._sessions.climber = None

    def _settle_failures(self, now: Moment) -> None:
        """A way that worked for a while makes the next failure the first one."""
        main = self._sessions.main
        if main is None or not main.ready or main.lived_s(now) < self._pacing.settled_s:
            return
        self._waiting.settled()
        if main.transport is self._best and not main.polling:
            self._climb.settled(on_best=True)

    # --- hearing and reporting --------------------------------------------------------------------

    def _wake(self, now: Moment) -> None:
        self._watch.wake(self._sessions.heard, now)

    def _tell_leg(self, change: LegChanged | None) -> None:
        if change is not None:
            self._out.append(Tell(change))
