"""Actions on the telephony link: dial, drop, wait, and everything that can go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from datev_connector.simulators.datev.action import Action, BadAction
from datev_connector.simulators.datev.dialling import CommandAnswer
from datev_connector.simulators.datev.faults import Spoil
from datev_connector.simulators.datev.hresult import hresult_text, signed_hresult
from datev_connector.simulators.datev.rules import ADDRESSEES
from datev_connector.simulators.datev.simulator import DatevSimulator


@dataclass(frozen=True, slots=True)
class Dial(Action):
    """A user clicks a number."""

    number: str
    name: str = ""
    contact_id: str = ""
    source: str = ADDRESSEES

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Dial and show the answer."""
        answer = await datev.dial(self.number, self.name, self.contact_id, self.source)
        return _shown("Dial", answer)


@dataclass(frozen=True, slots=True)
class Drop(Action):
    """A user hangs up; without a CallID the newest call that is going on."""

    call_id: str = ""

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Drop and show the answer."""
        going_on = [call.call_id for call in datev.calls if call.active]
        call_id = self.call_id or (going_on[-1] if going_on else "")
        if not call_id:
            return ["no call is going on"]
        return _shown("Drop", await datev.drop(call_id))


@dataclass(frozen=True, slots=True)
class Pause(Action):
    """Do nothing for some seconds."""

    seconds: float

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Wait."""
        await asyncio.sleep(self.seconds)
        return []


@dataclass(frozen=True, slots=True)
class Await(Action):
    """Wait until there are so many of: connectors, calls, ended, journal, violations."""

    what: str
    count: int = 1
    timeout_s: float = 30.0

    def __post_init__(self) -> None:
        if self.what not in _COUNTS:
            raise BadAction(f"'what' cannot be {self.what!r}; there is {', '.join(_COUNTS)}")

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Wait for the count."""
        count = _COUNTS[self.what]
        await datev.wait_for(lambda it: count(it) >= self.count, self.timeout_s)
        return []


_COUNTS: dict[str, Callable[[DatevSimulator], int]] = {
    "connectors": lambda datev: len(datev.connectors),
    "calls": lambda datev: len(datev.calls),
    "ended": lambda datev: sum(call.over for call in datev.calls),
    "journal": lambda datev: len(datev.journal),
    "violations": lambda datev: len(datev.violations),
}


@dataclass(frozen=True, slots=True)
class GoAway(Action):
    """DATEV ends; a restart forgets the calls going on."""

    forget: bool = True

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Go away."""
        await datev.go_away(forget=self.forget)
        return ["DATEV is gone"]


@dataclass(frozen=True, slots=True)
class ComeBack(Action):
    """DATEV is there again, on the same port."""

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Come back."""
        await datev.come_back()
        return [f"DATEV listens on {datev.host}:{datev.port}"]


@dataclass(frozen=True, slots=True)
class Hang(Action):
    """Read but never answer; with record the messages take effect."""

    record: bool = False

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Begin to hang."""
        datev.faults.hang(record=self.record)
        return ["DATEV hangs until 'mend'"]


@dataclass(frozen=True, slots=True)
class AnswerLate(Action):
    """Answer so many seconds late from now on."""

    seconds: float

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Begin to answer late."""
        datev.faults.answer_late(self.seconds)
        return [f"answers come {self.seconds:g} s late"]


@dataclass(frozen=True, slots=True)
class Reject(Action):
    """Answer with a failure code; times 0 means until mended."""

    code: int = 0x80010001
    times: int = 0
    method: str = ""

    def __post_init__(self) -> None:
        try:
            signed_hresult(self.code)
        except ValueError as error:
            raise BadAction(str(error)) from error

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Begin to reject."""
        datev.faults.reject(self.code, times=self.times or None, method=self.method or None)
        return [f"rejecting with {hresult_text(self.code)}"]


@dataclass(frozen=True, slots=True)
class Die(Action):
    """Die on the nth message from now on, before or after recording it."""

    nth: int = 1
    before: bool = False
    forget: bool = True

    def __post_init__(self) -> None:
        if self.nth < 1:
            raise BadAction("'nth' counts from 1")

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Set the trap."""
        datev.faults.die_on(self.nth, before=self.before, forget=self.forget)
        return [f"DATEV dies on message {self.nth} from now"]


@dataclass(frozen=True, slots=True)
class SpoilAnswer(Action):
    """Spoil the next answers: garbage, partial, long or unknown-method."""

    kind: str
    times: int = 1

    def __post_init__(self) -> None:
        _spoil(self.kind)

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Set the trap."""
        datev.faults.spoil_answers(_spoil(self.kind), self.times)
        return []


@dataclass(frozen=True, slots=True)
class Send(Action):
    """Send a bad line unasked: garbage, partial, long or unknown-method."""

    kind: str

    def __post_init__(self) -> None:
        _spoil(self.kind)

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Send it to the newest connector."""
        await datev.send_spoiled(_spoil(self.kind))
        return []


@dataclass(frozen=True, slots=True)
class Mend(Action):
    """End every fault of the telephony link."""

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Clear the fault plan."""
        datev.faults.clear()
        return ["the telephony link is in order"]


def _spoil(kind: str) -> Spoil:
    try:
        return Spoil(kind)
    except ValueError as error:
        raise BadAction(f"'kind' cannot be {kind!r}; there is {', '.join(Spoil)}") from error


def _shown(what: str, answer: CommandAnswer) -> list[str]:
    first = f"{what}: {hresult_text(answer.hresult)}, CallID {answer.call_id or '(none)'}"
    return [first, *(f"  violation {finding}" for finding in answer.violations)]
