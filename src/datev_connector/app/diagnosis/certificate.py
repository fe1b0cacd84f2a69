"""Whose certificate it is, in one sentence."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from datev_connector.app.diagnosis.foreign import foreign
from datev_connector.network.tls import fingerprint

MOST_NAMES = 5


def whose(certificate: bytes, now: datetime) -> str:
    """Subject, issuer, validity and fingerprint of a DER certificate."""
    return f"{_described(certificate, now)}; SHA-256 {fingerprint(certificate)}"


def why_untrusted(certificate: bytes, host: str, now: datetime) -> str:
    """What in a certificate may be the reason why nobody trusts it as that of `host`: sentences."""
    try:
        read = x509.load_der_x509_certificate(certificate)
        names = _names(read)
        begun, over = now >= read.not_valid_before_utc, now > read.not_valid_after_utc
    except ValueError:
        return "It cannot be read."
    reasons = []
    if not any(_covers(name, host) for name in names):
        made_for = ", ".join(foreign(name) for name in names[:MOST_NAMES]) or "no host at all"
        reasons.append(f"It is made for {made_for}, and not for {host}.")
    if read.subject == read.issuer:
        reasons.append("It was issued by itself, and this computer was not told to trust it.")
    if over or not begun:
        reasons.append("It is no longer valid." if over else "It is not valid yet.")
    return " ".join(reasons)


def _described(certificate: bytes, now: datetime) -> str:
    try:
        read = x509.load_der_x509_certificate(certificate)
        subject, issuer = _name(read.subject), _name(read.issuer)
        begin, until = read.not_valid_before_utc, read.not_valid_after_utc
    except ValueError:
        return "a certificate that cannot be read"
    by = "itself" if read.subject == read.issuer else f'"{issuer}"'
    expired = " (expired)" if now > until else ""
    validity = f"valid from {begin:%Y-%m-%d} until {until:%Y-%m-%d}{expired}"
    return f'certificate of "{subject}", issued by {by}, {validity}'


def _names(read: x509.Certificate) -> list[str]:
    """The hosts that it is made for. Raises ValueError."""
    try:
        named = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    hosts = named.get_values_for_type(x509.DNSName)
    return [*hosts, *map(str, named.get_values_for_type(x509.IPAddress))]


def _covers(name: str, host: str) -> bool:
    """Tell whether a name, maybe with an asterisk as its first part, means the host (RFC 6125)."""
    name, host = name.lower(), host.lower()
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:]
    return name == host


def _name(name: x509.Name) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(kind):
            return foreign(str(attribute.value))
    return "nobody"
