"""
The UCI endpoint in XMPP: answers Jabber-RPC (XEP-0009) at one address and sends events from it.

Who asks is known by the sender's JID alone: the XMPP server vouches for it. A request from any JID
of the domain whose local part is a login acts as that user; the session's events go to that full
JID, each as an IQ that the client must answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from datev_connector.simulators.starface.accounts import Accounts
from datev_connector.simulators.starface.chronicle import Door
from datev_connector.simulators.starface.config import JabberRpcConfig, PbxUser
from datev_connector.simulators.starface.faults import Fault, FaultKind, Faults
from datev_connector.simulators.starface.uci_desk import Caller, UciDesk, understood
from datev_connector.simulators.starface.wire import BadCall
from datev_connector.simulators.starface.xmpp.element import Element, build
from datev_connector.simulators.starface.xmpp.jid import BadJid, Jid
from datev_connector.simulators.starface.xmpp.misconduct import distorted, instead
from datev_connector.simulators.starface.xmpp.namespaces import (
    DISCO_INFO,
    DISCO_ITEMS,
    PING,
    RPC,
)
from datev_connector.simulators.starface.xmpp.stanzas import (
    condition_of,
    disco_info,
    disco_items,
    error,
    is_question,
    payload,
    result,
    rpc,
    rpc_body,
)

RPC_IDENTITY = ("automation", "rpc", "UCI")
NO_ANSWER = "no answer"
Done = Callable[[str], None]
"""Told how a delivery went: `""` when the client answered it, else what was wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The parts of the PBX that the endpoint works with."""

    config: JabberRpcConfig
    desk: UciDesk
    accounts: Accounts
    faults: Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How the endpoint reaches the XMPP server it lives at."""

    send: Callable[[Element], bool]
    """Whether the stanza could be sent."""

    drop: Callable[[Jid], None]
    """Break the connection of a client, where the server allows it."""


@dataclass(slots=True)
class Pending:
    """An event that the client has not answered yet."""

    to: Jid
    done: Done
    timer: asyncio.TimerHandle


