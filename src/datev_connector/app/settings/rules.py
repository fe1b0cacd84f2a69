"""What texts are allowed where, and what is put right for the person who typed them."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from datev_connector.app.settings.option import Cleaned, NotAllowed
from datev_connector.desktop.shortcut.keys import NoShortcut, read_shortcut
from datev_connector.domain.wording import Worded, worded

HIGHEST_PORT = 65535
HOST_NAME = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(?:\.(?!-)[\w-]{1,63}(?<!-))*\.?")
LONGEST_HOST_NAME = 253
BLANKS = worded("blanks around it were taken off")


def host(text: str) -> Cleaned:
    """A host name or address; a scheme, a path and blanks around it are taken off with a hint."""
    bare = text.strip()
    if "://" in bare:
        bare = bare.split("://", 1)[1]
    bare = bare.split("/", 1)[0].strip()
    bare = _unbracketed(bare)
    if bare and not _is_host(bare):
        raise NotAllowed(_host_advice(bare))
    value = bare.lower()
    told = worded('only the host counts here; "{value}" is used', value=value)
    hint = "" if value == text.lower() else told
    return Cleaned(value=value, hint=hint)


def _unbracketed(bare: str) -> str:
    return bare[1:-1] if bare.startswith("[") and bare.endswith("]") else bare


def _is_host(bare: str) -> bool:
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return len(bare) <= LONGEST_HOST_NAME and HOST_NAME.fullmatch(bare) is not None
    return True


def _host_advice(bare: str) -> Worded:
    if re.fullmatch(r"[^:]+:\d+", bare):
        return worded("must be a host name or an IP address; the port has a setting of its own")
    if "@" in bare:
        return worded("must be a host name or an IP address; the user has a setting of its own")
    return worded("must be a host name or an IP address without blanks")


def stripped(text: str) -> Cleaned:
    """Any text on one line; blanks around it are taken off with a hint."""
    value = text.strip()
    if not value.isprintable():
        raise NotAllowed(worded("must be one line without control characters"))
    return Cleaned(value=value, hint="" if value == text else BLANKS)


def word(text: str) -> Cleaned:
    """A name without blanks; may be empty."""
    cleaned = stripped(text)
    if re.search(r"\s", str(cleaned.value)):
        raise NotAllowed(worded("must be one word without blanks"))
    return cleaned


def required_word(text: str) -> Cleaned:
    """A name without blanks, not empty."""
    cleaned = word(text)
    if not cleaned.value:
        raise NotAllowed(worded("must not be empty"))
    return cleaned


def country(text: str) -> Cleaned:
    """A country by its two letters (ISO 3166-1)."""
    value = text.strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", value):
        raise NotAllowed(worded('must be the two letters of a country, such as "DE"'))
    return Cleaned(value=value, hint="" if value == text else _used(value))


def area_code(text: str) -> Cleaned:
    """An area code without the leading 0, which is taken off with a hint; may be empty."""
    value = text.strip()
    without_zero = value.removeprefix("0")
    if without_zero and not re.fullmatch(r"[1-9][0-9]{0,5}", without_zero):
        raise NotAllowed(
            worded('must be an area code in digits without the leading 0, such as "721"')
        )
    if value == "0":
        raise NotAllowed(
            worded('must be an area code in digits without the leading 0, such as "721"')
        )
    told = worded('it stands without the leading 0: "{code}"', code=without_zero)
    hint = "" if without_zero == text else told
    return Cleaned(value=without_zero, hint=hint)


def exchange_prefix(text: str) -> Cleaned:
    """What is dialled to get an outside line; may be empty."""
    value = text.strip()
    if not re.fullmatch(r"[0-9*#]{0,6}", value):
        raise NotAllowed(worded('must be up to six digits, "*" or "#", such as "0", or empty'))
    return Cleaned(value=value, hint="" if value == text else BLANKS)


def address(text: str) -> Cleaned:
    """`host:port`; an IPv6 address stands in brackets."""
    value = text.strip()
    name, colon, port = value.rpartition(":")
    bare = _unbracketed(name)
    usable = colon and bare and _is_host(bare) and re.fullmatch(r"[0-9]{1,5}", port)
    if not usable or not 0 < int(port) <= HIGHEST_PORT or (":" in bare and name == bare):
        raise NotAllowed(worded('must be an address with its port, such as "127.0.0.1:5881"'))
    return Cleaned(value=value, hint="" if value == text else BLANKS)


def url(text: str) -> Cleaned:
    """The address of a web service, without user, query and trailing slash."""
    value = text.strip().rstrip("/")
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"https", "http"} and _is_host(parts.hostname or "")
        _ = parts.port
    except ValueError:
        usable = False
        parts = urlsplit("")
    if not usable or parts.query or parts.fragment:
        raise NotAllowed(worded('must be a web address, such as "https://localhost:58452"'))
    if "@" in parts.netloc:
        raise NotAllowed(
            worded("must not hold a user or a password; those have places of their own")
        )
    hint = "" if value == text else _used(value)
    return Cleaned(value=value, hint=hint)


def shortcut(text: str) -> Cleaned:
    """A key combination, in its usual spelling; may be empty."""
    if not text.strip():
        return Cleaned(value="")
    try:
        value = read_shortcut(text).text
    except NoShortcut as fault:
        raise NotAllowed(fault.text) from fault
    return Cleaned(value=value, hint="" if value == text else _used(value))


def _used(value: str) -> Worded:
    return worded('"{value}" is used', value=value)


def is_safe_for_basic(web_address: str) -> bool:
    """True if a password may be sent there: over HTTPS, or to this machine only."""
    parts = urlsplit(web_address)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
