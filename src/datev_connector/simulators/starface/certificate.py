"""A self-signed certificate, as most PBXs in the field have one."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate with its private key, both PEM."""

    certificate_pem: bytes
    key_pem: bytes

    @classmethod
    def read(cls, certificate: Path, key: Path) -> Certificate:
        """The pair stored in two PEM files. Raises OSError."""
        return cls(certificate_pem=certificate.read_bytes(), key_pem=key.read_bytes())

    @classmethod
    def make(
        cls, names: Iterable[str] = ("localhost", "127.0.0.1"), *, now: datetime | None = None
    ) -> Certificate:
        """A new self-signed certificate for `names` (host names or IP addresses)."""
        listed = tuple(names)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, listed[0])])
        begin = (now or datetime.now(UTC)) - timedelta(days=1)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + timedelta(days=VALID_DAYS))
            .add_extension(x509.SubjectAlternativeName([_name(n) for n in listed]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(
            certificate_pem=certificate.public_bytes(serialization.Encoding.PEM),
            key_pem=key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )

    @property
    def fingerprint(self) -> str:
        """Lowercase hex SHA-256 of the DER form: what a client pins."""
        parsed = x509.load_pem_x509_certificate(self.certificate_pem)
        return sha256(parsed.public_bytes(serialization.Encoding.DER)).hexdigest()

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Store the pair as `certificate.pem` and `key.pem` in `folder`. Raises OSError."""
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        certificate.write_bytes(self.certificate_pem)
        key.touch(mode=0o600)
        key.write_bytes(self.key_pem)
        return certificate, key

    def server_context(self) -> ssl.SSLContext:
        """A TLS context that presents this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # ssl loads keys from files only.
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = self.write(Path(folder))
            context.load_cert_chain(certificate, key)
        return context


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
