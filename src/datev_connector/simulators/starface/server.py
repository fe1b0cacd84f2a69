"""
The PBX as a whole: its doors, its switchboard, and the hand that pulls the plug.

    async with StarfaceSimulator(StarfaceConfig()) as starface:
        call = starface.pbx.incoming("0123", "004972112345")
        call.ring()
        await starface.settled()

Scripted steps act at once; events to clients are under way until `settled` returns.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from datev_connector.simulators.starface.accounts import Accounts
from datev_connector.simulators.starface.address_book import AddressBook
from datev_connector.simulators.starface.call_list import CallList
from datev_connector.simulators.starface.callbacks import Callbacks
from datev_connector.simulators.starface.certificate import Certificate
from datev_connector.simulators.starface.chronicle import Chronicle, RequestRecord
from datev_connector.simulators.starface.config import AuthMode, Behaviour, StarfaceConfig
from datev_connector.simulators.starface.events import Announcer, CallView
from datev_connector.simulators.starface.faults import Fault, FaultKind, Faults
from datev_connector.simulators.starface.http_server import (
    Hangup,
    HttpServer,
    Request,
    Response,
)
from datev_connector.simulators.starface.misconduct import distorted, instead, web_page
from datev_connector.simulators.starface.module.desk import ModuleDesk, ModuleFaults
from datev_connector.simulators.starface.module.modules import Modules
from datev_connector.simulators.starface.oauth import OAuth
from datev_connector.simulators.starface.requests import Desk
from datev_connector.simulators.starface.rest import Rest
from datev_connector.simulators.starface.sessions import Sessions
from datev_connector.simulators.starface.switchboard import Switchboard
from datev_connector.simulators.starface.uci import Uci
from datev_connector.simulators.starface.uci_desk import UciDesk, method_of
from datev_connector.simulators.starface.xmpp.component import Place
from datev_connector.simulators.starface.xmpp.config import StartTls
from datev_connector.simulators.starface.xmpp.door import XmppDoor
from datev_connector.simulators.starface.xmpp.endpoint import Service
from datev_connector.simulators.starface.xmpp.jid import Jid


class StarfaceSimulator:
    """A STARFACE PBX on a real socket; an async context manager."""

    def __init__(self, config: StarfaceConfig | None = None) -> None:
        given = config or StarfaceConfig()
        # Its own switches: throwing one here must not throw it in another simulator.
        self.config = replace(given, behaviour=replace(given.behaviour))
        self.certificate = self._first_certificate()
        self.chronicle = Chronicle(self.config.remembered)
        self.faults = Faults()
        self.accounts = Accounts(
            self.config.users,
            modes=self.config.auth_modes,
            lock_after=self.config.lock_after,
            lock_s=self.config.lock_s,
            now=self.config.now,
        )
        self.sessions = Sessions(self.config.session_timeout_s, self.config.now)
        self.call_list = CallList(
            lag_s=self.config.call_list_lag_s, now=self.config.now, new_id=self.config.new_id
        )
        self.address_book = AddressBook(self.config.contacts, self.config.contact_columns)
        self._callbacks = Callbacks(
            timeout_s=self.config.push_timeout_s, keep_alive=self.config.push_keep_alive
        )
        announcer = Announcer(
            self.config, self.sessions, self._callbacks, self.chronicle, self.call_list
        )
        self.pbx = Switchboard(self.config, self.accounts, self.chronicle, announcer)
        desk = Desk(
            config=self.config,
            pbx=self.pbx,
            view=CallView(self.config),
            call_list=self.call_list,
        )
        uci_desk = UciDesk(desk, self.accounts, self.sessions, self.chronicle)
        self.oauth = OAuth(self.config, self.accounts, self.chronicle, lambda: self.url)
        self.modules = Modules(self.config.modules, self.config.now)
        self._uci = Uci(uci_desk, self._module_desk(), self.accounts, self.oauth)
        self.rest = Rest(self.config, self.accounts, self.address_book, self.chronicle, self.oauth)
        service = Service(
            config=self.config.jabber_rpc,
            desk=uci_desk,
            accounts=self.accounts,
            faults=self.faults,
        )
        self.xmpp = XmppDoor(self.config, service, self.oauth, self.chronicle)
        announcer.stanzas = self.xmpp
        self._http = HttpServer(self._handle, body_limit=self.config.body_limit)
        self._port = self.config.port

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def host(self) -> str:
        """The address listened on."""
        return self.config.host

    @property
    def port(self) -> int:
        """The port listened on; it stays the same over restarts."""
        return self._port

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        scheme = "https" if self.config.encrypted else "http"
        return f"{scheme}://{self.host}:{self.port}"

    @property
    def behaviour(self) -> Behaviour:
        """Switches that may be thrown at any time."""
        return self.config.behaviour

    async def settled(self) -> None:
        """Return once no event is under way to any client."""
        await self._callbacks.settled()
        await self.xmpp.settled()

    async def restart(self, *, down_s: float = 0.0, certificate: Certificate | None = None) -> None:
        """Sessions, REST tokens and calls vanish without a word; then the PBX is back.

        `certificate` replaces the old one. Users, call list and chronicle stay.
        """
        await self.go_down()
        self.certificate = certificate or self.certificate
        await asyncio.sleep(down_s)
        await self.listen()

    async def go_down(self) -> None:
        """The first half of a restart: nobody listens any more."""
        await self._http.stop()
        await self.xmpp.go_down()
        await self._callbacks.close()
        self.sessions.clear()
        self.rest.forget_everything()
        self.pbx.forget_everything()

    async def listen(self) -> None:
        """Open the doors, on the same ports as before. Raises OSError if one is taken."""
        context = self.certificate.server_context() if self.config.encrypted else None
        self._port = await self._http.start(self.config.host, self._port, context)
        try:
            await self.xmpp.listen(self._xmpp_context())
        except OSError:
            await self._http.stop()
            raise

    async def drop_connections(self) -> None:
        """Break every open connection; sessions and calls stay."""
        await self._http.drop_connections()
        await self.xmpp.drop_connections()

    # XMPP

    @property
    def xmpp_port(self) -> int:
        """The port of the PBX's own XMPP server; it stays the same over restarts."""
        return self.xmpp.port

    def attach_to_xmpp(
        self,
        host: str,
        port: int,
        *,
        component: str,
        secret: str,
        domain: str,
        endpoint: str = "",
    ) -> None:
        """Become `component` of a real XMPP server, whose users of `domain` are the PBX's.

        Returns at once; see `xmpp_attached`. From then on the PBX comes back by itself after
        every loss. `endpoint`: the address that events come from, if it is not the component's own.
        """
        place = Place(
            host=host,
            port=port,
            component=Jid.parse(component),
            secret=secret,
            reattach_s=self.config.jabber_rpc.reattach_s,
        )
        self.xmpp.attach(place, domain=domain, endpoint=Jid.parse(endpoint or component))

    async def xmpp_attached(self, *, times: int = 1, timeout_s: float = 30.0) -> None:
        """Return once the PBX is a component, for at least so many times. Raises NotAttached."""
        await self.xmpp.until_attached(times, timeout_s)

    async def detach_from_xmpp(self) -> None:
        """Leave the real XMPP server for good."""
        await self.xmpp.detach()

    async def drop_xmpp(self) -> None:
        """Break every connection of XMPP; all doors stay open."""
        await self.xmpp.drop_connections()

    async def restart_xmpp(self, *, down_s: float = 0.0) -> None:
        """Only XMPP goes down and comes back; UCI sessions, tokens and calls stay."""
        await self.xmpp.go_down()
        await asyncio.sleep(down_s)
        await self.xmpp.listen(self._xmpp_context())

    def xmpp_passwords(self) -> dict[str, str]:
        """What each user's XMPP client has to show now; `""`: nothing would do."""
        oauth_only = self.config.auth_modes == {AuthMode.OAUTH}
        return {
            user.login: self.oauth.newest_token(user.login) if oauth_only else user.password
            for user in self.accounts
        }

    def on_xmpp_password(self, told: Callable[[str, str], None]) -> None:
        """Have `told` hear login and XMPP password of every user: now, and at every change.

        A real server that the PBX is attached to learns them this way. It is told before the
        client has its new token.
        """
        for login, password in self.xmpp_passwords().items():
            if password:
                told(login, password)
        if self.config.auth_modes == {AuthMode.OAUTH}:
            self.oauth.on_token(told)
        else:
            self.accounts.on_password(told)

    async def close(self) -> None:
        """End for good."""
        await self._http.stop()
        await self.xmpp.go_down()
        await self._callbacks.close()

    def _first_certificate(self) -> Certificate:
        given = self.config.certificate
        return given or Certificate.make(
            dict.fromkeys(("localhost", "127.0.0.1", self.config.host))
        )

    def _module_desk(self) -> ModuleDesk:
        codes = self.config.fault_codes
        faults = ModuleFaults(
            wrong_call=codes.wrong_call, stale=codes.stale_module, failed=codes.failed_module
        )
        return ModuleDesk(self.modules, faults)

    def _xmpp_context(self) -> ssl.SSLContext | None:
        settings = self.config.xmpp
        if settings is None or settings.starttls is StartTls.NONE:
            return None
        return (settings.certificate or self.certificate).server_context()

    async def _handle(self, request: Request) -> Response:
        rest = request.path.startswith("/rest/")
        method = "" if rest else method_of(request.body)
        name = method or f"{request.method} {request.path}"
        fault = self.faults.next_for(name)
        if fault is None:
            return self._answer(request)
        return await self._misbehave(fault, name, request, rest=rest)

    def _answer(self, request: Request) -> Response:
        if request.path == "/xml-rpc":
            return self._uci.handle(request)
        if request.path.startswith("/rest/"):
            return self.rest.handle(request)
        if self.oauth.serves(request.path):
            return self.oauth.handle(request)
        return web_page(404, "Not Found")

    async def _misbehave(
        self, fault: Fault, name: str, request: Request, *, rest: bool
    ) -> Response:
        code = self.config.fault_codes.illegal_access
        wrong = instead(fault.kind, rest=rest, fault_code=code)
        if wrong is not None or fault.kind in (FaultKind.DROP, FaultKind.SILENCE):
            at = self.config.now()
            note = RequestRecord(at=at, method=name, login="", outcome=f"fault: {fault.kind}")
            self.chronicle.note_request(note)
        if wrong is not None:
            return wrong
        match fault.kind:
            case FaultKind.DROP:
                raise Hangup
            case FaultKind.SILENCE:
                await asyncio.Event().wait()
            case FaultKind.SLOW:
                await asyncio.sleep(fault.delay_s)
        response = self._answer(request)
        if fault.kind is FaultKind.LOST_ANSWER:
            raise Hangup
        return distorted(response, rest=rest) if fault.kind is FaultKind.WRONG_TYPES else response
