"""Runs a session by hand: a test reads like the conversation between us and the PBX."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from datev_connector.domain.inputs import CallSighted, Input, LegChanged, PictureTaken
from datev_connector.domain.legs import LegReport
from datev_connector.starface.commands import Answer, Command, Drop, Opened, Prepare, Send, Tell
from datev_connector.starface.event_source import Events
from datev_connector.starface.pacing import Moment, Pacing
from datev_connector.starface.session import Session, SessionState
from datev_connector.starface.trouble import Trouble, TroubleKind
from datev_connector.starface.uci import UciVersion
from datev_connector.starface.xmlrpc import Fault, MethodCall, MethodResponse, Value

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BOTH = (UciVersion.V30, UciVersion.V22)
ACCESS = Fault(code=2, text="UciIllegalAccessException")
UNKNOWN = Fault(code=1, text="No such handler")
NOT_CONNECTED = Fault(code=3, text="UcpNotConnectedException")


class Dialogue:
    """A session with its clock; what it wants sent waits in `open` until it is answered."""

    def __init__(
        self,
        *,
        versions: tuple[UciVersion, ...] = BOTH,
        events: Events = Events.AUTO,
        pacing: Pacing | None = None,
        chance: float = 0.0,
    ) -> None:
        self.session = Session(
            versions=versions, events=events, pacing=pacing or Pacing(), chance=lambda: chance
        )
        self.passed_s = 0.0
        self.open: list[Send] = []
        self.prepares: list[Prepare] = []
        self.drops = 0
        self.sent: list[str] = []
        self.told: list[Input] = []

    @property
    def now(self) -> Moment:
        return Moment(at=START + timedelta(seconds=self.passed_s), clock_s=1000.0 + self.passed_s)

    @property
    def state(self) -> str:
        return self.session.state.value

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
                case Drop():
                    self.drops += 1
                    self.open.clear()
                case Tell():
                    self.told.append(command.news)

    def start(self) -> None:
        self.take(self.session.start(self.now))

    def prepared(self, *, pushes: bool = True, **opened: Any) -> None:
        attempt = self.prepares[-1].attempt
        self.take(self.session.prepared(attempt, Opened(pushes=pushes, **opened), self.now))

    def failed(self, kind: TroubleKind) -> None:
        trouble = Trouble(kind=kind, where="pbx:443")
        self.take(self.session.failed(self.prepares[-1].attempt, trouble, self.now))

    def answer(self, request: str, *values: Value | Fault | Trouble) -> None:
        """Answer the oldest open requests of this name, one for each value."""
        for value in values:
            index = self.asked.index(request)
            send = self.open.pop(index)
            answer: Answer
            answer = value if isinstance(value, Fault | Trouble) else MethodResponse(value=value)
            self.take(self.session.answered(send.ticket, answer, self.now))

    def trouble(self, request: str, kind: TroubleKind) -> None:
        self.answer(request, Trouble(kind=kind, where="pbx:443"))

    def push(self, pbx_call: str, state: str, **members: Value) -> None:
        call: dict[str, Value] = {"id": pbx_call, "state": state, **members}
        event = MethodCall(method="ucp.v30.events.call.receiveCallState", params=(call,))
        self.take(self.session.pushed(event, self.now))

    def push_event(self, name: str, *params: Value) -> None:
        event = MethodCall(method=f"ucp.v30.events.{name}", params=params)
        self.take(self.session.pushed(event, self.now))

    def wait(self, seconds: float) -> None:
        """Let time pass; the machine is called at each deadline, as its runner does."""
        until_s = self.passed_s + seconds
        while (deadline_s := self.session.deadline_s) is not None:
            if deadline_s - 1000.0 > until_s:
                break
            self.passed_s = max(self.passed_s, deadline_s - 1000.0)
            before = self.session.deadline_s
            self.take(self.session.tick(self.now))
            assert self.session.deadline_s != before, "a deadline that stays would spin"
        self.passed_s = until_s

    def wait_for_deadline(self) -> float:
        """Let time pass until the machine wants to be called; answer how long that was."""
        deadline_s = self.session.deadline_s
        assert deadline_s is not None
        pause_s = deadline_s - 1000.0 - self.passed_s
        self.wait(pause_s)
        return pause_s

    def become_ready(self, *, pushes: bool = True, calls: Sequence[str] = ()) -> None:
        self.prepared(pushes=pushes)
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
