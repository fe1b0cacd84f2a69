"""A certificate made on the spot for the stand-in's HTTPS: for a host name, trusted by nobody."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Certificate and key as PEM text."""

    certificate_pem: str
    key_pem: str

    @property
    def end_point(self) -> bytes:
        """What a channel with this certificate is called: `tls-server-end-point` (RFC 5929)."""
        certificate = x509.load_pem_x509_certificate(self.certificate_pem.encode())
        return b"tls-server-end-point:" + certificate.fingerprint(hashes.SHA256())

    def server_context(self) -> ssl.SSLContext:
        """A context that serves it; the key is on disk for a moment, as `ssl` reads files only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with TemporaryDirectory() as folder:
            chain, key = Path(folder, "certificate.pem"), Path(folder, "key.pem")
            chain.write_text(self.certificate_pem, encoding="ascii")
            key.write_text(self.key_pem, encoding="ascii")
            context.load_cert_chain(chain, key)
        return context


def make_certificate(host_name: str, now: datetime) -> Certificate:
    """A self-signed certificate for this name; by address it does not fit, as with DATEV."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host_name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host_name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    key_pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return Certificate(certificate_pem=pem.decode(), key_pem=key_pem.decode())
