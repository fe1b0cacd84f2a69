"""A greeting at the XMPP door: stream and TLS, up to the point where a password would be sent.

It goes the way of the connector's own link, but trusts everybody: nothing secret is sent, and whose
certificate it is can be told even where nobody would trust it.
"""

from __future__ import annotations

import asyncio
import importlib
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from datev_connector.starface.https.reach import trouble_of
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.xmpp.link import XmppWays
from datev_connector.starface.xmpp.stanzas import Offer

if TYPE_CHECKING:
    from datev_connector.starface.xmpp.client import XmppClient

LATE = "datev_connector.starface.xmpp.opening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What the server said."""

    offer: Offer
    """Inside TLS, if there is TLS."""
    asked_for: str
    """The domain by which it was called."""
    named: str
    """What it calls itself."""
    certificate: bytes
    """DER; empty where nothing is encrypted."""


async def greet(options: StarfaceOptions, context: ssl.SSLContext | None) -> Greeting:
    """What the server says; `context` for TLS, None to do without. Raises LinkTrouble."""
    await asyncio.to_thread(importlib.import_module, LATE)
    from datev_connector.starface.xmpp.client import XmppClient

    where = f"{options.host.strip()}:{options.xmpp_port}"
    tried: list[str] = []
    domain = options.xmpp_domain.strip() or options.host.strip()
    while True:
        client = XmppClient(
            where=where,
            limits=XmppWays().limits,
            on_request=lambda _request, _client: None,
            on_over=lambda _trouble: None,
        )
        try:
            return await _greet(client, options, context, domain)
        except LinkTrouble as failed:
            tried.append(domain)
            domain = _other_domain(options, failed.trouble, client.server_domain, tried)
            if not domain:
                raise
        finally:
            await client.close()


async def _greet(
    client: XmppClient, options: StarfaceOptions, context: ssl.SSLContext | None, domain: str
) -> Greeting:
    host = options.host.strip()
    try:
        async with asyncio.timeout(options.times.connect_s):
            await client.connect_to(host, options.xmpp_port)
    except (OSError, TimeoutError) as error:
        raise LinkTrouble(trouble_of(error, f"{host}:{options.xmpp_port}")) from error
    shown = b""
    try:
        async with asyncio.timeout(options.times.answer_s):
            offer = await client.open_stream(domain)
            if context is not None:
                if not offer.starttls:
                    raise client.failed(TroubleKind.NO_STARTTLS)
                shown = await client.encrypt(context, host)
                offer = await client.open_stream(_named(options, client, domain))
            elif offer.starttls and not offer.mechanisms:
                raise client.failed(TroubleKind.TLS_EXPECTED)
    except TimeoutError:
        raise client.failed(TroubleKind.SILENT) from None
    except OSError as error:
        trouble = trouble_of(error, f"{host}:{options.xmpp_port}")
        raise client.failed(trouble.kind, trouble.detail) from error
    return Greeting(offer=offer, asked_for=domain, named=client.server_domain, certificate=shown)


def _named(options: StarfaceOptions, client: XmppClient, domain: str) -> str:
    return domain if options.xmpp_domain.strip() else client.server_domain or domain


def _other_domain(options: StarfaceOptions, trouble: Trouble, named: str, tried: list[str]) -> str:
    """The domain to try next, as the link does; empty: there is none."""
    from datev_connector.starface.xmpp.opening import LOOPBACK_DOMAIN

    if trouble.kind is not TroubleKind.DOMAIN_UNKNOWN or options.xmpp_domain.strip():
        return ""
    others = [named, LOOPBACK_DOMAIN if _is_number(options.host.strip()) else ""]
    return next((other for other in others if other and other not in tried), "")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
