"""SCRAM, the server's half (RFC 5802, RFC 7677), without channel binding."""

from __future__ import annotations

import base64
import secrets
import stringprep
import unicodedata
from dataclasses import dataclass
from hashlib import new, pbkdf2_hmac
from hmac import compare_digest, digest

ITERATIONS = 4096
SALT_BYTES = 16
NONCE_BYTES = 18
_FORBIDDEN = (
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


class BadScram(ValueError):
    """A message that is none of SCRAM's; the text is its error value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFirst:
    """The client's first message."""

    username: str
    nonce: str
    header: str
    bare: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What the server said, kept for the proof."""

    first: ClientFirst
    nonce: str
    salt: bytes
    text: str


def prepared(text: str) -> str:
    """SASLprep (RFC 4013). Raises BadScram for text that cannot be a password or a name."""
    spaced = "".join(" " if stringprep.in_table_c12(c) else c for c in text)
    kept = "".join(c for c in spaced if not stringprep.in_table_b1(c))
    normal = unicodedata.normalize("NFKC", kept)
    if any(forbidden(c) for c in normal for forbidden in _FORBIDDEN):
        raise BadScram("invalid-encoding")
    return normal


def client_first(message: str) -> ClientFirst:
    """Read `n,,n=user,r=nonce`. Raises BadScram."""
    binding, comma, rest = message.partition(",")
    authzid, comma2, bare = rest.partition(",")
    if not comma or not comma2:
        raise BadScram("other-error")
    if binding not in ("n", "y"):
        raise BadScram("channel-bindings-not-supported")
    values = _values(bare)
    if list(values)[:2] != ["n", "r"] or not values["r"]:
        raise BadScram("extensions-not-supported" if "m" in values else "other-error")
    name = values["n"].replace("=2C", ",").replace("=3D", "=")
    header = f"{binding},{authzid},"
    return ClientFirst(username=prepared(name), nonce=values["r"], header=header, bare=bare)


def challenge(first: ClientFirst) -> Challenge:
    """The server's first message."""
    nonce = first.nonce + secrets.token_urlsafe(NONCE_BYTES)
    salt = secrets.token_bytes(SALT_BYTES)
    text = f"r={nonce},s={base64.b64encode(salt).decode()},i={ITERATIONS}"
    return Challenge(first=first, nonce=nonce, salt=salt, text=text)


def server_final(asked: Challenge, message: str, password: str, hash_name: str) -> str | None:
    """The server's last message; None if the proof is wrong. Raises BadScram."""
    without_proof, found, proof_text = message.rpartition(",p=")
    values = _values(without_proof)
    header = base64.b64encode(asked.first.header.encode()).decode()
    if not found or list(values)[:2] != ["c", "r"]:
        raise BadScram("other-error")
    if values["c"] != header:
        raise BadScram("channel-bindings-dont-match")
    if not compare_digest(values["r"].encode(), asked.nonce.encode()):
        raise BadScram("other-error")
    salted = pbkdf2_hmac(hash_name, prepared(password).encode(), asked.salt, ITERATIONS)
    about = f"{asked.first.bare},{asked.text},{without_proof}".encode()
    client_key = digest(salted, b"Client Key", hash_name)
    stored_key = new(hash_name, client_key).digest()
    signature = digest(stored_key, about, hash_name)
    shown = bytes(a ^ b for a, b in zip(_decoded(proof_text), signature, strict=False))
    if not compare_digest(shown, client_key):
        return None
    verifier = digest(digest(salted, b"Server Key", hash_name), about, hash_name)
    return f"v={base64.b64encode(verifier).decode()}"


def _values(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(","))
    return {name: value for name, _, value in pairs}


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise BadScram("invalid-encoding") from None
