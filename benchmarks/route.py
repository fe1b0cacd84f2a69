"""A way from the PBX to DATEV, and calls that take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks import pbx
from benchmarks.datev import Datev
from benchmarks.office import Caller

ANSWERED, ON_HOLD, ENDED = "CONNECTED", "PARKED", "HANGUP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What leads from the PBX to DATEV: the connector, or the bare client."""

    name: str
    callback: pbx.Callback
    datev: Datev
    knows_clients: bool
    """The connector finds out who calls; whether it did is looked at with every ring."""

    def ring(self, caller: Caller, call: str, kept: pbx.Push | None = None) -> int:
        """Have a call ring; return the nanoseconds until DATEV knew of it.

        Over the connection `kept`, otherwise over one that is made beforehand for this event only.
        """
        request = pbx.request(self.callback, pbx.event(call, "RINGING", caller.number))
        push = kept or pbx.Push(self.callback)
        begun_ns = push.send(request)
        arrived_ns, message = self.datev.receive()
        self._finish(push, message, kept)
        self._check(message, caller)
        return arrived_ns - begun_ns

    def move(self, caller: Caller, call: str, state: str, kept: pbx.Push | None = None) -> None:
        """Bring a call into another state and wait until DATEV knows."""
        push = kept or pbx.Push(self.callback)
        push.send(pbx.request(self.callback, pbx.event(call, state, caller.number)))
        _, message = self.datev.receive()
        self._finish(push, message, kept)

    def _finish(self, push: pbx.Push, message: dict[str, Any], kept: pbx.Push | None) -> None:
        push.expect_thanks()
        if kept is None:
            push.close()
        self.datev.confirm(message)

    def _check(self, message: dict[str, Any], caller: Caller) -> None:
        expected = caller.contact if self.knows_clients else ""
        found = message["call"]["AdressatenId"]
        if message["method"] != "NewCall" or found != expected:
            raise RuntimeError(
                f"{self.name}: {message['method']} with client {found!r} instead of {expected!r}"
            )
