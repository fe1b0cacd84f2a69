"""Whose certificate it is, in one sentence."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from datev_connector.app.diagnosis.foreign import foreign
from datev_connector.domain.wording import joined, worded
from datev_connector.network.tls import fingerprint

MOST_NAMES = 5


def whose(certificate: bytes, now: datetime) -> str:
    """Subject, issuer, validity and fingerprint of a DER certificate."""
    return worded(
        "{described}; SHA-256 {fingerprint}",
        described=_described(certificate, now),
        fingerprint=fingerprint(certificate),
    )


def why_untrusted(certificate: bytes, host: str, now: datetime) -> str:
    """What in a certificate may be the reason why nobody trusts it as that of `host`: sentences."""
    try:
        read = x509.load_der_x509_certificate(certificate)
        names = _names(read)
        begun, over = now >= read.not_valid_before_utc, now > read.not_valid_after_utc
    except ValueError:
        return worded("It cannot be read.")
    reasons = []
    if not any(_covers(name, host) for name in names):
        made_for = ", ".join(foreign(name) for name in names[:MOST_NAMES]) or worded(
            "no host at all"
        )
        reasons.append(
            worded("It is made for {made_for}, and not for {host}.", made_for=made_for, host=host)
        )
    if read.subject == read.issuer:
        reasons.append(
            worded("It was issued by itself, and this computer was not told to trust it.")
        )
    if over or not begun:
        reasons.append(worded("It is no longer valid.") if over else worded("It is not valid yet."))
    return joined(*reasons)


def _described(certificate: bytes, now: datetime) -> str:
    try:
        read = x509.load_der_x509_certificate(certificate)
        subject, issuer = _name(read.subject), _name(read.issuer)
        begin, until = read.not_valid_before_utc, read.not_valid_after_utc
    except ValueError:
        return worded("a certificate that cannot be read")
    by = worded("itself") if read.subject == read.issuer else f'"{issuer}"'
    validity = worded(
        "valid from {begin:%Y-%m-%d} until {until:%Y-%m-%d}", begin=begin, until=until
    )
    if now > until:
        validity = worded("{validity} (expired)", validity=validity)
    return worded(
        'certificate of "{subject}", issued by {by}, {validity}',
        subject=subject,
        by=by,
        validity=validity,
    )


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
    return worded("nobody")
