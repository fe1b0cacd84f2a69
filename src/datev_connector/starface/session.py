r"""The session with the PBX, as a machine that knows neither sockets nor tasks nor clocks.

Facts go in (a link was prepared, an answer came, an event was pushed, time has passed), commands
come out (prepare a link, send this request, tell the engine that). Whoever runs the machine carries
the commands out in order, and calls `tick` when `deadline_s` is reached. Any transport that can
carry a method call and its answer can run it.

    signed-out --start--> signing-in --login: true--> subscribing --> reconciling --> ready
                              |                            \\             |            |
             login: no        |  anything else              `------------+------------+
                v             v                                          v
             refused       waiting <------ false, fault, web page, silence, cut
                |             |
                `-- pause ----+---> signing-in

- *signing-in* prepares the link (which sends no secret) and then logs in once. A PBX that does not
  know the generation is asked again in the next older one; nothing else is tried twice.
- *reconciling* asks for the calls that exist. What is not among them has ended.
- *ready* keeps the session alive and polls as far as events cannot be relied on.
- *refused* is left after a long pause or when a person says so: the PBX locks accounts.
- *waiting* is left after a growing, spread pause.

Answers to requests of a session that is over are recognised by their ticket and dropped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from datev_connector.domain.calls import PbxState
from datev_connector.domain.inputs import CallMoved, Input, LegChanged, PictureTaken
from datev_connector.starface.commands import Answer, Command, Drop, Opened, Prepare, Send, Tell
from datev_connector.starface.event_source import Events, EventSource
from datev_connector.starface.known_calls import KnownCalls
from datev_connector.starface.leg_words import EVENTS_MISSING, NOT_YET, POLLED, PUSHED, LegWords
from datev_connector.starface.pacing import Moment, Pace, Pacing
from datev_connector.starface.pbx_clock import PbxClock
from datev_connector.starface.trouble import Complaint, Trouble, TroubleKind
from datev_connector.starface.uci import FaultKind, Uci, UciVersion, fault_kind, fault_name
from datev_connector.starface.uci_calls import (
    CallReport,
    IdChanged,
    SessionReset,
    read_call,
    read_event,
    read_ids,
)
from datev_connector.starface.xmlrpc import Fault, MethodCall, Value

STATES_AT_ONCE = 4
"""Requests for the state of a call that are under way together."""

STATES_A_ROUND = 50
"""Calls whose state one poll asks for; with more, the rest has its turn in the next polls."""


class SessionState(StrEnum):
    """How far the session is."""

    SIGNED_OUT = "signed-out"
    SIGNING_IN = "signing-in"
    SUBSCRIBING = "subscribing"
    RECONCILING = "reconciling"
    READY = "ready"
    REFUSED = "refused"
    WAITING = "waiting"


SIGNED_IN = frozenset({SessionState.SUBSCRIBING, SessionState.RECONCILING, SessionState.READY})


class _Purpose(StrEnum):
    LOGIN = "login"
    SUBSCRIBE = "subscribeEvents"
    CALL_IDS = "getCallIds"
    CALL_STATE = "getCallState"
    KEEP_ALIVE = "keepAlive"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    purpose: _Purpose
    when: Moment
    pbx_call: str = ""


class Session:
    """The machine. Every method takes the time and returns the commands to carry out in order."""

    def __init__(
        self,
        *,
        versions: tuple[UciVersion, ...],
        events: Events,
        pacing: Pacing,
        chance: Callable[[], float],
    ) -> None:
        """`versions` in the order to try; `chance` gives numbers in [0, 1) to spread pauses."""
        self.state = SessionState.SIGNED_OUT
        self.clock = PbxClock()
        self._versions = versions
        self._uci = Uci(versions[0])
        self._events = events
        self._pacing = pacing
        self._chance = chance
        self._source = EventSource(events, pacing)
        self._known = KnownCalls(self.clock)
        self._out: list[Command] = []
        self._words = LegWords()
        self._flaws: tuple[Complaint, ...] = ()
        self._pushes = False
        self._attempt = 0
        self._tickets = 0
        self._asked: dict[int, _Asked] = {}
        self._to_ask: deque[str] = deque()
        self._turn: deque[str] = deque()
        self._failures: dict[Pace, int] = dict.fromkeys(Pace, 0)
        self._accepted = False
        self._ready_since_s = 0.0
        self._retry_s: float | None = None
        self._keep_alive_s: float | None = None
        self._poll_s: float | None = None

    # --- what the runner asks ---------------------------------------------------------------------

    @property
    def uci(self) -> Uci:
        """The generation in use."""
        return self._uci

    @property
    def ready(self) -> bool:
        """Tell whether requests of our own may be sent."""
        return self.state is SessionState.READY

    @property
    def signed_in(self) -> bool:
        """Tell whether the PBX knows a session of ours."""
        return self.state in SIGNED_IN

    @property
    def deadline_s(self) -> float | None:
        """When `tick` must be called at the latest, by `Moment.clock_s`."""
        timers = (self._retry_s, self._keep_alive_s, self._poll_s)
        return min((timer for timer in timers if timer is not None), default=None)

    # --- what happens -----------------------------------------------------------------------------

    def start(self, now: Moment) -> list[Command]:
        """Begin; later calls change nothing."""
        if self.state is SessionState.SIGNED_OUT:
            self._tell_leg(self._words.down(NOT_YET, now.at))
            self._sign_in()
        return self._flush()

    def retry_now(self, now: Moment) -> list[Command]:
        """A person wants it tried at once, whatever the pause."""
        if self.state in {SessionState.REFUSED, SessionState.WAITING}:
            self._uci = Uci(self._versions[0])
            self._sign_in()
        return self._flush()

    def prepared(self, attempt: int, opened: Opened, now: Moment) -> list[Command]:
        """The link of this attempt is ready."""
        if self._is_current(attempt):
            self._flaws, self._pushes = opened.flaws, opened.pushes
            self._source.opened(pushes=opened.pushes)
            self._ask(_Purpose.LOGIN, self._uci.login(), now)
        return self._flush()

    def failed(self, attempt: int, trouble: Trouble, now: Moment) -> list[Command]:
        """The link of this attempt could not be prepared."""
        if self._is_current(attempt):
            self._give_up(trouble, now, signing_in=False)
        return self._flush()

    def answered(self, ticket: int, answer: Answer, now: Moment) -> list[Command]:
        """What came back for a `Send`."""
        asked = self._asked.pop(ticket, None)
        if asked is None:
            return []
        if isinstance(answer, Trouble):
            self._give_up(answer, now, signing_in=asked.purpose is _Purpose.LOGIN)
        elif isinstance(answer, Fault):
            self._faulted(asked, answer, now)
        else:
            self._take(asked, answer.value, now)
        return self._flush()

    def lost(self, trouble: Trouble, now: Moment) -> list[Command]:
        """A request of somebody else showed that the session is gone."""
        if self.signed_in:
            self._give_up(trouble, now, signing_in=False)
        return self._flush()

    def pushed(self, event: MethodCall, now: Moment) -> list[Command]:
        """The PBX sent an event; what is not about calls is ignored."""
        found = read_event(event, known=self._known.knows)
        match found:
            case CallReport():
                self._tell(self._known.pushed(found, now))
                self._heard_push(found.pbx_call, now)
            case IdChanged(old=old, new=new):
                self._known.moved(old, new)
                self._tell(CallMoved(at=now.at, old=old, new=new))
                self._heard_push(new, now)
            case SessionReset() if self.signed_in:
                self._give_up(Trouble(kind=TroubleKind.SESSION_LOST), now, signing_in=False)
            case _:
                pass
        return self._flush()

    def tick(self, now: Moment) -> list[Command]:
        """Time has passed: do what is due."""
        if _is_due(self._retry_s, now):
            self._sign_in()
        if _is_due(self._keep_alive_s, now):
            self._keep_alive_s = now.clock_s + self._pacing.keep_alive_s
            self._ask(_Purpose.KEEP_ALIVE, self._uci.keep_alive(), now)
        if _is_due(self._poll_s, now):
            self._poll_s = None
            self._ask(_Purpose.CALL_IDS, self._uci.call_ids(), now)
        if self._is_settled(now):
            self._failures = dict.fromkeys(Pace, 0)
        return self._flush()

    # --- signing in -------------------------------------------------------------------------------

    def _sign_in(self) -> None:
        self._retry_s = None
        self._attempt += 1
        self.state = SessionState.SIGNING_IN
        self._out.append(Prepare(self._attempt))

    def _is_current(self, attempt: int) -> bool:
        return self.state is SessionState.SIGNING_IN and attempt == self._attempt

    def _logged_in(self, value: Value, now: Moment) -> None:
        if value is not True:
            kind = TroubleKind.SIGN_IN_REFUSED if value is False else TroubleKind.STRANGE_ANSWER
            self._give_up(Trouble(kind=kind, detail="login"), now, signing_in=True)
            return
        self._accepted = True
        self._failures[Pace.REFUSED] = self._failures[Pace.CAREFUL] = 0
        self._keep_alive_s = now.clock_s + self._pacing.keep_alive_s
        if self._source.polling:
            self._reconcile(now)
        else:
            self.state = SessionState.SUBSCRIBING
            self._ask(_Purpose.SUBSCRIBE, self._uci.subscribe(), now)

    def _subscribed(self, value: Value, now: Moment) -> None:
        if value is False:
            trouble = Trouble(kind=TroubleKind.SUBSCRIPTION_REFUSED)
            if self._events is Events.CALLBACK:
                self._give_up(trouble, now, signing_in=False)
                return
            self._flaws += (trouble.complaint,)
            self._pushes = False
            self._source.opened(pushes=False)
        self._reconcile(now)

    def _reconcile(self, now: Moment) -> None:
        self.state = SessionState.RECONCILING
        self._ask(_Purpose.CALL_IDS, self._uci.call_ids(), now)

    # --- the picture of the calls -----------------------------------------------------------------

    def _listed(self, asked: _Asked, value: Value, now: Moment) -> None:
        alive = read_ids(value)
        if alive is None:
            trouble = Trouble(kind=TroubleKind.STRANGE_ANSWER, detail="getCallIds")
            self._give_up(trouble, now, signing_in=False)
            return
        self._tell(PictureTaken(at=now.at, asked_at=asked.when.at, alive=alive))
        for pbx_call in self._known.vanished(alive, asked.when):
            if self.ready:
                self._source.saw_unannounced(pbx_call)
        self._to_ask = self._next_turn(alive)
        self._ask_states(now)

    def _next_turn(self, alive: frozenset[str]) -> deque[str]:
        """Whose state to ask for: new calls first, then those that waited longest."""
        new = sorted(pbx_call for pbx_call in alive if not self._known.knows(pbx_call))
        waiting = [pbx_call for pbx_call in self._turn if pbx_call in alive]
        rest = sorted(alive.difference(new, waiting))
        queue = list(dict.fromkeys([*new, *waiting, *rest]))
        chosen = queue if self.state is SessionState.RECONCILING else queue[:STATES_A_ROUND]
        self._turn = deque(queue[len(chosen) :] + chosen)
        return deque(chosen)

    def _ask_states(self, now: Moment) -> None:
        under_way = sum(a.purpose is _Purpose.CALL_STATE for a in self._asked.values())
        while self._to_ask and under_way < STATES_AT_ONCE:
            pbx_call = self._to_ask.popleft()
            self._ask(_Purpose.CALL_STATE, self._uci.call_state(pbx_call), now, pbx_call=pbx_call)
            under_way += 1
        if not under_way:
            self._picture_complete(now)

    def _described(self, asked: _Asked, value: Value, now: Moment) -> None:
        report = read_call(value, pbx_call=asked.pbx_call)
        news = None
        if report is not None and report.state is not PbxState.HANGUP:
            news = self._known.polled(report, asked.when, now, happening=self.ready)
        if news is not None:
            self._tell(news.sighted)
            if news.unannounced and self.ready:
                self._source.saw_unannounced(news.sighted.pbx_call)
        self._ask_states(now)

    def _picture_complete(self, now: Moment) -> None:
        if self.state is SessionState.RECONCILING:
            self.state = SessionState.READY
            self._ready_since_s = now.clock_s
        else:
            self._source.poll_finished()
        self._report_ready(now)
        pause_s = self._source.poll_s
        self._poll_s = None if pause_s is None else now.clock_s + pause_s

    def _heard_push(self, pbx_call: str, now: Moment) -> None:
        was_polling = self._source.polling
        self._source.pushed(pbx_call)
        if self.ready and was_polling is not self._source.polling:
            self._report_ready(now)

    # --- what goes wrong --------------------------------------------------------------------------

    def _faulted(self, asked: _Asked, fault: Fault, now: Moment) -> None:
        kind, purpose = fault_kind(fault), asked.purpose
        signing_in = purpose is _Purpose.LOGIN
        unknown = kind is FaultKind.UNKNOWN_METHOD and purpose in {
            _Purpose.LOGIN,
            _Purpose.SUBSCRIBE,
        }
        # A first login that fails for no reason we can read may be a generation that the PBX does
        # not know; whatever speaks of access has been told apart, so no password is tried twice.
        unread = kind is FaultKind.OTHER and signing_in and not self._accepted
        if (unknown or unread) and self._fall_back(now):
            return
        if unknown:
            self._give_up(self._unknown_generation(), now, signing_in=signing_in)
        elif kind is FaultKind.NOT_CONNECTED and not signing_in:
            self._give_up(Trouble(kind=TroubleKind.SESSION_LOST), now, signing_in=False)
        elif purpose is _Purpose.SUBSCRIBE:
            self._subscribed(False, now)  # noqa: FBT003 - what the PBX might have answered
        elif purpose is _Purpose.CALL_STATE and kind is not FaultKind.ACCESS:
            self._ask_states(now)  # the call is gone; the next picture will say so
        else:
            self._give_up(self._refusal(kind, fault, signing_in), now, signing_in=signing_in)

    def _refusal(self, kind: FaultKind, fault: Fault, signing_in: bool) -> Trouble:  # noqa: FBT001
        if kind is not FaultKind.ACCESS:
            return Trouble(kind=TroubleKind.FAULT, detail=fault_name(fault))
        if signing_in:
            return Trouble(kind=TroubleKind.SIGN_IN_REFUSED)
        # What worked a moment ago is a session that ended; a right is missed from the beginning.
        return Trouble(kind=TroubleKind.SESSION_LOST if self.ready else TroubleKind.RIGHT_MISSING)

    def _fall_back(self, now: Moment) -> bool:
        """Log in with the next older generation, if there is one."""
        older = self._versions[self._versions.index(self._uci.version) + 1 :]
        if not older:
            return False
        self._uci = Uci(older[0])
        self.state = SessionState.SIGNING_IN
        self._ask(_Purpose.LOGIN, self._uci.login(), now)
        return True

    def _unknown_generation(self) -> Trouble:
        tried = ", ".join(self._versions)
        self._uci = Uci(self._versions[0])
        return Trouble(kind=TroubleKind.NO_UCI, detail=tried)

    def _kept_alive(self, value: Value, now: Moment) -> None:
        if value is not True:
            self._give_up(Trouble(kind=TroubleKind.SESSION_LOST), now, signing_in=False)

    def _give_up(self, trouble: Trouble, now: Moment, *, signing_in: bool) -> None:
        """The session is over; try again when it is wise."""
        if self._is_settled(now):
            self._failures = dict.fromkeys(Pace, 0)
        pace = trouble.pace(signing_in=signing_in, accepted_before=self._accepted)
        self._failures[pace] += 1
        pause_s = self._pacing.pause_s(pace, self._failures[pace], self._chance())
        refused = pace is Pace.REFUSED
        self.state = SessionState.REFUSED if refused else SessionState.WAITING
        self._asked.clear()
        self._to_ask.clear()
        self._keep_alive_s = self._poll_s = None
        self._retry_s = now.clock_s + pause_s
        self._out.append(Drop())
        self._tell_leg(self._words.down(trouble.complaint, now.at))

    def _is_settled(self, now: Moment) -> bool:
        return self.ready and now.clock_s - self._ready_since_s >= self._pacing.settled_s

    # --- requests and reports ---------------------------------------------------------------------

    def _take(self, asked: _Asked, value: Value, now: Moment) -> None:
        match asked.purpose:
            case _Purpose.LOGIN:
                self._logged_in(value, now)
            case _Purpose.SUBSCRIBE:
                self._subscribed(value, now)
            case _Purpose.CALL_IDS:
                self._listed(asked, value, now)
            case _Purpose.CALL_STATE:
                self._described(asked, value, now)
            case _Purpose.KEEP_ALIVE:
                self._kept_alive(value, now)

    def _ask(self, purpose: _Purpose, call: MethodCall, now: Moment, *, pbx_call: str = "") -> None:
        self._tickets += 1
        self._asked[self._tickets] = _Asked(purpose=purpose, when=now, pbx_call=pbx_call)
        self._out.append(Send(self._tickets, call))

    def _tell(self, news: Input) -> None:
        self._out.append(Tell(news))

    def _tell_leg(self, change: LegChanged | None) -> None:
        if change is not None:
            self._tell(change)

    def _report_ready(self, now: Moment) -> None:
        flaws = self._flaws
        if self._source.polling and self._pushes and self._events is Events.AUTO:
            flaws += (EVENTS_MISSING,)
        complaint = POLLED if self._source.polling else PUSHED
        self._tell_leg(self._words.working(complaint, flaws, now.at))

    def _flush(self) -> list[Command]:
        commands, self._out = self._out, []
        return commands


def _is_due(timer_s: float | None, now: Moment) -> bool:
    return timer_s is not None and timer_s <= now.clock_s
