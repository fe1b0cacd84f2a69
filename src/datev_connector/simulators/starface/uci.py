"""The XML-RPC door of the PBX: who asks, is the request known, is there a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datev_connector.simulators.starface.accounts import Accounts
from datev_connector.simulators.starface.chronicle import Chronicle, RequestRecord
from datev_connector.simulators.starface.config import BadLogin, PbxUser
from datev_connector.simulators.starface.http_server import Request, Response
from datev_connector.simulators.starface.misconduct import LOGIN_PAGE, login_redirect, web_page
from datev_connector.simulators.starface.requests import TABLE, Asker, Desk, Requests
from datev_connector.simulators.starface.sessions import Callback, Sessions
from datev_connector.simulators.starface.wire import (
    XML_TYPE,
    BadCall,
    read_call,
    write_fault,
    write_response,
)

AUTH = "de.vertico.starface.auth"
USER = "de.vertico.starface.user"


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


class Uci:
    """Answers `POST /xml-rpc`."""

    def __init__(
        self, desk: Desk, accounts: Accounts, sessions: Sessions, chronicle: Chronicle
    ) -> None:
        self._requests = Requests(desk)
        self._config = desk.config
        self._accounts = accounts
        self._sessions = sessions
        self._chronicle = chronicle

    def handle(self, request: Request) -> Response:
        """The PBX's answer to a request for `/xml-rpc`."""
        if request.method != "POST":
            return web_page(405, "Method Not Allowed")
        if AUTH not in request.query and not request.body:
            return web_page(400, "Bad Request")
        try:
            call = _understood(request.body)
        except BadCall as problem:
            self._note("", "", "no XML-RPC")
            return _xml(write_fault(self._config.fault_codes.wrong_call, str(problem)))
        token = request.query.get(AUTH, "")
        user = self._accounts.sign_in(token, request.query.get(USER, ""))
        if user is None:
            self._note(call.method, "", "not signed in")
            return self._turned_away(call)
        return self._answered(call, user, Callback.from_query(request.query), token)

    def _answered(
        self, call: UciCall, user: PbxUser, callback: Callback | None, token: str
    ) -> Response:
        try:
            value = self._carry_out(call, user, callback, token)
        except Refused as refusal:
            self._note(call.method, user.login, str(refusal))
            return _xml(write_fault(refusal.code, str(refusal)))
        self._note(call.method, user.login, "ok")
        return _xml(write_response(value))

    def _carry_out(
        self, call: UciCall, user: PbxUser, callback: Callback | None, token: str
    ) -> object:
        codes = self._config.fault_codes
        if call.version not in self._config.versions:
            raise Refused(codes.unknown_method, f"No such handler: {call.method}")
        service, _, request = call.name.rpartition(".")
        if service == "connection" and request in ("login", "logout", "keepAlive"):
            return self._connection(call, request, user, callback, token)
        entrance = TABLE.get(call.name)
        if entrance is None or call.version not in entrance.versions:
            raise Refused(codes.unknown_method, f"No such handler: {call.method}")
        session = self._sessions.find(user.login, callback)
        if session is None and entrance.needs_session:
            raise Refused(codes.not_connected, "UcpNotConnectedException: not connected")
        if not entrance.accepts(call.params):
            raise Refused(codes.wrong_call, f"wrong parameters for {call.method}")
        if session is not None and self._config.any_request_extends:
            self._sessions.touch(session)
        asker = Asker(user=user, version=call.version, session=session)
        return entrance.answer(self._requests, asker, *call.params)

    def _connection(
        self, call: UciCall, request: str, user: PbxUser, callback: Callback | None, token: str
    ) -> bool:
        if call.params:
            raise Refused(self._config.fault_codes.wrong_call, f"{request} takes no parameters")
        if request == "login":
            self._accounts.count_login(user.login)
            self._sessions.open(user.login, callback, token)
            return True
        if request == "logout":
            self._sessions.close(user.login, callback)
            return True
        session = self._sessions.find(user.login, callback)
        if session is not None:
            self._sessions.touch(session)
        return session is not None

    def _turned_away(self, call: UciCall) -> Response:
        match self._config.bad_login:
            case BadLogin.HTML:
                return LOGIN_PAGE
            case BadLogin.REDIRECT:
                return login_redirect()
            case BadLogin.UNAUTHORIZED:
                return web_page(401, "Unauthorized")
            case BadLogin.LENIENT if call.name == "connection.login":
                return _xml(write_response(value=False))
            case _:
                text = "UciIllegalAccessException: request not allowed for user"
                return _xml(write_fault(self._config.fault_codes.illegal_access, text))

    def _note(self, method: str, login: str, outcome: str) -> None:
        at = self._config.now()
        record = RequestRecord(at=at, method=method, login=login, outcome=outcome)
        self._chronicle.note_request(record)


def method_of(body: bytes) -> str:
    """The method a body calls, `""` if it calls none."""
    try:
        return read_call(body)[0]
    except BadCall:
        return ""


def _understood(body: bytes) -> UciCall:
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


def _xml(body: bytes) -> Response:
    return Response(body=body, content_type=XML_TYPE)
