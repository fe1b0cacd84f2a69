"""How the PBX misbehaves on demand: once, several times, or until told to stop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from datev_connector.simulators.starface.chronicle import Door


class FaultKind(StrEnum):
    """What goes wrong with a request: over HTTP as said here, over XMPP in the nearest way."""

    HTML = "html"
    """HTTP 200 with a web page."""

    REDIRECT = "redirect"
    """HTTP 302 to a web page."""

    SERVER_ERROR = "server-error"
    """HTTP 500 with a web page."""

    UNAVAILABLE = "unavailable"
    """HTTP 503, as while the PBX starts."""

    UNAUTHORIZED = "unauthorized"
    """HTTP 401, as when a sign-in has just ended."""

    EMPTY = "empty"
    """HTTP 200 without a body."""

    GARBAGE = "garbage"
    """HTTP 200 with a broken XML body (broken JSON for REST)."""

    OVERSIZE = "oversize"
    """HTTP 200 with a well-formed answer of many megabytes."""

    ENTITIES = "entities"
    """HTTP 200 with XML that declares nested entities."""

    WRONG_TYPES = "wrong-types"
    """The answer's value has another type than promised. The request is carried out."""

    UCI_FAULT = "uci-fault"
    """An XML-RPC fault."""

    SILENCE = "silence"
    """The request is read and never answered. It is not carried out."""

    LOST_ANSWER = "lost-answer"
    """The request is carried out; the connection breaks before the answer."""

    DROP = "drop"
    """The connection breaks; the request is not carried out."""

    SLOW = "slow"
    """The request is carried out and answered after `delay_s`."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One planned fault. `method` is a pattern: a UCI method or `GET /rest/contacts`, `*` is any.

    `times`: how often it strikes; None: until removed. `skip`: how many matching requests pass
    before it strikes first. `door`: where it strikes; None: everywhere.
    """

    kind: FaultKind
    method: str = "*"
    times: int | None = 1
    skip: int = 0
    delay_s: float = 1.0
    door: Door | None = None
    struck: int = 0


class Faults:
    """The faults that are planned, first come first served."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    @property
    def planned(self) -> tuple[Fault, ...]:
        """Faults that have not been used up."""
        return tuple(self._planned)

    def add(
        self,
        kind: FaultKind,
        *,
        method: str = "*",
        times: int | None = 1,
        skip: int = 0,
        delay_s: float = 1.0,
        door: Door | None = None,
    ) -> Fault:
        """Plan a fault; see `Fault` for the meaning of the arguments."""
        fault = Fault(kind=kind, method=method, times=times, skip=skip, delay_s=delay_s, door=door)
        self._planned.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Stop a fault; one that is used up already is no error."""
        if fault in self._planned:
            self._planned.remove(fault)

    def clear(self) -> None:
        """All is well again."""
        self._planned.clear()

    def next_for(self, method: str, door: Door = Door.HTTP) -> Fault | None:
        """The fault that strikes this request, used up by it. None: all is well."""
        for fault in self._planned:
            if fault.door not in (None, door) or not fnmatchcase(method, fault.method):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            self._strike(fault)
            return fault
        return None

    def _strike(self, fault: Fault) -> None:
        fault.struck += 1
        if fault.times is not None and fault.struck >= fault.times:
            self._planned.remove(fault)
