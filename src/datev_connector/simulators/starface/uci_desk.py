"""The UCI desk of the PBX, whichever way a request came: is it known, is there a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datev_connector.simulators.starface.accounts import Accounts
from datev_connector.simulators.starface.chronicle import Chronicle, Door, RequestRecord
from datev_connector.simulators.starface.config import PbxUser
from datev_connector.simulators.starface.requests import TABLE, Asker, Desk, Requests
from datev_connector.simulators.starface.sessions import Session, Sessions, Target
from datev_connector.simulators.starface.wire import (
    BadCall,
    read_call,
    write_fault,
    write_response,
)

CONNECTION_REQUESTS = ("login", "logout", "keepAlive")


class Refused(Exception):
    """The answer is an XML-RPC fault."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class UciCall:
    """A request as the PBX understood it."""

    method: str
    version: str
    name: str
    params: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who makes a request, and where the events of that session go."""

    user: PbxUser
    target: Target | None
    token: str = ""
    door: Door = Door.HTTP
    shows_password: bool = True
    """Whether the request itself proves the password, so that its `login` counts as a sign-in."""

    signs_in: bool = True
    """Whether `connection.login` and its like exist this way; if not, asking opens a session."""


class UciDesk:
    """Answers UCI requests of known users."""

    def __init__(
        self, desk: Desk, accounts: Accounts, sessions: Sessions, chronicle: Chronicle
    ) -> None:
        self.config = desk.config
        self._requests = Requests(desk)
        self._accounts = accounts
        self._sessions = sessions
        self._chronicle = chronicle

    def reply(self, call: UciCall, caller: Caller) -> bytes:
        """Carry out a request; returns the `methodResponse`, which may be a fault."""
        try:
            value = self._carry_out(call, caller)
        except Refused as refusal:
            self.note(call.method, caller.user.login, str(refusal), caller.door)
            return write_fault(refusal.code, str(refusal))
        self.note(call.method, caller.user.login, "ok", caller.door)
        return write_response(value)

    def no_call(self, problem: BadCall, door: Door) -> bytes:
        """The fault for a body that calls nothing."""
        self.note("", "", "no XML-RPC", door)
        return write_fault(self.config.fault_codes.wrong_call, str(problem))

    def note(self, method: str, login: str, outcome: str, door: Door) -> None:
        """Enter a request in the chronicle."""
        at = self.config.now()
        record = RequestRecord(at=at, method=method, login=login, outcome=outcome, door=door)
        self._chronicle.note_request(record)

    def _carry_out(self, call: UciCall, caller: Caller) -> object:
        codes = self.config.fault_codes
        if call.version not in self.config.versions:
            raise Refused(codes.unknown_method, f"No such handler: {call.method}")
        service, _, request = call.name.rpartition(".")
        if service == "connection" and request in CONNECTION_REQUESTS and caller.signs_in:
            return self._connection(call, request, caller)
        entrance = TABLE.get(call.name)
        if entrance is None or call.version not in entrance.versions:
            raise Refused(codes.unknown_method, f"No such handler: {call.method}")
        if not caller.user.uci:
            text = "UciIllegalAccessException: request not allowed for user"
            raise Refused(codes.illegal_access, text)
        session = self._session_of(caller)
        if session is None and entrance.needs_session:
            raise Refused(codes.not_connected, "UcpNotConnectedException: not connected")
        if not entrance.accepts(call.params):
            raise Refused(codes.wrong_call, f"wrong parameters for {call.method}")
        if session is not None and self.config.any_request_extends:
            self._sessions.touch(session)
        asker = Asker(user=caller.user, version=call.version, session=session)
        return entrance.answer(self._requests, asker, *call.params)

    def _session_of(self, caller: Caller) -> Session | None:
        session = self._sessions.find(caller.user.login, caller.target)
        if session is None and not caller.signs_in:
            login, target = caller.user.login, caller.target
            return self._sessions.open(login, target, caller.token, lasting=True)
        return session

    def _connection(self, call: UciCall, request: str, caller: Caller) -> bool:
        if call.params:
            raise Refused(self.config.fault_codes.wrong_call, f"{request} takes no parameters")
        login = caller.user.login
        if request == "login":
            if caller.shows_password:
                self._accounts.count_login(login)
            self._sessions.open(login, caller.target, caller.token)
            return True
        if request == "logout":
            self._sessions.close(login, caller.target)
            return True
        session = self._sessions.find(login, caller.target)
        if session is not None:
            self._sessions.touch(session)
        return session is not None


def method_of(body: bytes) -> str:
    """The method a body calls, `""` if it calls none."""
    try:
        return read_call(body)[0]
    except BadCall:
        return ""


def understood(body: bytes) -> UciCall:
    """The request that a body makes. Raises BadCall."""
    method, params = read_call(body)
    version, name = _split(method)
    return UciCall(method=method, version=version, name=name, params=params)


def _split(method: str) -> tuple[str, str]:
    """Version and short name; both `""` for a name that is not UCI's.

    `ucp.v22.server.communication.call.*` is an older spelling that servers still answer.
    """
    match method.split(".", 3):
        case ["ucp", version, "requests", name]:
            return version, name
        case ["ucp", version, "server", name] if name.startswith("communication.call."):
            return version, name.removeprefix("communication.")
    return "", ""
