"""Proving who we are to an XMPP server: the forms of sign-in, without any connection (SASL).

PLAIN hands the password over; SCRAM (RFC 5802, RFC 7677) proves that both sides know it, without
sending it. One form is chosen and used once: a second try after a refusal would count double where
a server counts refusals. Ours rather than the library's, whose SCRAM draws its nonce from a
predictable source, lets the server name any number of rounds, and takes a success without a proof.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import stringprep
import unicodedata
from collections.abc import Collection
from typing import Protocol

from datev_connector.domain.wording import worded
from datev_connector.starface.sign_in.forms import SignIn

SCRAM_HASHES = {
    "SCRAM-SHA-512": "sha512",
    "SCRAM-SHA-256": "sha256",
    "SCRAM-SHA-1": "sha1",
}
"""The strongest first."""
PLAIN = "PLAIN"
TRANSIENT = frozenset({"temporary-auth-failure", "aborted"})
"""Reasons of a refused sign-in that say nothing about login or password (RFC 6120, 6.5)."""
ROUNDS = re.compile(r"[0-9]{1,7}")
MOST_ROUNDS = 1_000_000
"""More would keep this computer busy for seconds; servers in the field ask for 4,096 to 310,000."""


class BadChallenge(Exception):
    """The server broke the rules of the sign-in; the text says how."""


class Mechanism(Protocol):
    """One sign-in in one form; each step is used once, in this order."""

    @property
    def name(self) -> str:
        """As servers offer it."""

    def first(self) -> bytes:
        """What goes out at once."""

    def respond(self, challenge: bytes) -> bytes:
        """The answer to a challenge. May take a moment. Raises BadChallenge."""

    def finish(self, data: bytes) -> None:
        """Judge the data of the server's success. Raises BadChallenge: do not trust it."""


def choose_mechanism(offered: Collection[str], sign_in: SignIn, *, encrypted: bool) -> str | None:
    """The form to use, the safest first; None if none of the offered may be.

    An OAuth token is only known as a password in PLAIN, and too valuable for an open line.
    """
    if sign_in is SignIn.OAUTH:
        return PLAIN if encrypted and PLAIN in offered else None
    return next((name for name in (*SCRAM_HASHES, PLAIN) if name in offered), None)


def proves_only(name: str) -> bool:
    """Tell whether this form hands nothing over that the other side could use itself."""
    return name in SCRAM_HASHES


def mechanism(name: str, login: str, password: str, *, nonce: str) -> Mechanism:
    """The form `name`. `nonce`: unpredictable printable characters without a comma."""
    if name == PLAIN:
        return Plain(login, password)
    return Scram(name, login, password, nonce=nonce)


class Plain:
    """RFC 4616."""

    name = PLAIN

    def __init__(self, login: str, password: str) -> None:
        self._message = f"\0{login}\0{password}".encode()

    def first(self) -> bytes:
        """Login and password."""
        return self._message

    def respond(self, challenge: bytes) -> bytes:
        """There is nothing to ask. Raises BadChallenge."""
        raise BadChallenge(worded("it asks on after the password"))

    def finish(self, data: bytes) -> None:
        """The server proves nothing but by its certificate."""


class Scram:
    """RFC 5802 without channel binding, with the hashes of RFC 7677."""

    def __init__(self, name: str, login: str, password: str, *, nonce: str) -> None:
        self.name = name
        self._hash = SCRAM_HASHES[name]
        self._password = prepared(password).encode()
        self._nonce = nonce
        escaped = prepared(login).replace("=", "=3D").replace(",", "=2C")
        self._first_bare = f"n={escaped},r={nonce}"
        self._server_proof: bytes | None = None
        self._proven = False

    def first(self) -> bytes:
        """The login and our nonce."""
        return f"n,,{self._first_bare}".encode()

    def respond(self, challenge: bytes) -> bytes:
        """Our proof; to the server's own proof nothing."""
        if self._server_proof is None:
            return self._prove(challenge)
        self.finish(challenge)
        return b""

    def finish(self, data: bytes) -> None:
        """Raises BadChallenge if the server has not proven that it knows the password."""
        if self._proven and not data:
            return
        given = _base64(_fields(data).get("v", ""))
        if self._server_proof is None or not hmac.compare_digest(given, self._server_proof):
            raise BadChallenge(worded("it does not prove that it knows the password"))
        self._proven = True

    def _prove(self, challenge: bytes) -> bytes:
        given = _fields(challenge)
        nonce, salt, rounds = given.get("r", ""), _base64(given.get("s", "")), given.get("i", "")
        if "m" in given or not nonce.startswith(self._nonce) or nonce == self._nonce:
            raise BadChallenge(worded("its challenge is not an answer to ours"))
        if not salt or not ROUNDS.fullmatch(rounds) or not 1 <= int(rounds) <= MOST_ROUNDS:
            raise BadChallenge(worded("its challenge is malformed"))
        final = f"c=biws,r={nonce}"
        message = f"{self._first_bare},{challenge.decode()},{final}".encode()
        salted = hashlib.pbkdf2_hmac(self._hash, self._password, salt, int(rounds))
        key = self._hmac(salted, b"Client Key")
        signature = self._hmac(hashlib.new(self._hash, key).digest(), message)
        self._server_proof = self._hmac(self._hmac(salted, b"Server Key"), message)
        proof = bytes(one ^ other for one, other in zip(key, signature, strict=True))
        return f"{final},p={base64.b64encode(proof).decode()}".encode()

    def _hmac(self, key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, self._hash)


def prepared(text: str) -> str:
    """`text` in the one form in which both sides hash it (SASLprep, RFC 4013).

    Characters that the profile forbids are left for the server to refuse.
    """
    mapped = "".join(
        " " if stringprep.in_table_c12(character) else character
        for character in text
        if not stringprep.in_table_b1(character)
    )
    return unicodedata.normalize("NFKC", mapped)


def _fields(message: bytes) -> dict[str, str]:
    try:
        parts = message.decode().split(",")
    except UnicodeDecodeError:
        raise BadChallenge(worded("its challenge is malformed")) from None
    return {name: value for name, _, value in (part.partition("=") for part in parts)}


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadChallenge(worded("its challenge is malformed")) from None
