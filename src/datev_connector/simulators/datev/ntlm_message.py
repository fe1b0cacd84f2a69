"""What an NTLM AUTHENTICATE message says in clear (MS-NLMP 2.2.1.3): who signs in, and to what.

It is looked for inside any token, so that one wrapped in SPNEGO is found as well.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SIGNATURE = b"NTLMSSP\x00"
_NEGOTIATE = _SIGNATURE + struct.pack("<I", 1)
_AUTHENTICATE = _SIGNATURE + struct.pack("<I", 3)
_SPNEGO_START = b"\x60"
_NT_RESPONSE, _DOMAIN, _USER = 20, 28, 36
# NTLMv2: 16 bytes of proof and 28 of fixed fields stand before the pairs.
_PAIRS = 44
_CHANNEL_BINDINGS = 10
_NO_BINDINGS = bytes(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """Domain and user as typed; `bindings` is the MD5 of the channel bindings, if there are any."""

    domain: str
    user: str
    bindings: bytes


def starts_handshake(token: bytes) -> bool:
    """Whether the token is the first of a handshake."""
    return token.startswith((_NEGOTIATE, _SPNEGO_START))


def read_presented(token: bytes) -> Presented | None:
    """What the AUTHENTICATE message in the token says; None if there is none."""
    start = token.find(_AUTHENTICATE)
    if start < 0:
        return None
    message = token[start:]
    try:
        response = _field(message, _NT_RESPONSE)
        pairs = dict(_pairs(response[_PAIRS:]))
        bindings = pairs.get(_CHANNEL_BINDINGS, _NO_BINDINGS)
        return Presented(
            domain=_field(message, _DOMAIN).decode("utf-16-le", errors="replace"),
            user=_field(message, _USER).decode("utf-16-le", errors="replace"),
            bindings=b"" if bindings == _NO_BINDINGS else bindings,
        )
    except struct.error:
        return None


def _field(message: bytes, at: int) -> bytes:
    length, _, offset = struct.unpack_from("<HHI", message, at)
    return message[offset : offset + length]


def _pairs(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, place)
        if not kind:
            return
        yield kind, data[place + 4 : place + 4 + length]
        place += 4 + length
