"""From nothing to a signed-in XMPP stream: connect, encrypt, trust, prove who we are, be present.

Until the server has proven itself as the settings demand, nothing secret leaves; and of forms of
sign-in exactly one is tried, once. A server with another certificate than the PBX has over HTTPS
gets no password and no token, only the proof that we know one. The domain of the XMPP service is a
setting of the PBX: if it is not told, the host is tried, then what the server calls itself, then
what appliances addressed by number are seen to use. A wrong domain shows before anything secret is
sent.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from datev_connector.domain.wording import worded
from datev_connector.network.tls import (
    CertificateChanged,
    PinStore,
    Verification,
    difference,
    starttls_context,
    trust_presented,
)
from datev_connector.starface.https.reach import trouble_of
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.sign_in.forms import SignIn
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.xmpp.client import XmppClient
from datev_connector.starface.xmpp.reader import StreamLimits
from datev_connector.starface.xmpp.sasl import choose_mechanism, mechanism, proves_only
from datev_connector.starface.xmpp.stanzas import Offer, Request, told

LOOPBACK_DOMAIN = "127.0.0.1"
"""What a PBX that is addressed by number was seen to call its XMPP domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What proves both sides to each other."""

    password: Callable[[], Awaitable[str]]
    """Asked as late as possible, once for each stream; may raise LinkTrouble."""
    is_token: Callable[[], bool]
    """Tells of the password just had whether it is an OAuth token, which PLAIN alone carries."""
    pins: PinStore
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Who hears of what comes in."""

    on_request: Callable[[Request, XmppClient], None]
    on_over: Callable[[Trouble], None]


class Opening:
    """Opens one stream."""

    def __init__(
        self, options: StarfaceOptions, keys: Keys, *, resource: str, limits: StreamLimits
    ) -> None:
        """`resource`: what our address ends with, if the server allows."""
        self.mechanism = ""
        """The form of sign-in; empty until it was chosen."""
        self._options = options
        self._keys = keys
        self._resource = resource
        self._limits = limits
        self._host = options.host.strip()
        self._where = f"{self._host}:{options.xmpp_port}"
        self._difference = ""
        """How its certificate differs from that of HTTPS: both fingerprints; empty: it does not."""

    async def open(self, ears: Ears) -> XmppClient:
        """A stream that is signed in. Raises LinkTrouble; then nothing stays open."""
        tried: list[str] = []
        domain = self._options.xmpp_domain.strip() or self._host
        while True:
            client = XmppClient(
                where=self._where,
                limits=self._limits,
                on_request=ears.on_request,
                on_over=ears.on_over,
            )
            try:
                await self._open(client, domain)
                return client
            except BaseException as error:
                await client.close()
                tried.append(domain)
                domain = self._other_domain(error, client.server_domain, tried)
                if not domain:
                    raise

    async def _open(self, client: XmppClient, domain: str) -> None:
        times = self._options.times
        try:
            async with asyncio.timeout(times.connect_s):
                await client.connect_to(self._host, self._options.xmpp_port)
        except (OSError, TimeoutError, ValueError) as error:
            raise LinkTrouble(trouble_of(error, self._where)) from error
        try:
            async with asyncio.timeout(times.answer_s):
                offer = await self._greet(client, domain)
        except TimeoutError:
            raise client.failed(TroubleKind.SILENT) from None
        self._choose(client, offer)
        password = (await self._keys.password()).strip()
        form = self._choose(client, offer, is_token=self._keys.is_token())
        if not password:
            raise client.failed(TroubleKind.SETTINGS_INCOMPLETE, worded("The password is not set."))
        try:
            async with asyncio.timeout(times.answer_s):
                await self._prove(client, form, password, domain)
        except TimeoutError:
            raise client.failed(TroubleKind.SILENT) from None

    async def _greet(self, client: XmppClient, domain: str) -> Offer:
        """What a server that is trusted offers for signing in."""
        offer = await client.open_stream(domain)
        if not self._options.encrypted:
            if offer.starttls and not offer.mechanisms:
                raise client.failed(TroubleKind.TLS_EXPECTED)
            return offer
        if not offer.starttls:
            raise client.failed(TroubleKind.NO_STARTTLS)
        await self._encrypt(client)
        return await client.open_stream(self._named(client, domain))

    async def _encrypt(self, client: XmppClient) -> None:
        options = self._options
        verification = Verification(options.verify_certificate)
        try:
            shown = await client.encrypt(starttls_context(verification), self._host)
            other = trust_presented(
                shown,
                self._host,
                options.xmpp_port,
                verification=verification,
                pins=self._keys.pins,
                now=self._keys.now(),
                also_at=options.https_port,
            )
        except (OSError, CertificateChanged) as error:
            trouble = trouble_of(error, self._where)
            raise client.failed(trouble.kind, trouble.detail) from error
        if other is not None:
            self._difference = difference(other, shown)

    def _choose(self, client: XmppClient, offer: Offer, *, is_token: bool = False) -> str:
        """The one form to use. Raises LinkTrouble if none may be."""
        sign_in = SignIn.OAUTH if is_token else SignIn(self._options.sign_in)
        encrypted = self._options.encrypted
        chosen = choose_mechanism(offer.mechanisms, sign_in, encrypted=encrypted)
        if chosen is None:
            offered = told(offer.mechanisms) or "none"
            raise client.failed(
                TroubleKind.NO_MECHANISM, worded("offered: {offered}", offered=offered)
            )
        if self._difference and not proves_only(chosen):
            raise client.failed(TroubleKind.CERTIFICATE_DIFFERENT, self._difference)
        self.mechanism = chosen
        return chosen

    async def _prove(self, client: XmppClient, form: str, password: str, domain: str) -> None:
        nonce = secrets.token_urlsafe(24)
        await client.sign_in(mechanism(form, self._options.login.strip(), password, nonce=nonce))
        offer = await client.open_stream(self._named(client, domain))
        await client.bind(self._resource, offer)

    def _named(self, client: XmppClient, domain: str) -> str:
        """What to call the server: as set, or else as it calls itself."""
        return domain if self._options.xmpp_domain.strip() else client.server_domain or domain

    def _other_domain(self, error: BaseException, named: str, tried: list[str]) -> str:
        """The domain to try next; empty if that cannot help, or a secret was sent already."""
        if (
            not isinstance(error, LinkTrouble)
            or self.mechanism
            or self._options.xmpp_domain.strip()
        ):
            return ""
        if error.trouble.kind is not TroubleKind.DOMAIN_UNKNOWN:
            return ""
        others = [named, LOOPBACK_DOMAIN if _is_number(self._host) else ""]
        return next((other for other in others if other and other not in tried), "")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
