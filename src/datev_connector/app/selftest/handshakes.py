"""TLS on loopback: the known certificate is accepted, every other one refused."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from datev_connector.app.selftest.proof import Failed
from datev_connector.network.tls import Verification, pinned_context, trusted_context

ADDRESS = "127.0.0.1"
LIMIT_S = 10.0
GREETING = b"selftest\n"


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate of our own making, for one run."""

    certificate: bytes
    """DER."""
    context: ssl.SSLContext


class NoPins:
    """Knows no server and remembers none."""

    def pin(self, host: str, port: int) -> None:
        """Nobody is known."""

    def set_pin(self, host: str, port: int, pin: object) -> None:
        """Nothing is remembered."""


def tls_works(now: datetime) -> str:
    """Shake hands with a server of our own, `now` in UTC."""
    return asyncio.run(_handshakes(now))


def identity(now: datetime) -> Identity:
    """A new self-signed certificate with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:  # ssl loads keys from files only
        file = Path(folder, "identity.pem")
        file.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
        context.load_cert_chain(file)
    return Identity(certificate.public_bytes(Encoding.DER), context)


async def _handshakes(now: datetime) -> str:
    served, other = identity(now), identity(now)
    async with _server(served) as port:
        if await _greeted(port, pinned_context(served.certificate)) != GREETING:
            raise Failed("what was sent over TLS did not arrive")
        if not await _refuses(port, pinned_context(other.certificate)):
            raise Failed("a certificate other than the known one was accepted")
        system = await trusted_context(
            ADDRESS,
            port,
            verification=Verification.SYSTEM,
            pins=NoPins(),
            now=now,
            timeout_s=LIMIT_S,
        )
        if not await _refuses(port, system):
            raise Failed("a certificate that nobody vouches for was accepted")
    return (
        "a server on this machine was known by its certificate; another certificate was refused, "
        "and so was one that the system does not trust"
    )


@asynccontextmanager
async def _server(served: Identity) -> AsyncIterator[int]:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            writer.write(GREETING)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, ADDRESS, 0, ssl=served.context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _greeted(port: int, context: ssl.SSLContext) -> bytes:
    async with asyncio.timeout(LIMIT_S):
        reader, writer = await asyncio.open_connection(ADDRESS, port, ssl=context)
        try:
            return await reader.readline()
        finally:
            writer.transport.abort()


async def _refuses(port: int, context: ssl.SSLContext) -> bool:
    try:
        await _greeted(port, context)
    except ssl.SSLCertVerificationError:
        return True
    return False