@dataclass(slots=True)
class Endpoint:
    """UCI at one address. `domain`: whose users may ask."""

    jid: Jid
    domain: str
    service: Service
    line: Line
    _pending: dict[str, Pending] = field(default_factory=dict)
    _later: set[asyncio.TimerHandle] = field(default_factory=set)
    _sent: int = 0

    @property
    def waiting(self) -> int:
        """How many events are not answered yet."""
        return len(self._pending)

    def take(self, stanza: Element) -> None:
        """Handle a stanza to this endpoint; what is no IQ is of no interest."""
        if stanza.name != "iq":
            return
        if not is_question(stanza):
            self._answered(stanza)
            return
        content = payload(stanza)
        match (stanza.get("type"), content.namespace if content else "", content):
            case ("set", str(namespace), Element() as query) if namespace == RPC:
                self._asked(stanza, query)
            case ("get", str(namespace), _) if namespace == DISCO_INFO:
                self.line.send(result(stanza, self.info()))
            case ("get", str(namespace), _) if namespace == DISCO_ITEMS:
                self.line.send(result(stanza, disco_items(())))
            case ("get", str(namespace), _) if namespace == PING:
                self.line.send(result(stanza))
            case _:
                self.line.send(error(stanza, "service-unavailable"))

    def info(self) -> Element:
        """What the endpoint says of itself."""
        if self.service.config.shows_itself:
            return disco_info([RPC_IDENTITY], [DISCO_INFO, DISCO_ITEMS, PING, RPC])
        return disco_info([("component", "generic", "")], [DISCO_INFO, DISCO_ITEMS, PING])

    def push(self, to: Jid, body: bytes, done: Done, sender: Jid | None = None) -> None:
        """Send one event; `done` is told how it went. `sender`: somebody else than the endpoint."""
        self._sent += 1
        stanza_id = f"uci-{self._sent}"
        address = {"type": "set", "id": stanza_id, "from": str(sender or self.jid), "to": str(to)}
        timeout = self.service.config.iq_timeout_s
        timer = asyncio.get_running_loop().call_later(timeout, self._give_up, stanza_id, NO_ANSWER)
        self._pending[stanza_id] = Pending(to, done, timer)
        if not self.line.send(build("iq", "", address, rpc(body))):
            self._give_up(stanza_id, "not connected")

    def forget(self, jid: Jid) -> None:
        """A client is gone: what it has not answered it never will."""
        for stanza_id in [key for key, pending in self._pending.items() if pending.to == jid]:
            self._give_up(stanza_id, "recipient-unavailable")

    def close(self) -> None:
        """Nothing more is expected or said; nobody is told of what is still open."""
        timers = [*self._later, *(pending.timer for pending in self._pending.values())]
        for timer in timers:
            timer.cancel()
        self._later.clear()
        self._pending.clear()

    # Events

    def _give_up(self, stanza_id: str, why: str) -> None:
        pending = self._pending.pop(stanza_id, None)
        if pending is not None:
            pending.timer.cancel()
            pending.done(why)

    def _answered(self, stanza: Element) -> None:
        pending = self._pending.get(stanza.get("id"))
        if pending is None or stanza.get("from") != str(pending.to):
            return
        why = ""
        if stanza.get("type") == "error":
            why = condition_of(stanza) or "error"
        elif (query := stanza.child("query", RPC)) is None or (
            rpc_body(query, "methodResponse") is None
        ):
            why = "answer without methodResponse"
        self._give_up(stanza.get("id"), why)

    # Requests

    def _asked(self, stanza: Element, query: Element) -> None:
        body = rpc_body(query, "methodCall")
        asker = self._asker(stanza.get("from"))
        if asker is None:
            self.line.send(error(stanza, "forbidden"))
        elif body is None:
            self.line.send(error(stanza, "bad-request"))
        else:
            self._carry_out(stanza, body, *asker)

    def _asker(self, sender: str) -> tuple[PbxUser, Jid] | None:
        try:
            jid = Jid.parse(sender)
        except BadJid:
            return None
        user = self.service.accounts.find(jid.local) if jid.domain == self.domain else None
        return (user, jid) if user is not None and jid.resource else None

    def _carry_out(self, stanza: Element, body: bytes, user: PbxUser, jid: Jid) -> None:
        desk = self.service.desk
        try:
            call = understood(body)
        except BadCall as problem:
            self.line.send(result(stanza, rpc(desk.no_call(problem, Door.XMPP))))
            return
        caller = Caller(
            user=user,
            target=jid,
            door=Door.XMPP,
            shows_password=False,
            signs_in=self.service.config.connection_requests,
        )

        def reply() -> Element:
            return result(stanza, rpc(desk.reply(call, caller)))

        fault = self.service.faults.next_for(call.method, Door.XMPP)
        if fault is None:
            self.line.send(reply())
        else:
            self._misbehave(fault, stanza, call.method, reply)

    def _misbehave(
        self, fault: Fault, stanza: Element, method: str, reply: Callable[[], Element]
    ) -> None:
        code = self.service.desk.config.fault_codes.illegal_access
        wrong = instead(fault.kind, stanza, code)
        if wrong is not None or fault.kind in (FaultKind.DROP, FaultKind.SILENCE):
            self.service.desk.note(method, "", f"fault: {fault.kind}", Door.XMPP)
        if wrong is not None:
            self.line.send(wrong)
            return
        match fault.kind:
            case FaultKind.SILENCE:
                return
            case FaultKind.DROP:
                self.line.drop(Jid.parse(stanza.get("from")))
            case FaultKind.LOST_ANSWER:
                reply()
                self.line.drop(Jid.parse(stanza.get("from")))
            case FaultKind.SLOW:
                self._send_later(fault.delay_s, reply())
            case FaultKind.WRONG_TYPES:
                self.line.send(distorted(reply()))
            case _:
                self.line.send(reply())

    def _send_later(self, delay_s: float, answer: Element) -> None:
        def send() -> None:
            self._later.discard(timer)
            self.line.send(answer)

        timer = asyncio.get_running_loop().call_later(delay_s, send)
        self._later.add(timer)
