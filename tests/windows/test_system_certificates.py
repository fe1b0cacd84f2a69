"""`verify_certificate = "system"`: what the store of Windows trusts is trusted, nothing else is."""

from __future__ import annotations

import hashlib
import socket
import ssl
import struct
import threading
import winreg
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.windows.conftest import StartProcess

ROOTS = r"Software\Microsoft\SystemCertificates\ROOT\Certificates"
DIGEST, CERTIFICATE = 3, 32
"""The properties of a certificate in the registry."""
HOST = "localhost"
"""A name: Wine compares no addresses with those in a certificate."""


CLIENT = """
import asyncio, socket, ssl, sys
from datetime import UTC, datetime
from datev_connector.network.tls import Verification, trusted_context
port, host = int(sys.argv[1]), sys.argv[2]
context = asyncio.run(
    trusted_context(
        host, port, verification=Verification.SYSTEM, pins=None, now=datetime.now(UTC), timeout_s=10
    )
)
try:
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        with context.wrap_socket(line, server_hostname=host) as talk:
            talk.send(b"x")
    print("trusted", flush=True)
except ssl.SSLCertVerificationError:
    print("refused", flush=True)
"""


@dataclass(frozen=True)
class Authority:
    """Signs certificates of servers."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


def certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: Authority | None, *, host: str = ""
) -> x509.Certificate:
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    )
    if host:
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        built = built.add_extension(names, critical=False).add_extension(usage, critical=False)
    return built.sign(by.key if by else key, hashes.SHA256())


def authority(name: str) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    return Authority(key, certificate(name, key, None))


@contextmanager
def server(of: Authority, folder: Path, host: str = HOST) -> Iterator[int]:
    """A server with a certificate of this authority; gives its port."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = certificate("pbx", key, of, host=host)
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + own.public_bytes(serialization.Encoding.PEM)
        # Wine (not Windows) trusts a chain whose root it does not see, so that is sent as well.
        + of.certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, context), daemon=True)
        thread.start()
        yield listening.getsockname()[1]


def _serve(listening: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            visitor, _ = listening.accept()
        except OSError:
            return
        try:
            with visitor, context.wrap_socket(visitor, server_side=True) as talk:
                talk.recv(1)
        except OSError:
            continue  # refused by the other end


@contextmanager
def trusted(der: bytes) -> Iterator[None]:
    """A root in the store of the machine, as it stands there in the registry."""
    digest = hashlib.sha1(der).digest()  # noqa: S324 - it names the certificate
    records = ((DIGEST, digest), (CERTIFICATE, der))
    blob = b"".join(struct.pack("<III", kind, 1, len(data)) + data for kind, data in records)
    path = rf"{ROOTS}\{digest.hex().upper()}"
    with winreg.CreateKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
        winreg.SetValueEx(key, "Blob", 0, winreg.REG_BINARY, blob)
    try:
        yield
    finally:
        winreg.DeleteKey(winreg.HKEY_LOCAL_MACHINE, path)


@pytest.fixture
def connect(windows_process: StartProcess) -> Callable[..., str]:
    """Has a fresh process connect: what it knows of the store, a process may remember."""

    def connect(port: int) -> str:
        return windows_process("-c", CLIENT, str(port), HOST).line()

    return connect


Connect = Callable[..., str]


def test_an_authority_in_the_store_is_trusted_and_another_is_not(
    tmp_path: Path, connect: Connect
) -> None:
    ours, other = authority("Kanzlei CA"), authority("Somebody")
    with trusted(ours.der):
        with server(ours, tmp_path) as port:
            assert connect(port) == "trusted"
        with server(other, tmp_path) as port:
            assert connect(port) == "refused"


def test_before_and_after_it_stands_in_the_store_it_is_not_trusted(
    tmp_path: Path, connect: Connect
) -> None:
    ours = authority("Kanzlei CA")
    with server(ours, tmp_path) as port:
        assert connect(port) == "refused"
        with trusted(ours.der):
            assert connect(port) == "trusted"
        assert connect(port) == "refused"


def test_a_certificate_for_another_server_is_refused(tmp_path: Path, connect: Connect) -> None:
    ours = authority("Kanzlei CA")
    with trusted(ours.der), server(ours, tmp_path, host="other.example") as port:
        assert connect(port) == "refused"
