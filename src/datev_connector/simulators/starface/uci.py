"""The XML-RPC door of the PBX over HTTP: who asks, by the token in the query."""

from __future__ import annotations

from datev_connector.simulators.starface.accounts import Accounts
from datev_connector.simulators.starface.chronicle import Door
from datev_connector.simulators.starface.config import BadLogin
from datev_connector.simulators.starface.http_server import Request, Response
from datev_connector.simulators.starface.misconduct import LOGIN_PAGE, login_redirect, web_page
from datev_connector.simulators.starface.module.desk import LIST_METHODS, ModuleDesk
from datev_connector.simulators.starface.oauth import OAuth
from datev_connector.simulators.starface.sessions import Callback
from datev_connector.simulators.starface.uci_desk import Caller, UciCall, UciDesk, understood
from datev_connector.simulators.starface.wire import (
    XML_TYPE,
    BadCall,
    write_fault,
    write_response,
)

AUTH = "de.vertico.starface.auth"
JWT = "de.vertico.starface.jwt"
USER = "de.vertico.starface.user"


class Uci:
    """Answers `POST /xml-rpc`."""

    def __init__(
        self, desk: UciDesk, modules: ModuleDesk, accounts: Accounts, oauth: OAuth
    ) -> None:
        self._desk = desk
        self._modules = modules
        self._config = desk.config
        self._accounts = accounts
        self._oauth = oauth

    def handle(self, request: Request) -> Response:
        """The PBX's answer to a request for `/xml-rpc`."""
        if request.method != "POST":
            return web_page(405, "Method Not Allowed")
        if not {AUTH, JWT} & set(request.query) and not request.body:
            return web_page(400, "Bad Request")
        try:
            call = understood(request.body)
        except BadCall as problem:
            return _xml(self._desk.no_call(problem, Door.HTTP))
        if self._modules.open_to_all(call.method):
            return self._module_answer(call, "")
        caller = self._caller(request)
        if caller is None:
            self._desk.note(call.method, "", "not signed in", Door.HTTP)
            return self._turned_away(call)
        return self._answer(call, caller)

    def _answer(self, call: UciCall, caller: Caller) -> Response:
        if self._modules.knows(call.method):
            return self._module_answer(call, caller.user.login)
        if call.method == LIST_METHODS and self._config.lists_methods:
            self._desk.note(call.method, caller.user.login, "ok", Door.HTTP)
            return _xml(write_response(self._modules.methods()))
        return _xml(self._desk.reply(call, caller))

    def _module_answer(self, call: UciCall, login: str) -> Response:
        reply = self._modules.reply(call.method, call.params)
        self._desk.note(call.method, login, reply.outcome, Door.HTTP)
        return _xml(reply.body)

    def _caller(self, request: Request) -> Caller | None:
        target = Callback.from_query(request.query)
        jwt = request.query.get(JWT)
        if jwt is not None:
            bearer = self._oauth.user_of(jwt)
            told = jwt if self._config.oauth.events_carry_token else ""
            return (
                Caller(user=bearer, target=target, token=told, shows_password=False)
                if bearer
                else None
            )
        token = request.query.get(AUTH, "")
        user = self._accounts.sign_in(token, request.query.get(USER, ""))
        return Caller(user=user, target=target, token=token) if user else None

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


def _xml(body: bytes) -> Response:
    return Response(body=body, content_type=XML_TYPE)
