"""The link to the PBX over HTTPS: trust first, then the form of the sign-in, then a way back.

Opening a link sends no secret; the first request that does is the session's login. The path for
events is secret and stays the same for a whole run, as does the port if it can.
"""

from __future__ import annotations

import contextlib
import secrets
import ssl
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address

from datev_connector.domain.legs import Mender
from datev_connector.network.tls import (
    CertificateChanged,
    PinStore,
    Verification,
    trusted_context,
)
from datev_connector.starface.callback import CallbackServer
from datev_connector.starface.commands import Opened
from datev_connector.starface.event_source import Events
from datev_connector.starface.https import HttpsTransport
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.reach import local_address_towards, shake_hands, trouble_of
from datev_connector.starface.second_look import looked_at_again
from datev_connector.starface.sign_in import (
    AUTH,
    USER,
    SignIn,
    SignInUnsupported,
    form_for_login_type,
    sign_in_query,
)
from datev_connector.starface.trouble import Complaint, LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.xmlrpc import Fault, MethodCall, MethodResponse

CALLBACK = "de.vertico.starface.callback"
UNVERIFIED = Complaint(
    reason="The certificate of the PBX is not checked.",
    mender=Mender.USER,
    remedy='Set starface.verify_certificate = "pin".',
)


class HttpsLink:
    """Opened anew for each session; requests go out with one and the same query string."""

    def __init__(
        self,
        options: StarfaceOptions,
        password: str,
        *,
        pins: PinStore,
        now: Callable[[], datetime],
        on_event: Callable[[MethodCall], None],
        callback_tls: ssl.SSLContext | None = None,
    ) -> None:
        """`callback_tls`: how events are received encrypted; None: the PBX pushes plain HTTP."""
        self._options = options
        self._password = password
        self._pins = pins
        self._now = now
        self._on_event = on_event
        self._callback_tls = callback_tls
        self._path = f"/{secrets.token_urlsafe(24)}"
        self._port = options.callback_port
        self._accepted: bytes | None = None
        self._transport: HttpsTransport | None = None
        self._callback: CallbackServer | None = None

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
        if self._transport is None:
            raise LinkTrouble(Trouble(kind=TroubleKind.CUT, where=str(self._options.address)))
        try:
            return await self._transport.call(call)
        except LinkTrouble as failed:
            raise LinkTrouble(await self._seen_closer(failed.trouble)) from failed

    async def close(self) -> None:
        """Close every connection and stop listening."""
        transport, self._transport = self._transport, None
        callback, self._callback = self._callback, None
        if callback is not None:
            await callback.close()
        if transport is not None:
            await transport.close()

    async def _open(self) -> Opened:
        fault = self._options.fault(self._password)
        if fault is not None:
            raise _incomplete(fault)
        context = await self._trust()
        self._transport = HttpsTransport(self._options.address, context, self._options.times)
        query = await self._sign_in_query(self._transport)
        flaws = () if self._verified else (UNVERIFIED,)
        back, flaw = await self._way_back(query)
        self._transport.sign(query | back)
        return Opened(pushes=bool(back), flaws=flaws + flaw)

    # --- trust ------------------------------------------------------------------------------------

    @property
    def _verified(self) -> bool:
        options = self._options
        return not options.encrypted or options.verify_certificate != Verification.OFF

    async def _trust(self) -> ssl.SSLContext | None:
        """Whom to trust, tried out, so that faults of network and certificate are told apart."""
        address, timeout_s = self._options.address, self._options.times.connect_s
        verification = Verification(self._options.verify_certificate)
        try:
            context = None
            if address.encrypted:
                context = await trusted_context(
                    address.host,
                    address.port,
                    verification=verification,
                    pins=self._pins,
                    now=self._now(),
                    timeout_s=timeout_s,
                )
            if context is None or verification is not Verification.PIN:
                await shake_hands(address.host, address.port, context, timeout_s=timeout_s)
        except (OSError, TimeoutError, CertificateChanged) as error:
            raise LinkTrouble(trouble_of(error, str(address))) from error
        pin = self._pins.pin(address.host, address.port)
        self._accepted = None if pin is None else pin.certificate
        return context

    async def _seen_closer(self, trouble: Trouble) -> Trouble:
        return await looked_at_again(
            trouble,
            self._options.address,
            verification=Verification(self._options.verify_certificate),
            pins=self._pins,
            accepted=self._accepted,
            timeout_s=self._options.times.connect_s,
        )

    # --- sign-in ----------------------------------------------------------------------------------

    async def _sign_in_query(self, transport: HttpsTransport) -> dict[str, str]:
        form = SignIn(self._options.sign_in)
        if form is SignIn.AUTO:
            form = form_for_login_type(await transport.login_type())
        try:
            return sign_in_query(form, self._options.login, self._password)
        except SignInUnsupported as error:
            raise _incomplete(f"{error}.") from error

    # --- the way back -----------------------------------------------------------------------------

    async def _way_back(
        self, query: dict[str, str]
    ) -> tuple[dict[str, str], tuple[Complaint, ...]]:
        """The query parameters that tell the PBX where to push events, or the reason for none."""
        events = Events(self._options.events)
        if events is Events.POLLING:
            return {}, ()
        try:
            return await self._listen(query), ()
        except OSError as error:
            trouble = Trouble(
                kind=TroubleKind.CANNOT_LISTEN,
                detail=f"port {self._options.callback_port}: {error.strerror or 'no address'}",
            )
            if events is Events.CALLBACK:
                raise LinkTrouble(trouble) from error
            return {}, (trouble.complaint,)

    async def _listen(self, query: dict[str, str]) -> dict[str, str]:
        address = self._options.address
        told = self._options.callback_host.strip()
        here = told or await local_address_towards(address.host, address.port)
        server = CallbackServer(
            path=self._path,
            expected={AUTH: query[AUTH], USER: self._options.login.strip()},
            on_event=self._on_event,
            limits=self._options.callback_limits,
            tls=self._callback_tls,
        )
        await self._start(server, here, fallback=_wildcard(here) if told else here)
        self._callback = server
        self._port = server.port
        return {
            f"{CALLBACK}.host": here,
            f"{CALLBACK}.port": str(server.port),
            f"{CALLBACK}.path": self._path,
            f"{CALLBACK}.type": "http" if self._callback_tls is None else "https",
        }

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


def _wildcard(host: str) -> str:
    try:
        return "::" if ip_address(host).version == 6 else "0.0.0.0"  # noqa: S104
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - a name that another device translates to us


def _incomplete(reason: str) -> LinkTrouble:
    return LinkTrouble(Trouble(kind=TroubleKind.SETTINGS_INCOMPLETE, detail=reason))
