"""The link to the PBX over HTTPS: trust first, then the form of the sign-in, then a way back.

Opening a link sends no password but in exchange for an OAuth token; with every other form the first
request that shows it is the session's login. The path for events is secret and stays the same for a
whole run, as does the port if it can.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
import ssl
from collections.abc import Callable
from ipaddress import ip_address

from datev_connector.domain.wording import worded
from datev_connector.starface.commands import Opened
from datev_connector.starface.event_source import Events
from datev_connector.starface.https.callback import CallbackServer
from datev_connector.starface.https.door import Visit
from datev_connector.starface.https.reach import local_address_towards, until_address_changes
from datev_connector.starface.https.transport import HttpsTransport
from datev_connector.starface.leg_words import UNVERIFIED
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.sign_in.credentials import Credentials
from datev_connector.starface.sign_in.forms import AUTH, JWT, USER
from datev_connector.starface.trouble import (
    EVASIVE,
    Complaint,
    LinkTrouble,
    Trouble,
    TroubleKind,
)
from datev_connector.starface.wire.uci import FaultKind, fault_kind
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse

CALLBACK = "de.vertico.starface.callback"
LOOK_S = 120.0
"""How often to see whether this computer still has the address that the PBX was told."""
CALLBACK_PARTS = ("host", "port", "path")
LOGIN = ".connection.login"
PLACE_CALL = ".placeCallWithPhone"
NOT_SIGNED_IN = frozenset({TroubleKind.UNAUTHORIZED, TroubleKind.WEB_PAGE, TroubleKind.REDIRECT})
"""How a PBX answers a token that it does not take, or not any more."""


class HttpsLink:
    """Opened anew for each session; every request bears the token that is good at that time."""

    def __init__(
        self,
        options: StarfaceOptions,
        credentials: Credentials,
        *,
        on_event: Callable[[MethodCall], None],
        on_lost: Callable[[Trouble], None] = lambda _trouble: None,
        callback_tls: ssl.SSLContext | None = None,
    ) -> None:
        """`callback_tls`: how events are received encrypted; None: the PBX pushes plain HTTP.

        `on_lost` is called if the PBX was told an address that is not ours any more.
        """
        self._options = options
        self._credentials = credentials
        self._door = credentials.door
        self._on_event = on_event
        self._on_lost = on_lost
        self._callback_tls = callback_tls
        self._path = f"/{secrets.token_urlsafe(24)}"
        self._port = options.callback_port
        self._back: dict[str, str] = {}
        self._signed_in_with = ""
        self._transport: HttpsTransport | None = None
        self._callback: CallbackServer | None = None
        self._watching: asyncio.Task[None] | None = None

    @property
    def way_back(self) -> tuple[str, int, str] | None:
        """Where the PBX is told to send events: host, port and secret path; None: nowhere."""
        if self._callback is None or not self._back:
            return None
        host, port, path = (self._back[f"{CALLBACK}.{part}"] for part in CALLBACK_PARTS)
        return host, int(port), path

    async def open(self) -> Opened:
        """Make everything ready for a login. Raises LinkTrouble; then nothing stays open."""
        await self.close()
        try:
            return await self._open()
        except BaseException:
            await self.close()
            raise

    async def call(self, call: MethodCall) -> MethodResponse | Fault:
        """The answer of the PBX. Raises LinkTrouble, and Unsendable for a bad value."""
        try:
            answer = await self._signed(call)
        except LinkTrouble as failed:
            trouble = await self._door.seen_closer(failed.trouble)
            if call.method.endswith(LOGIN) and trouble.kind in NOT_SIGNED_IN:
                trouble = await self._judged(trouble)
            raise LinkTrouble(trouble) from failed
        if call.method.endswith(LOGIN) and _refuses(call, answer):
            refused = Trouble(kind=TroubleKind.SIGN_IN_REFUSED)
            trouble = await self._judged(refused)
            if trouble is not refused:
                raise LinkTrouble(trouble)
        return answer

    async def close(self) -> None:
        """Close every connection and stop listening."""
        transport, self._transport = self._transport, None
        callback, self._callback = self._callback, None
        watching, self._watching = self._watching, None
        if watching is not None and watching is not asyncio.current_task():
            watching.cancel()
        try:
            if callback is not None:
                await callback.close()
        finally:
            if transport is not None:
                await transport.close()

    async def _open(self) -> Opened:
        self._credentials.check()
        client = await self._door.open()
        self._transport = HttpsTransport(client)
        await self._credentials.begin(Visit(self._door, client))
        await self._credentials.query()  # a refused token is told now
        flaws = () if self._door.verified else (UNVERIFIED,)
        self._back, flaw = await self._way_back()
        return Opened(pushes=bool(self._back), flaws=flaws + flaw)

    # --- requests ---------------------------------------------------------------------------------

    async def _signed(self, call: MethodCall) -> MethodResponse | Fault:
        """The answer to a signed request; one whose token was rejected is sent once more."""
        query = await self._credentials.query()
        try:
            answer = await self._send(call, query)
        except LinkTrouble as failed:
            if not _turned_away(failed.trouble, call):
                raise
            other = await self._credentials.query_instead(query)
            if other is None:
                raise
        else:
            # A fault may as well mean a right that is missing: only an older token explains it. At
            # a login much hangs on it, and another token costs no more than a renewal.
            doubted = query if _refuses(call, answer) else {}
            sure = call.method.endswith(LOGIN)
            other = await self._credentials.query_instead(doubted, sure=sure)
            if other is None:
                return answer
        return await self._send(call, other)

    async def _send(self, call: MethodCall, query: dict[str, str]) -> MethodResponse | Fault:
        if self._transport is None:
            raise LinkTrouble(Trouble(kind=TroubleKind.CUT, where=str(self._options.address)))
        if call.method.endswith(LOGIN):
            self._signed_in_with = query.get(JWT, "")
        return await self._transport.call(call, query | self._back)

    async def _judged(self, refusal: Trouble) -> Trouble:
        """A refused login, in the words that fit; nothing that tells it apart shows a password.

        A PBX that answers everybody but our login is no proxy with a page of its own.
        """
        if await self._credentials.lacks_secret():
            return Trouble(kind=TroubleKind.OAUTH_SECRET_MISSING, where=refusal.where)
        if refusal.kind in EVASIVE and await self._credentials.pbx_answers():
            return Trouble(kind=TroubleKind.SIGN_IN_REFUSED, where=refusal.where)
        return refusal

    # --- the way back -----------------------------------------------------------------------------

    async def _way_back(self) -> tuple[dict[str, str], tuple[Complaint, ...]]:
        """The query parameters that tell the PBX where to push events, or the reason for none."""
        events = Events(self._options.events)
        if events is Events.POLLING:
            return {}, ()
        try:
            # A name service that hangs must not hold the sign-in up.
            async with asyncio.timeout(self._options.times.connect_s):
                return await self._listen(), ()
        except OSError as error:  # TimeoutError among them
            trouble = Trouble(
                kind=TroubleKind.CANNOT_LISTEN,
                detail=worded(
                    "port {port}: {why}",
                    port=self._options.callback_port,
                    why=error.strerror or worded("no address"),
                ),
            )
            if events is Events.CALLBACK:
                raise LinkTrouble(trouble) from error
            return {}, (trouble.complaint,)

    async def _listen(self) -> dict[str, str]:
        address = self._options.address
        told = self._options.callback_host.strip()
        here = told or await local_address_towards(address.host, address.port)
        server = CallbackServer(
            path=self._path,
            expected={AUTH: self._is_ours, JWT: self._is_ours, USER: self._is_our_login},
            on_event=self._on_event,
            limits=self._options.callback_limits,
            tls=self._callback_tls,
        )
        await self._start(server, here, fallback=_wildcard(here) if told else here)
        self._callback = server
        self._port = server.port
        if not told:
            self._watching = asyncio.get_running_loop().create_task(self._watch_address(here))
        return {
            f"{CALLBACK}.host": here,
            f"{CALLBACK}.port": str(server.port),
            f"{CALLBACK}.path": self._path,
            f"{CALLBACK}.type": "http" if self._callback_tls is None else "https",
        }

    async def _watch_address(self, here: str) -> None:
        """A computer that moves to another network must tell the PBX where it is now."""
        address = self._options.address
        await until_address_changes(here, address.host, address.port, every_s=LOOK_S)
        self._on_lost(Trouble(kind=TroubleKind.ADDRESS_CHANGED))

    async def _start(self, server: CallbackServer, host: str, *, fallback: str) -> None:
        """Listen at the address itself, on the port of before if that is still free.

        An address that is not ours (the PBX reaches us through a translated one) means all.
        """
        wanted = self._options.callback_port
        places = [(host, self._port), (host, wanted), (fallback, self._port), (fallback, wanted)]
        for place in dict.fromkeys(places[:-1]):
            with contextlib.suppress(OSError):
                await server.start(*place)
                return
        await server.start(*places[-1])

    def _is_ours(self, token: str) -> bool:
        """Tell whether a token is one that we used: the PBX may name that of the login for long."""
        session = self._signed_in_with.encode()
        if session and hmac.compare_digest(session, token.encode("utf-8", "surrogateescape")):
            return True
        return self._credentials.knows(token)

    def _is_our_login(self, login: str) -> bool:
        return hmac.compare_digest(login.encode(), self._credentials.login.encode())


def _wildcard(host: str) -> str:
    try:
        return "::" if ip_address(host).version == 6 else "0.0.0.0"  # noqa: S104
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - a name that another device translates to us


def _turned_away(trouble: Trouble, call: MethodCall) -> bool:
    """Tell whether a request got no further than the gate, so that it may be sent again."""
    if call.method.endswith(PLACE_CALL):
        return trouble.kind is TroubleKind.UNAUTHORIZED
    return trouble.kind in NOT_SIGNED_IN


def _refuses(call: MethodCall, answer: MethodResponse | Fault) -> bool:
    """Tell whether an answer says no to the user, and not to the request."""
    if isinstance(answer, Fault):
        return fault_kind(answer) is FaultKind.ACCESS
    return call.method.endswith(LOGIN) and answer.value is False
