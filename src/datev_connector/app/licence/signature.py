"""Licences signed by Ed25519 (RFC 8032): what the vendor writes, and what every connector reads.

The bytes behind the letters:

    5  `letters.MAGIC`
    1  length of the key's id, then the id in ASCII
    2  length of the content, then the content (`content`)
    64 signature of all before, preceded by `CONTEXT`
    4 to 8  beginning of the SHA-256 of all before

The last tells letters lost on the way from a licence that somebody has changed. It makes the whole
a multiple of five bytes, so that each letter stands for something.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datev_connector.app.licence import content, letters
from datev_connector.app.licence.keys import VendorKey, VendorKeys
from datev_connector.domain.licences import Flaw, Licence

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CONTEXT = b"licence of DATEV Connector for STARFACE\n"
SIGNATURE = 64
SHORTEST_CHECK = 4


@dataclass(frozen=True, slots=True)
class _Parts:
    signed: bytes
    key_id: str
    content: bytes
    signature: bytes


def written(licence: Licence, key: Ed25519PrivateKey) -> str:
    """Sign a licence with the key that it names, and write it. Raises content.NotUnderstood."""
    key_id, said = licence.key_id.encode("ascii"), content.as_bytes(licence)
    head = letters.MAGIC + bytes([len(key_id)]) + key_id
    signed = head + len(said).to_bytes(2, "big") + said
    whole = signed + key.sign(CONTEXT + signed)
    return letters.as_text(whole + _check(whole))


def read(text: str | bytes, keys: VendorKeys) -> Licence | Flaw | None:
    """Read a licence and verify its signature; None: there is nothing to read.

    Bytes are those of a file. What is read may have ended, or be for another product.
    """
    blob = letters.from_text(text) if isinstance(text, str) else letters.from_bytes(text)
    if not isinstance(blob, bytes):
        return blob
    parts = _parts(blob)
    if parts is None:
        return Flaw.DAMAGED
    key = keys.get(parts.key_id)
    if key is None:
        return Flaw.UNKNOWN_KEY
    if not _is_signed(parts, key.public):
        return Flaw.FORGED
    return _understood(parts, key)


def _understood(parts: _Parts, key: VendorKey) -> Licence | Flaw:
    try:
        licence = content.from_bytes(parts.content, parts.key_id)
    except content.NotUnderstood:
        return Flaw.NEWER
    is_late = key.not_after is not None and licence.issued > key.not_after
    return Flaw.WITHDRAWN_KEY if is_late else licence


def _check(whole: bytes) -> bytes:
    length = SHORTEST_CHECK + -(len(whole) + SHORTEST_CHECK) % letters.GROUP
    return hashlib.sha256(whole).digest()[:length]


def _parts(blob: bytes) -> _Parts | None:
    """Take bytes apart; None: something has changed on the way."""
    rest = blob[len(letters.MAGIC) :]
    key_id, rest = rest[1 : 1 + rest[0]] if rest else b"", rest[1 + rest[0] :] if rest else b""
    said, rest = rest[2 : 2 + _length(rest)], rest[2 + _length(rest) :]
    signature, check = rest[:SIGNATURE], rest[SIGNATURE:]
    whole = blob[: len(blob) - len(check)]
    if len(signature) < SIGNATURE or not key_id.isascii() or check != _check(whole):
        return None
    return _Parts(
        signed=whole[:-SIGNATURE],
        key_id=key_id.decode("ascii"),
        content=said,
        signature=signature,
    )


def _length(rest: bytes) -> int:
    return int.from_bytes(rest[:2], "big")


def _is_signed(parts: _Parts, public: bytes) -> bool:
    # Late: it is large, and who has no licence has no use for it.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(parts.signature, CONTEXT + parts.signed)
    except (InvalidSignature, ValueError):
        return False
    return True
