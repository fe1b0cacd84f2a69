"""The requests of one session that are under way, each known again by its ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from datev_connector.starface.commands import Send, Transport
from datev_connector.starface.pacing import Moment
from datev_connector.starface.wire.xmlrpc import MethodCall


class Purpose(StrEnum):
    """What a request is for."""

    LOGIN = "login"
    SUBSCRIBE = "subscribeEvents"
    CALL_IDS = "getCallIds"
    CALL_STATE = "getCallState"
    KEEP_ALIVE = "keepAlive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that was sent."""

    purpose: Purpose
    when: Moment
    pbx_call: str = ""
    """Of what it was asked about; empty: of no call."""


class Asking:
    """Sends requests and remembers them until they are answered."""

    def __init__(
        self, transport: Transport, tickets: Iterator[int], emit: Callable[[Send], None]
    ) -> None:
        """`tickets` gives numbers that are never used again."""
        self._transport = transport
        self._tickets = tickets
        self._emit = emit
        self._asked: dict[int, Asked] = {}

    def __len__(self) -> int:
        return len(self._asked)

    def ask(self, purpose: Purpose, call: MethodCall, now: Moment, *, pbx_call: str = "") -> None:
        """Send a request."""
        ticket = next(self._tickets)
        self._asked[ticket] = Asked(purpose=purpose, when=now, pbx_call=pbx_call)
        self._emit(Send(ticket, call, self._transport))

    def knows(self, ticket: int) -> bool:
        """Tell whether this request was sent here and waits for its answer."""
        return ticket in self._asked

    def answered(self, ticket: int) -> Asked:
        """What was asked under this ticket, which is answered now."""
        return self._asked.pop(ticket)

    def forget(self) -> None:
        """Know of no request any more."""
        self._asked.clear()
