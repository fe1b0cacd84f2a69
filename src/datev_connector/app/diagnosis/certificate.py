"""Whose certificate it is, in one sentence."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import NameOID

from datev_connector.app.diagnosis.foreign import foreign
from datev_connector.network.tls import fingerprint


def whose(certificate: bytes) -> str:
    """Subject, issuer, end of validity and fingerprint of a DER certificate."""
    return f"{_described(certificate)}; SHA-256 {fingerprint(certificate)}"


def _described(certificate: bytes) -> str:
    try:
        read = x509.load_der_x509_certificate(certificate)
        subject, issuer = _name(read.subject), _name(read.issuer)
        until = read.not_valid_after_utc
    except ValueError:
        return "a certificate that cannot be read"
    by = "itself" if read.subject == read.issuer else f'"{issuer}"'
    return f'certificate of "{subject}", issued by {by}, valid until {until:%Y-%m-%d}'


def _name(name: x509.Name) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(kind):
            return foreign(str(attribute.value))
    return "nobody"
