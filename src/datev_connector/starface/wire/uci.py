"""STARFACE UCI on the wire: what we may ask of the PBX, in its two living generations.

v30 and v22 differ in the prefix of their names, in the members of a call, and in that only v30 has
a call list that can be read. This module makes the requests; `uci_calls` reads what comes back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from datev_connector.domain.wording import joined, worded
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, Value

CALL_LIST_LIMIT = 100
"""Entries asked for at once; what clients seen in the field ask for."""


class UciVersion(StrEnum):
    """A generation of UCI; one serves a whole session."""

    V30 = "v30"
    V22 = "v22"


@dataclass(frozen=True, slots=True)
class Uci:
    """The requests of one generation."""

    version: UciVersion

    @property
    def has_call_list(self) -> bool:
        """Tell whether the parameters of the call list are known for this generation."""
        return self.version is UciVersion.V30

    def login(self) -> MethodCall:
        """Begin a session; answered by a boolean."""
        return self._request("connection.login")

    def logout(self) -> MethodCall:
        """End the session; always answered by true."""
        return self._request("connection.logout")

    def server_version(self) -> MethodCall:
        """Ask for the version of the PBX; answered by a string, without a session maybe a fault."""
        return self._request("system.getServerVersion")

    def provided_services(self) -> tuple[MethodCall, ...]:
        """Ask which services there are for requests and for events; each may be a fault."""
        names = ("getProvidedRequests", "getProvidedEvents")
        return tuple(self._request(f"service.{name}") for name in names)

    def keep_alive(self) -> MethodCall:
        """Keep the session; false: the PBX knows no session of ours."""
        return self._request("connection.keepAlive")

    def subscribe(self) -> MethodCall:
        """Have the events of calls pushed; answered by a boolean."""
        return self._request("service.subscribeEvents", self._call_events)

    def unsubscribe(self) -> MethodCall:
        """Undo `subscribe`."""
        return self._request("service.unsubscribeEvents", self._call_events)

    def call_ids(self) -> MethodCall:
        """Ask which calls the user has; answered by a list of ids."""
        return self._request("call.getCallIds")

    def call_state(self, pbx_call: str) -> MethodCall:
        """Ask for a call; answered by a struct, which is empty if there is no such call."""
        return self._request("call.getCallState", pbx_call)

    def place_call(self, number: str, pbx_call: str, phone: str = "") -> MethodCall:
        """Dial; no `phone`: the user's first. Answered by the id, `""` if refused."""
        return self._request("call.placeCallWithPhone", number, phone, pbx_call)

    def hang_up(self, pbx_call: str) -> MethodCall:
        """End a call; answered by a boolean."""
        return self._request("call.hangupCall", pbx_call)

    def call_list(self, *, after: datetime, before: datetime, offset: int = 0) -> MethodCall:
        """Ask for the calls that began between two naive times of the PBX's clock, newest first.

        `offset`: so many of them are passed over.
        """
        return self._request(
            "callList.getCallList",
            before,
            after,
            *("", "", ""),  # any direction, any result, any group
            "startTime",
            "DESCENDING",
            offset,
            CALL_LIST_LIMIT,
        )

    @property
    def _call_events(self) -> str:
        return f"ucp.{self.version}.events.call"

    def _request(self, name: str, *params: Value) -> MethodCall:
        return MethodCall(method=f"ucp.{self.version}.requests.{name}", params=params)


class FaultKind(StrEnum):
    """What a fault means for the session. Its codes are not published, so its text decides."""

    UNKNOWN_METHOD = "unknown-method"
    NOT_CONNECTED = "not-connected"
    ACCESS = "access"
    OTHER = "other"


FAULT_WORDS: tuple[tuple[FaultKind, tuple[str, ...]], ...] = (
    (FaultKind.NOT_CONNECTED, ("notconnected", "not connected", "not logged in", "no session")),
    (
        FaultKind.ACCESS,
        (
            *("illegalaccess", "illegal access", "not allowed", "denied", "permission"),
            *("forbidden", "unauthori", "authentic", "credential", "password", "wrong login"),
            *("locked", "blocked", "login", "token", "signature"),
        ),
    ),
    (
        FaultKind.UNKNOWN_METHOD,
        (
            *("unknown method", "no such method", "nosuchmethod", "method not found", "no method"),
            *("no such handler", "no handler", "unknown request", "unknown service"),
            *("not implemented", "unsupported", "not found", "does not exist"),
        ),
    ),
)
EXCEPTION = re.compile(r"\b[A-Za-z]{3,60}Exception\b")

METHOD_NAME = re.compile(r"\bucp\.[a-z0-9_.]+")
"""`login` in the name of a method says nothing about the login."""

METHOD_NOT_FOUND = -32601
"""The one code that the XML-RPC community agreed on (fault code interoperability)."""


def fault_kind(fault: Fault) -> FaultKind:
    """What `fault` means; one about access never reads as an unknown method."""
    text = METHOD_NAME.sub("", fault.text.lower())
    for kind, words in FAULT_WORDS:
        if any(word in text for word in words):
            return kind
    return FaultKind.UNKNOWN_METHOD if fault.code == METHOD_NOT_FOUND else FaultKind.OTHER


def fault_name(fault: Fault) -> str:
    """What of a fault may be shown: its code, and the name of the exception if it names one.

    The rest of the text comes from the PBX unchecked and could hold a number or a name.
    """
    found = EXCEPTION.search(fault.text)
    return joined(
        worded("code {code}", code=fault.code), found.group() if found else "", between=", "
    )
