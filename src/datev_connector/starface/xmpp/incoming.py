"""What is answered to whom: events from the endpoint are taken, strangers are refused.

Whoever has an account at the PBX can send us a stanza, so an event counts only if the endpoint that
we talk to sent it, or the server itself. It is answered before anything is done with it: the
sender counts the time. No address of a person reaches the log, and no flood fills it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from datev_connector.starface.wire.xmlrpc import MethodCall, MethodResponse
from datev_connector.starface.wire.xmlrpc_reader import NotXmlRpc
from datev_connector.starface.xmpp.rpc import QUERY, unwrap, wrap
from datev_connector.starface.xmpp.stanzas import (
    DISCO_INFO,
    PING,
    WHO_WE_ARE,
    Request,
    domain_of,
)

LOG = logging.getLogger(__name__)

ACCEPTED = wrap(MethodResponse(value=True))
SAID_AGAIN_S = 60.0
"""How seldom the log tells of stanzas that were refused."""


class Line(Protocol):
    """Where requests come from, and answers go."""

    def answer(self, request: Request, content: str = "") -> None:
        """Send the result of a request."""

    def refuse(self, request: Request, condition: str) -> None:
        """Send an error instead."""


class Incoming:
    """Answers every request on one line, and hands events on."""

    def __init__(self, on_event: Callable[[MethodCall], None], clock: Callable[[], float]) -> None:
        """`clock` only ever grows, in seconds."""
        self._on_event = on_event
        self._clock = clock
        self._own_address = ""
        self._senders: frozenset[str] = frozenset()
        self._silent_until_s: float | None = None
        self._untold = 0

    def expect(self, *, senders: frozenset[str], own_address: str) -> None:
        """Take events from these bare addresses, sent to this full one."""
        self._senders = senders - {""}
        self._own_address = own_address

    def take(self, request: Request, line: Line) -> None:
        """Answer one request."""
        if request.asks_for == QUERY:
            self._take_rpc(request, line)
        elif request.kind == "get" and request.asks_for == f"{{{DISCO_INFO}}}query":
            line.answer(request, WHO_WE_ARE)
        elif request.kind == "get" and request.asks_for == f"{{{PING}}}ping":
            line.answer(request)
        else:
            line.refuse(request, "service-unavailable")

    def _take_rpc(self, request: Request, line: Line) -> None:
        if not self._is_from_endpoint(request):
            line.refuse(request, "forbidden")
            self._tell(request, "it does not come from the endpoint")
            return
        try:
            event = _event(request)
        except NotXmlRpc as error:
            line.refuse(request, "bad-request")
            self._tell(request, str(error))
            return
        line.answer(request, ACCEPTED)
        self._on_event(event)

    def _is_from_endpoint(self, request: Request) -> bool:
        """Nobody but the server sends without an address (RFC 6120, 8.1.2.1)."""
        if request.addressee not in {"", self._own_address}:
            return False
        return not request.sender or request.sender_bare in self._senders

    def _tell(self, request: Request, why: str) -> None:
        now_s = self._clock()
        if self._silent_until_s is not None and now_s < self._silent_until_s:
            self._untold += 1
            return
        sender = domain_of(request.sender_bare) or "nowhere"
        LOG.warning(
            "STARFACE: refused an event over XMPP from %s: %s (%d more not told)",
            *(sender, why, self._untold),
        )
        self._silent_until_s, self._untold = now_s + SAID_AGAIN_S, 0


def _event(request: Request) -> MethodCall:
    if request.kind != "set" or request.content is None:
        raise NotXmlRpc("it is not set but asked for")
    message = unwrap(request.content)
    if not isinstance(message, MethodCall):
        raise NotXmlRpc("an answer instead of a call")
    return message
