"""Certificates and TLS servers for tests: real ones, made on the spot."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from datev_connector.network.tls import Pin


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A certificate with its key, as a server needs them."""

    certificate: bytes
    pem_file: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem_file)
        return context


def make_identity(
    folder: Path, *, name: str = "localhost", expired: bool = False, authority: bool = False
) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.now(UTC) - timedelta(days=400 if expired else 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{certificate.serial_number}.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return Identity(certificate=certificate.public_bytes(Encoding.DER), pem_file=file)


class Pins:
    """Pins in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], Pin] = {}

    def pin(self, host: str, port: int) -> Pin | None:
        return self.kept.get((host, port))

    def set_pin(self, host: str, port: int, pin: Pin) -> None:
        self.kept[host, port] = pin


class TlsServer:
    """Takes connections, echoes, and keeps what arrives inside of them."""

    def __init__(self, *, greeting: bytes = b"", echoes: bool = True) -> None:
        self.port = 0
        self.received = bytearray()
        self._greeting = greeting
        self._echoes = echoes
        self._talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks[talk] = writer
        try:
            writer.write(self._greeting)
            while data := await reader.read(4096):
                self.received += data
                if self._echoes:
                    writer.write(data)
        except OSError:
            pass  # the client went away, as clients do
        finally:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            del self._talks[talk]

    async def end_talks(self) -> None:
        for writer in self._talks.values():
            writer.transport.abort()
        await asyncio.gather(*self._talks)


@contextlib.asynccontextmanager
async def tls_server(
    identity: Identity | None, port: int = 0, greeting: bytes = b""
) -> AsyncIterator[TlsServer]:
    """A server on loopback; without identity it greets at most, and speaks no TLS."""
    served = TlsServer(greeting=greeting, echoes=identity is not None)
    context = None if identity is None else identity.server_context()
    server = await asyncio.start_server(served.handle, "127.0.0.1", port, ssl=context)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()
        await served.end_talks()
        await server.wait_closed()
