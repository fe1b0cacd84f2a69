r"""One sign-in to the PBX, as a machine that knows neither sockets nor tasks nor clocks.

Facts go in (the link was prepared, an answer came, an event was pushed, time has passed), commands
come out (prepare the link, send this request, tell the engine that). Any transport that can carry a
method call and its answer can run it; which one, and what comes after the end, the ladder decides.

    signing-in --login: true--> subscribing --> reconciling --> ready
        |                            |               |            |
        `----- no, false, fault, web page, silence, cut ---> over-+

- *signing-in* prepares the link and then logs in once. A PBX that does not know the generation is
  asked again in the next older one; nothing else is tried twice.
- *reconciling* asks for the calls that exist. What is not among them has ended.
- *ready* keeps the session alive and polls as far as events cannot be relied on.
- *over* is final; `end` says why.

Answers to requests of a session that is over are recognised by their ticket and dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from datev_connector.domain.calls import PbxState
from datev_connector.domain.inputs import Input, PictureTaken
from datev_connector.starface.asking import Asked, Asking, Purpose
from datev_connector.starface.commands import (
    Answer,
    Command,
    Opened,
    Prepare,
    Tell,
    Transport,
)
from datev_connector.starface.event_source import Events, EventSource
from datev_connector.starface.known_calls import KnownCalls
from datev_connector.starface.leg_words import EVENTS_MISSING, POLLED, PUSHED
from datev_connector.starface.pacing import Moment, Pacing, is_due
from datev_connector.starface.picture import Picture
from datev_connector.starface.session_state import SIGNED_IN, End, SessionState
from datev_connector.starface.trouble import Complaint, Trouble, TroubleKind
from datev_connector.starface.wire.uci import FaultKind, Uci, UciVersion, fault_kind, fault_name
from datev_connector.starface.wire.uci_calls import read_call, read_ids
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a session is given to begin with."""

    transport: Transport
    versions: tuple[UciVersion, ...]
    """In the order to try."""
    events: Events
    pacing: Pacing
    proven: bool
    """The PBX has taken this password before."""
    alone: bool
    """There is no other transport to change to when this one brings no events."""


