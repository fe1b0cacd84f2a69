from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.starface.sign_in.forms import SignIn
from datev_connector.starface.xmpp.sasl import (
    MOST_ROUNDS,
    BadChallenge,
    Scram,
    choose_mechanism,
    mechanism,
    prepared,
)

ALL = ("PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-256-PLUS", "DIGEST-MD5")

# The examples of RFC 5802 (section 5) and RFC 7677 (section 3): user "user", password "pencil".
SHA1 = (
    "SCRAM-SHA-1",
    "fyko+d2lbbFgONRv9qkxdawL",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
)
SHA256 = (
    "SCRAM-SHA-256",
    "rOprNGfwEbeRWgbNEkqO",
    ("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
    (
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    ),
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
)
EXAMPLES = pytest.mark.parametrize(
    ("name", "nonce", "challenge", "response", "proof"), [SHA1, SHA256], ids=["sha1", "sha256"]
)


def scram(name: str = "SCRAM-SHA-1", nonce: str = SHA1[1]) -> Scram:
    return Scram(name, "user", "pencil", nonce=nonce)


@EXAMPLES
def test_scram_as_the_rfc_shows_it(
    name: str, nonce: str, challenge: str, response: str, proof: str
) -> None:
    signing = scram(name, nonce)
    assert signing.first() == f"n,,n=user,r={nonce}".encode()
    assert signing.respond(challenge.encode()) == response.encode()
    signing.finish(proof.encode())


@EXAMPLES
def test_the_proof_of_the_server_may_come_as_a_challenge(
    name: str, nonce: str, challenge: str, response: str, proof: str
) -> None:
    signing = scram(name, nonce)
    assert signing.respond(challenge.encode()) == response.encode()
    assert signing.respond(proof.encode()) == b""
    signing.finish(b"")


@pytest.mark.parametrize("data", [b"", b"v=", b"v=AAAA", b"e=invalid-proof", SHA256[4].encode()])
def test_a_success_without_the_right_proof_is_none(data: bytes) -> None:
    signing = scram()
    signing.respond(SHA1[2].encode())
    with pytest.raises(BadChallenge):
        signing.finish(data)


def test_a_success_before_any_challenge_is_none() -> None:
    with pytest.raises(BadChallenge):
        scram().finish(SHA1[4].encode())


@pytest.mark.parametrize(
    "challenge",
    [
        "",
        "r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096",
        "r=somebody-else,s=QSXCR+Q6sek8bf92,i=4096",
        "m=new,r=fyko+d2lbbFgONRv9qkxdawL3r,s=QSXCR+Q6sek8bf92,i=4096",
        "r=fyko+d2lbbFgONRv9qkxdawL3r,s=QSXCR+Q6sek8bf92,i=0",
        "r=fyko+d2lbbFgONRv9qkxdawL3r,s=QSXCR+Q6sek8bf92,i=-1",
        f"r=fyko+d2lbbFgONRv9qkxdawL3r,s=QSXCR+Q6sek8bf92,i={MOST_ROUNDS + 1}",
        f"r=fyko+d2lbbFgONRv9qkxdawL3r,s=QSXCR+Q6sek8bf92,i={'9' * 5000}",
        "r=fyko+d2lbbFgONRv9qkxdawL3r,s=!!!,i=4096",
        "r=fyko+d2lbbFgONRv9qkxdawL3r,i=4096",
    ],
)
def test_a_bad_challenge_gets_no_proof(challenge: str) -> None:
    with pytest.raises(BadChallenge):
        scram().respond(challenge.encode())


@given(st.binary(max_size=80))
def test_any_challenge_is_answered_or_refused(challenge: bytes) -> None:
    signing = scram()
    with contextlib.suppress(BadChallenge):
        assert signing.respond(challenge).startswith(b"c=biws,")


def test_separators_in_a_login_are_escaped() -> None:
    assert Scram("SCRAM-SHA-1", "a,b=c", "", nonce="n").first() == b"n,,n=a=2Cb=3Dc,r=n"


def test_plain_hands_login_and_password_over_once() -> None:
    plain = mechanism("PLAIN", "0123", "Paß123", nonce="n")
    assert plain.first() == "\x000123\x00Paß123".encode()
    plain.finish(b"")
    with pytest.raises(BadChallenge):
        plain.respond(b"more?")


# The examples of RFC 4013 (section 3).
@pytest.mark.parametrize(
    ("text", "form"),
    [("I\u00adX", "IX"), ("user", "user"), ("USER", "USER"), ("\u00aa", "a"), ("\u2168", "IX")],
)
def test_texts_are_hashed_in_one_form(text: str, form: str) -> None:
    assert prepared(text) == form


@pytest.mark.parametrize(
    ("offered", "sign_in", "encrypted", "chosen"),
    [
        (ALL, SignIn.AUTO, True, "SCRAM-SHA-512"),
        (ALL[:3], SignIn.SHA512, True, "SCRAM-SHA-256"),
        (ALL[:2], SignIn.ACTIVE_DIRECTORY, True, "SCRAM-SHA-1"),
        (("PLAIN",), SignIn.AUTO, True, "PLAIN"),
        (("PLAIN",), SignIn.AUTO, False, "PLAIN"),
        (ALL, SignIn.AUTO, False, "SCRAM-SHA-512"),
        (ALL, SignIn.OAUTH, True, "PLAIN"),
        (ALL, SignIn.OAUTH, False, None),
        (("SCRAM-SHA-1",), SignIn.OAUTH, True, None),
        (("DIGEST-MD5", "SCRAM-SHA-256-PLUS", "ANONYMOUS"), SignIn.AUTO, True, None),
        ((), SignIn.AUTO, True, None),
    ],
)
def test_one_form_is_chosen(
    offered: tuple[str, ...], sign_in: SignIn, encrypted: bool, chosen: str | None
) -> None:
    assert choose_mechanism(offered, sign_in, encrypted=encrypted) == chosen


def test_the_proof_is_base64() -> None:
    response = scram().respond(SHA1[2].encode()).decode()
    assert len(base64.b64decode(response.rpartition("p=")[2], validate=True)) == 20
