"""Runs a ladder by hand: a test reads like the conversation between us and the PBX."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from datev_connector.domain.inputs import CallSighted, Input, LegChanged, PictureTaken
from datev_connector.domain.legs import LegReport
from datev_connector.starface.commands import (
    Answer,
    Command,
    Drop,
    Leave,
    Opened,
    Prepare,
    Recall,
    Send,
    Tell,
    Transport,
)
from datev_connector.starface.event_source import Events
from datev_connector.starface.ladder import Ladder
from datev_connector.starface.pacing import Moment, Pacing
from datev_connector.starface.session_state import SessionState
from datev_connector.starface.trouble import Trouble, TroubleKind
from datev_connector.starface.wire.uci import UciVersion
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse, Value

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BOTH = (UciVersion.V30, UciVersion.V22)
ACCESS = Fault(code=2, text="UciIllegalAccessException")
UNKNOWN = Fault(code=1, text="No such handler")
NOT_CONNECTED = Fault(code=3, text="UcpNotConnectedException")


class Dialogue:
    """A ladder with its clock; what it wants sent waits in `open` until it is answered.

    Of several links at once the methods mean the one that was prepared last, unless told.
    """

    def __init__(
        self,
        *,
        versions: tuple[UciVersion, ...] = BOTH,
        ways: tuple[Transport, ...] = (Transport.HTTPS,),
        events: Events = Events.AUTO,
        pacing: Pacing | None = None,
        chance: float = 0.0,
    ) -> None:
        self.ladder = Ladder(
            ways=ways,
            versions=versions,
            events=events,
            pacing=pacing or Pacing(),
            chance=lambda: chance,
        )
        self.passed_s = 0.0
        self.slept = timedelta(0)
        self.open: list[Send] = []
        self.prepares: list[Prepare] = []
        self.drops = 0
        self.left: list[Leave] = []
        self.recalls: list[Recall] = []
        self.sent: list[str] = []
        self.told: list[Input] = []

    @property
    def now(self) -> Moment:
        at = START + timedelta(seconds=self.passed_s) + self.slept
        return Moment(at=at, clock_s=1000.0 + self.passed_s)

    @property
    def state(self) -> str:
        return self.ladder.state.value

    @property
    def way(self) -> Transport:
        return self.prepares[-1].transport

    @property
    def leg(self) -> LegReport:
        return [told.report for told in self.told if isinstance(told, LegChanged)][-1]

    @property
    def leg_state(self) -> str:
        return self.leg.state.value

    @property
    def legs(self) -> list[LegReport]:
        return [told.report for told in self.told if isinstance(told, LegChanged)]

    @property
    def sightings(self) -> list[CallSighted]:
        return [told for told in self.told if isinstance(told, CallSighted)]

    @property
    def pictures(self) -> list[PictureTaken]:
        return [told for told in self.told if isinstance(told, PictureTaken)]

    @property
    def asked(self) -> list[str]:
        return [send.call.method.rpartition(".")[2] for send in self.open]

    def count(self, request: str) -> int:
        return sum(name.endswith(f".{request}") for name in self.sent)

    def take(self, commands: Sequence[Command]) -> None:
        for command in commands:
            match command:
                case Send():
                    self.open.append(command)
                    self.sent.append(command.call.method)
                case Prepare():
                    self.prepares.append(command)
                case Drop(transport=way):
                    self.drops += 1
                    self._forget(way)
                case Leave(transport=way):
                    self.left.append(command)
                    self._forget(way)
                case Tell():
                    self.told.append(command.news)
                case Recall():
                    self.recalls.append(command)

    def _forget(self, way: Transport) -> None:
        self.open = [send for send in self.open if send.transport is not way]

    def start(self) -> None:
        self.take(self.ladder.start(self.now))

    def prepared(self, *, pushes: bool = True, **opened: Any) -> None:
        attempt = self.prepares[-1].attempt
        self.take(self.ladder.prepared(attempt, Opened(pushes=pushes, **opened), self.now))

    def failed(self, kind: TroubleKind) -> None:
        trouble = Trouble(kind=kind, where="pbx:443")
        self.take(self.ladder.failed(self.prepares[-1].attempt, trouble, self.now))

    def answer(self, request: str, *values: Value | Fault | Trouble) -> None:
        """Answer the oldest open requests of this name, one for each value."""
        for value in values:
            index = self.asked.index(request)
            send = self.open.pop(index)
            answer: Answer
            answer = value if isinstance(value, Fault | Trouble) else MethodResponse(value=value)
            self.take(self.ladder.answered(send.ticket, answer, self.now))

    def trouble(self, request: str, kind: TroubleKind) -> None:
        self.answer(request, Trouble(kind=kind, where="pbx:443"))

    def event(self, pbx_call: str, state: str, **members: Value) -> MethodCall:
        call: dict[str, Value] = {"id": pbx_call, "state": state, **members}
        return MethodCall(method="ucp.v30.events.call.receiveCallState", params=(call,))

    def push(self, pbx_call: str, state: str, **members: Value) -> None:
        event = self.event(pbx_call, state, **members)
        self.take(self.ladder.pushed(self.way, event, self.now))

    def push_event(self, name: str, *params: Value) -> None:
        event = MethodCall(method=f"ucp.v30.events.{name}", params=params)
        self.take(self.ladder.pushed(self.way, event, self.now))

    def wait(self, seconds: float) -> None:
        """Let time pass; the machine is called at each deadline, as its runner does."""
        until_s = self.passed_s + seconds
        while (deadline_s := self.ladder.deadline_s) is not None:
            if deadline_s - 1000.0 > until_s:
                break
            self.passed_s = max(self.passed_s, deadline_s - 1000.0)
            before = self.ladder.deadline_s
            self.take(self.ladder.tick(self.now))
            assert self.ladder.deadline_s != before, "a deadline that stays would spin"
        self.passed_s = until_s

    def wait_for_deadline(self) -> float:
        """Let time pass until the machine wants to be called; answer how long that was."""
        deadline_s = self.ladder.deadline_s
        assert deadline_s is not None
        pause_s = deadline_s - 1000.0 - self.passed_s
        self.wait(pause_s)
        return pause_s

    def sleep(self, length: timedelta) -> None:
        """The computer sleeps: the wall clock goes on, the clock that paces does not."""
        self.slept += length

    def answer_polls_for(self, seconds: float, **states: str) -> None:
        """Let time pass while the PBX answers every request of the way in use."""
        until_s = self.passed_s + seconds
        while (deadline_s := self.ladder.deadline_s) is not None:
            self.wait(min(deadline_s - 1000.0, until_s) - self.passed_s)
            if "keepAlive" in self.asked:
                self.answer("keepAlive", True)
            if "getCallIds" in self.asked:
                self.poll(**states)
            if self.passed_s >= until_s:
                return

    def become_ready(self, *, pushes: bool = True, calls: Sequence[str] = ()) -> None:
        self.prepared(pushes=pushes)
        self.become_logged_in(calls)

    def become_logged_in(self, calls: Sequence[str] = ()) -> None:
        self.answer("login", True)
        if "subscribeEvents" in self.asked:
            self.answer("subscribeEvents", True)
        self.answer("getCallIds", list(calls))
        for pbx_call in calls:
            self.answer("getCallState", {"id": pbx_call, "state": "CONNECTED"})
        assert self.state == SessionState.READY

    def poll(self, **states: str) -> None:
        """Answer one poll, which must be due: the calls that exist with their states."""
        self.answer("getCallIds", list(states))
        while self.open and self.open[-1].call.method.endswith("getCallState"):
            pbx_call = str(next(s for s in self.open if s.call.params).call.params[0])
            self.answer("getCallState", {"id": pbx_call, "state": states[pbx_call]})


def ready(**arguments: Any) -> Dialogue:
    dialogue = Dialogue(**arguments)
    dialogue.start()
    dialogue.become_ready()
    return dialogue