class Session:
    """The machine. Its commands go to `emit`, in the order in which they are to be carried out."""

    def __init__(
        self,
        attempt: int,
        terms: Terms,
        *,
        known: KnownCalls,
        tickets: Iterator[int],
        emit: Callable[[Command], None],
    ) -> None:
        """`known` is shared by all sessions; `tickets` gives numbers that are never used again."""
        self.attempt = attempt
        self.transport = terms.transport
        self.state = SessionState.SIGNING_IN
        self.end: End | None = None
        self.heard: Moment | None = None
        """Until when nothing can have escaped us; None: this session was never ready."""
        self._terms = terms
        self._uci = Uci(terms.versions[0])
        self._source = EventSource(terms.events, terms.pacing)
        self._known = known
        self._picture = Picture(known)
        self._asking = Asking(terms.transport, tickets, emit)
        self._emit = emit
        self._flaws: tuple[Complaint, ...] = ()
        self._pushes = False
        self._accepted = False
        self._ready_since_s: float | None = None
        self._keep_alive_s: float | None = None
        self._poll_s: float | None = None

    # --- what the ladder asks ---------------------------------------------------------------------

    @property
    def uci(self) -> Uci:
        """The generation in use."""
        return self._uci

    @property
    def ready(self) -> bool:
        """Tell whether calls are reported and requests may be sent."""
        return self.state is SessionState.READY

    @property
    def signed_in(self) -> bool:
        """Tell whether the PBX knows this session."""
        return self.state in SIGNED_IN

    @property
    def accepted(self) -> bool:
        """Tell whether the PBX took the password in this session."""
        return self._accepted

    @property
    def polling(self) -> bool:
        """Tell whether calls are asked for because no events come."""
        return self._source.polling

    @property
    def deadline_s(self) -> float | None:
        """When `tick` must be called at the latest, by `Moment.clock_s`."""
        timers = (self._keep_alive_s, self._poll_s)
        return min((timer for timer in timers if timer is not None), default=None)

    @property
    def account(self) -> tuple[Complaint, tuple[Complaint, ...]]:
        """How calls are reported, and what is wrong all the same."""
        flaws = self._flaws
        if self._source.polling and self._pushes and self._terms.events is Events.AUTO:
            flaws += (EVENTS_MISSING[self.transport],)
        return POLLED if self._source.polling else PUSHED[self.transport], flaws

    def lived_s(self, now: Moment) -> float:
        """How long calls have been reported."""
        return 0.0 if self._ready_since_s is None else now.clock_s - self._ready_since_s

    def knows(self, ticket: int) -> bool:
        """Tell whether this session waits for that answer."""
        return self._asking.knows(ticket)

    # --- what happens -----------------------------------------------------------------------------

    def begin(self) -> None:
        """Prepare the link."""
        self._emit(Prepare(self.attempt, self.transport))

    def prepared(self, opened: Opened, now: Moment) -> None:
        """The link is ready."""
        if self.transport is Transport.XMPP:
            self._accepted = True  # its link signs in by itself
        self._flaws, self._pushes = opened.flaws, opened.pushes
        self._source.opened(pushes=opened.pushes)
        self._asking.ask(Purpose.LOGIN, self._uci.login(), now)

    def failed(self, trouble: Trouble) -> None:
        """The link could not be prepared."""
        self._finish(trouble, signing_in=True)

    def lost(self, trouble: Trouble) -> None:
        """The link is gone, or a request of somebody else showed that the session is."""
        self._finish(trouble, signing_in=not self._accepted)

    def answered(self, ticket: int, answer: Answer, now: Moment) -> None:
        """What came back for a `Send` of this session."""
        asked = self._asking.answered(ticket)
        if asked.purpose is Purpose.CALL_STATE:
            self._picture.answered()
        if isinstance(answer, Trouble):
            self._finish(answer, signing_in=asked.purpose is Purpose.LOGIN)
            return
        if isinstance(answer, Fault):
            self._faulted(asked, answer, now)
        else:
            self._take(asked, answer.value, now)
        self._hear(now)

    def pushed(self, pbx_call: str, now: Moment) -> None:
        """An event about this call arrived over the link of this session."""
        self._hear(now)
        self._source.pushed(pbx_call)

    def tick(self, now: Moment) -> None:
        """Time has passed: do what is due."""
        if is_due(self._keep_alive_s, now):
            self._keep_alive_s = now.clock_s + self._terms.pacing.keep_alive_s
            self._asking.ask(Purpose.KEEP_ALIVE, self._uci.keep_alive(), now)
        if is_due(self._poll_s, now):
            self._poll_s = None
            self._asking.ask(Purpose.CALL_IDS, self._uci.call_ids(), now)

    def look_again(self, now: Moment) -> None:
        """Do at once what waits for its time: see whether the line works, and take the picture."""
        if not self.ready:
            return
        self._keep_alive_s = now.clock_s
        self._poll_s = None if self._poll_s is None else now.clock_s
        self.tick(now)

    def leave(self) -> tuple[MethodCall, ...]:
        """End the session of our own accord; the farewells that the PBX is to be sent."""
        farewells = (self._uci.unsubscribe(), self._uci.logout()) if self.signed_in else ()
        self._stop()
        return farewells

    # --- signing in -------------------------------------------------------------------------------

    def _logged_in(self, value: Value, now: Moment) -> None:
        if value is not True:
            kind = TroubleKind.SIGN_IN_REFUSED if value is False else TroubleKind.STRANGE_ANSWER
            self._finish(Trouble(kind=kind, detail="login"), signing_in=True)
            return
        self._accepted = True
        self._keep_alive_s = now.clock_s + self._terms.pacing.keep_alive_s
        if self._source.polling:
            self._reconcile(now)
        else:
            self.state = SessionState.SUBSCRIBING
            self._asking.ask(Purpose.SUBSCRIBE, self._uci.subscribe(), now)

    def _subscribed(self, value: Value, now: Moment) -> None:
        if value is False:
            trouble = Trouble(kind=TroubleKind.SUBSCRIPTION_REFUSED)
            if self._terms.events is Events.CALLBACK or self._must_push:
                self._finish(trouble)
                return
            self._flaws += (trouble.complaint,)
            self._pushes = False
            self._source.opened(pushes=False)
        self._reconcile(now)

    def _reconcile(self, now: Moment) -> None:
        self.state = SessionState.RECONCILING
        self._asking.ask(Purpose.CALL_IDS, self._uci.call_ids(), now)

    @property
    def _must_push(self) -> bool:
        """XMPP is there for its events; without them another transport serves better."""
        return self.transport is Transport.XMPP and not self._terms.alone

    # --- the picture of the calls -----------------------------------------------------------------

    def _listed(self, asked: Asked, value: Value, now: Moment) -> None:
        alive = read_ids(value)
        if alive is None:
            self._finish(Trouble(kind=TroubleKind.STRANGE_ANSWER, detail="getCallIds"))
            return
        self._tell(PictureTaken(at=now.at, asked_at=asked.when.at, alive=alive))
        for pbx_call in self._known.vanished(alive, asked.when):
            # An end that was not announced may be a quirk of the PBX: it costs nobody a call, so
            # it is no reason to give up a way. The next call tells whether events come.
            if self.ready and not self._must_push:
                self._source.saw_unannounced(pbx_call)
        self._picture.begin(alive, everything=not self.ready)
        self._ask_states(now)

    def _ask_states(self, now: Moment) -> None:
        while (pbx_call := self._picture.next()) is not None:
            self._asking.ask(
                Purpose.CALL_STATE, self._uci.call_state(pbx_call), now, pbx_call=pbx_call
            )
        if self._picture.complete:
            self._picture_complete(now)

    def _described(self, asked: Asked, value: Value, now: Moment) -> None:
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
        if self.ready:
            self._source.poll_finished()
        else:
            self.state = SessionState.READY
            self._ready_since_s = now.clock_s
            self._hear(now)
        if self._source.polling and self._must_push:
            self._finish(Trouble(kind=TroubleKind.EVENTS_LOST, where="XMPP"))
            return
        pause_s = self._source.poll_s
        self._poll_s = None if pause_s is None else now.clock_s + pause_s

    # --- what goes wrong --------------------------------------------------------------------------

    def _faulted(self, asked: Asked, fault: Fault, now: Moment) -> None:
        kind, purpose = fault_kind(fault), asked.purpose
        signing_in = purpose is Purpose.LOGIN
        unknown = kind is FaultKind.UNKNOWN_METHOD
        if unknown and self._can_do_without(purpose):
            self._take(asked, value=True, now=now)
            return
        unknown = unknown and purpose in {Purpose.LOGIN, Purpose.SUBSCRIBE}
        # A first login that fails for no reason we can read may be a generation that the PBX does
        # not know; whatever speaks of access has been told apart, so no password is tried twice.
        proven = self._accepted or self._terms.proven
        unread = kind is FaultKind.OTHER and signing_in and not proven
        if (unknown or unread) and self._fall_back(now):
            return
        if unknown:
            self._finish(self._unknown_generation(), signing_in=signing_in)
        elif kind is FaultKind.NOT_CONNECTED and not signing_in:
            self._finish(Trouble(kind=TroubleKind.SESSION_LOST))
        elif purpose is Purpose.SUBSCRIBE:
            self._subscribed(False, now)  # noqa: FBT003 - what the PBX might have answered
        elif purpose is Purpose.CALL_STATE and kind is not FaultKind.ACCESS:
            self._ask_states(now)  # the call is gone; the next picture will say so
        else:
            self._finish(self._refusal(kind, fault, signing_in), signing_in=signing_in)

    def _can_do_without(self, purpose: Purpose) -> bool:
        """Over XMPP the line itself is the session; whether UCI adds requests for it is unknown."""
        line = purpose in {Purpose.LOGIN, Purpose.KEEP_ALIVE}
        return self.transport is Transport.XMPP and line

    def _refusal(self, kind: FaultKind, fault: Fault, signing_in: bool) -> Trouble:  # noqa: FBT001
        if kind is not FaultKind.ACCESS:
            return Trouble(kind=TroubleKind.FAULT, detail=fault_name(fault))
        if signing_in:
            return Trouble(kind=TroubleKind.SIGN_IN_REFUSED)
        # What worked a moment ago is a session that ended; a right is missed from the beginning.
        return Trouble(kind=TroubleKind.SESSION_LOST if self.ready else TroubleKind.RIGHT_MISSING)

    def _fall_back(self, now: Moment) -> bool:
        """Log in with the next older generation, if there is one."""
        versions = self._terms.versions
        older = versions[versions.index(self._uci.version) + 1 :]
        if not older:
            return False
        self._uci = Uci(older[0])
        self.state = SessionState.SIGNING_IN
        self._asking.ask(Purpose.LOGIN, self._uci.login(), now)
        return True

    def _unknown_generation(self) -> Trouble:
        return Trouble(kind=TroubleKind.NO_UCI, detail=", ".join(self._terms.versions))

    def _kept_alive(self, value: Value) -> None:
        if value is not True:
            self._finish(Trouble(kind=TroubleKind.SESSION_LOST))

    def _finish(self, trouble: Trouble, *, signing_in: bool = False) -> None:
        self.end = End(trouble=trouble, signing_in=signing_in)
        self._stop()

    def _stop(self) -> None:
        self.state = SessionState.OVER
        self._asking.forget()
        self._keep_alive_s = self._poll_s = None

    # --- requests and reports ---------------------------------------------------------------------

    def _take(self, asked: Asked, value: Value, now: Moment) -> None:
        match asked.purpose:
            case Purpose.LOGIN:
                self._logged_in(value, now)
            case Purpose.SUBSCRIBE:
                self._subscribed(value, now)
            case Purpose.CALL_IDS:
                self._listed(asked, value, now)
            case Purpose.CALL_STATE:
                self._described(asked, value, now)
            case Purpose.KEEP_ALIVE:
                self._kept_alive(value)

    def _tell(self, news: Input) -> None:
        self._emit(Tell(news))

    def _hear(self, now: Moment) -> None:
        if self.ready:
            self.heard = now
