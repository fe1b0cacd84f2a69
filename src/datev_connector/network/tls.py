"""Whom to trust at the other end of a TLS connection.

Three ways, as the settings choose: the certificates that the system trusts; the certificate seen
first, pinned from then on; or none. Telephone systems mostly have self-signed certificates, so
pinning is the usual way: the certificate is fetched in a handshake of its own, before any secret is
sent, and compared with the pin; only then is a context made that accepts this certificate and no
other. With a pin neither name nor dates of the certificate matter: it is known by its key.

Where a connection becomes encrypted on the way (STARTTLS), one connection does it all: whoever
opens it shakes hands with `starttls_context`, and has `trust_presented` judge the certificate
before the next byte leaves.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ssl
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import truststore

from datev_connector.domain.wording import worded

NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python does not name."""


class Verification(StrEnum):
    """The setting `verify_certificate`."""

    SYSTEM = "system"
    PIN = "pin"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The certificate that a server is known by."""

    certificate: bytes
    """DER."""
    since: datetime
    """When it was first seen, UTC."""

    @property
    def fingerprint(self) -> str:
        """SHA-256, as browsers show it."""
        return fingerprint(self.certificate)


class PinStore(Protocol):
    """Keeps the pins."""

    def pin(self, host: str, port: int) -> Pin | None:
        """The pin of a server; None if it was never seen, or was forgotten on purpose."""

    def set_pin(self, host: str, port: int, pin: Pin) -> None:
        """Remember the pin of a server, in place of an earlier one."""


class CertificateChanged(Exception):
    """A server presents another certificate than the pinned one. Nothing secret was sent."""

    def __init__(self, *, host: str, port: int, pin: Pin, presented: bytes) -> None:
        self.host = host
        self.port = port
        self.pinned = pin.fingerprint
        self.since = pin.since
        self.presented = fingerprint(presented)
        super().__init__(
            worded(
                "The certificate of {host}:{port} has changed. {difference}",
                host=host,
                port=port,
                difference=self.difference,
            )
        )

    @property
    def difference(self) -> str:
        """Both fingerprints, and since when the pinned one is known: a sentence."""
        return worded(
            "Known since {since:%Y-%m-%d}: {pinned}; now: {presented}.",
            since=self.since,
            pinned=self.pinned,
            presented=self.presented,
        )


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a DER certificate in pairs of upper-case digits, as browsers show it."""
    return hashlib.sha256(certificate).digest().hex(":").upper()


def difference(https: Pin, shown: bytes) -> str:
    """How a DER certificate differs from the one known over HTTPS: a sentence."""
    return worded(
        "Over HTTPS it is {known}; here it is {shown}.",
        known=https.fingerprint,
        shown=fingerprint(shown),
    )


async def trusted_context(
    host: str,
    port: int,
    *,
    verification: Verification,
    pins: PinStore,
    now: datetime,
    timeout_s: float,
) -> ssl.SSLContext:
    """A context for connections to this server that accepts whom the setting trusts.

    For a pin it connects once. Raises CertificateChanged, OSError (ssl.SSLError among them) and
    TimeoutError.
    """
    match verification:
        case Verification.SYSTEM:
            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        case Verification.OFF:
            return _unverified()
        case Verification.PIN:
            return pinned_context(await _pin(host, port, pins, now, timeout_s))


def pinned_context(certificate: bytes) -> ssl.SSLContext:
    """A context that accepts exactly this DER certificate, whatever names and dates it bears."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags = ssl.VerifyFlags(
        context.verify_flags | ssl.VERIFY_X509_PARTIAL_CHAIN | NO_CHECK_TIME
    )
    context.load_verify_locations(cadata=certificate)
    return context


def starttls_context(verification: Verification) -> ssl.SSLContext:
    """A context for the handshake inside a connection that began in the clear.

    For the system's trust it verifies by itself, for the host named in the handshake. Otherwise
    `trust_presented` must be asked before anything secret is sent.
    """
    if verification is Verification.SYSTEM:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return _unverified()


def trust_presented(
    shown: bytes,
    host: str,
    port: int,
    *,
    verification: Verification,
    pins: PinStore,
    now: datetime,
    also_at: int,
) -> Pin | None:
    """Judge the DER certificate that a handshake has proven. Raises CertificateChanged.

    The certificate that the same host is known by at its port `also_at` is trusted as well, and
    remembered: renewed there with a person's consent, it needs no second one. If the host is known
    by another one there, that pin is returned: then nobody has agreed to the one shown, and whoever
    shows it must get nothing that somebody else could use (a password, a token).
    """
    if verification is not Verification.PIN:
        return None
    pin, elsewhere = pins.pin(host, port), pins.pin(host, also_at)
    other = elsewhere if elsewhere is not None and elsewhere.certificate != shown else None
    if pin is not None and pin.certificate == shown:
        return other
    if pin is not None and (elsewhere is None or other is not None):
        raise CertificateChanged(host=host, port=port, pin=pin, presented=shown)
    pins.set_pin(host, port, Pin(certificate=shown, since=now))
    return other


async def presented_certificate(host: str, port: int, *, timeout_s: float) -> bytes:
    """The DER certificate that a server shows. Sends nothing but the handshake.

    Raises OSError (ssl.SSLError among them) and TimeoutError.
    """
    async with asyncio.timeout(timeout_s):
        _, writer = await asyncio.open_connection(host, port, ssl=_unverified())
    try:
        shown: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    if shown is None:
        raise ssl.SSLError("the server shows no certificate")
    return shown


async def _pin(host: str, port: int, pins: PinStore, now: datetime, timeout_s: float) -> bytes:
    shown = await presented_certificate(host, port, timeout_s=timeout_s)
    pin = pins.pin(host, port)
    if pin is None:
        pins.set_pin(host, port, Pin(certificate=shown, since=now))
    elif pin.certificate != shown:
        raise CertificateChanged(host=host, port=port, pin=pin, presented=shown)
    return shown


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
