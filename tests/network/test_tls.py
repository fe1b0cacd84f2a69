from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ssl
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from datev_connector.network.tls import (
    CertificateChanged,
    Pin,
    Verification,
    fingerprint,
    pinned_context,
    presented_certificate,
    trust_presented,
    trusted_context,
)
from tests.network.certificates import Identity, Pins, make_identity, tls_server
from tests.ports import kept_port

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WAIT_S = 15.0


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    return make_identity(tmp_path)


@pytest.fixture
def pins() -> Pins:
    return Pins()


async def context_for(
    port: int, pins: Pins, verification: Verification = Verification.PIN, host: str = "127.0.0.1"
) -> ssl.SSLContext:
    return await trusted_context(
        host, port, verification=verification, pins=pins, now=NOW, timeout_s=WAIT_S
    )


async def exchange(port: int, context: ssl.SSLContext, host: str = "127.0.0.1") -> bytes:
    """Send a secret and read the echo."""
    async with asyncio.timeout(WAIT_S):
        reader, writer = await asyncio.open_connection(host, port, ssl=context)
        try:
            writer.write(b"secret")
            return await reader.readexactly(6)
        finally:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def test_a_fingerprint_reads_as_browsers_show_it() -> None:
    shown = fingerprint(b"x")
    assert shown.replace(":", "").lower() == hashlib.sha256(b"x").hexdigest()
    assert len(shown) == 32 * 3 - 1


async def test_the_first_certificate_is_pinned_and_then_accepted(
    identity: Identity, pins: Pins
) -> None:
    async with tls_server(identity) as server:
        context = await context_for(server.port, pins)
        assert await exchange(server.port, context) == b"secret"
        pin = pins.pin("127.0.0.1", server.port)
        assert pin is not None
        assert pin.certificate == identity.certificate
        assert pin.since == NOW
        assert await exchange(server.port, await context_for(server.port, pins)) == b"secret"
        assert pins.kept == {("127.0.0.1", server.port): pin}


async def test_the_first_look_sends_nothing(identity: Identity) -> None:
    async with tls_server(identity) as server:
        shown = await presented_certificate("127.0.0.1", server.port, timeout_s=WAIT_S)
        assert shown == identity.certificate
        assert server.received == b""


async def test_a_changed_certificate_is_refused_before_anything_is_sent(
    identity: Identity, pins: Pins, tmp_path: Path
) -> None:
    other = make_identity(tmp_path)
    with kept_port() as port:
        async with tls_server(identity, port):
            await context_for(port, pins)
        async with tls_server(other, port) as server:
            with pytest.raises(CertificateChanged) as raised:
                await context_for(port, pins)
            assert server.received == b""
    message = str(raised.value)
    assert fingerprint(identity.certificate) in message
    assert fingerprint(other.certificate) in message
    assert "2026-11-22" in message
    kept = pins.pin("127.0.0.1", port)
    assert kept is not None
    assert kept.certificate == identity.certificate


async def test_a_certificate_that_changes_after_the_look_is_refused_by_the_context(
    identity: Identity, pins: Pins, tmp_path: Path
) -> None:
    with kept_port() as port:
        async with tls_server(identity, port):
            context = await context_for(port, pins)
        async with tls_server(make_identity(tmp_path), port) as server:
            with pytest.raises(ssl.SSLCertVerificationError):
                await exchange(port, context)
            assert server.received == b""


@pytest.mark.parametrize(
    ("name", "expired", "authority"),
    [
        ("other.example", False, False),
        ("localhost", True, False),
        ("localhost", False, True),
        ("other.example", True, True),
    ],
)
async def test_names_and_dates_do_not_matter_to_a_pin(
    tmp_path: Path, pins: Pins, name: str, expired: bool, authority: bool
) -> None:
    identity = make_identity(tmp_path, name=name, expired=expired, authority=authority)
    async with tls_server(identity) as server:
        context = await context_for(server.port, pins)
        assert await exchange(server.port, context) == b"secret"


def test_a_pinned_context_verifies(identity: Identity) -> None:
    context = pinned_context(identity.certificate)
    assert context.verify_mode is ssl.CERT_REQUIRED


async def test_without_verification_any_certificate_does(identity: Identity, pins: Pins) -> None:
    async with tls_server(identity) as server:
        context = await context_for(server.port, pins, Verification.OFF)
        assert await exchange(server.port, context) == b"secret"
    assert not pins.kept


async def test_the_system_refuses_a_certificate_that_it_does_not_trust(
    identity: Identity, pins: Pins
) -> None:
    async with tls_server(identity) as server:
        context = await context_for(server.port, pins, Verification.SYSTEM)
        with pytest.raises(ssl.SSLCertVerificationError):
            await exchange(server.port, context)
        assert server.received == b""


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="only OpenSSL reads SSL_CERT_FILE")
async def test_the_system_accepts_what_it_trusts_for_the_right_name_only(
    tmp_path: Path, pins: Pins, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = make_identity(tmp_path, authority=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(identity.pem_file))
    async with tls_server(identity) as server:
        context = await context_for(server.port, pins, Verification.SYSTEM)
        assert await exchange(server.port, context, host="localhost") == b"secret"
        with pytest.raises(ssl.SSLCertVerificationError):
            await exchange(server.port, context, host="127.0.0.1")


async def test_a_server_without_tls_is_told_apart(pins: Pins) -> None:
    async with tls_server(None, greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        with pytest.raises(ssl.SSLError):
            await context_for(server.port, pins)
    assert not pins.kept


async def test_a_server_that_says_nothing_is_given_up(pins: Pins) -> None:
    async with tls_server(None) as server:
        with pytest.raises(TimeoutError):
            await presented_certificate("127.0.0.1", server.port, timeout_s=0.05)


async def test_a_closed_door_is_told_apart(pins: Pins) -> None:
    with kept_port() as port, pytest.raises(ConnectionRefusedError):
        await context_for(port, pins)


# --- connections that become encrypted on the way -------------------------------------------------


def judge(
    shown: bytes, pins: Pins, verification: Verification = Verification.PIN, port: int = 5222
) -> Pin | None:
    return trust_presented(
        shown, "pbx", port, verification=verification, pins=pins, now=NOW, also_at=443
    )


def test_the_first_certificate_shown_is_pinned_for_its_port(pins: Pins) -> None:
    assert judge(b"first", pins) is None
    assert pins.kept == {("pbx", 5222): Pin(certificate=b"first", since=NOW)}
    judge(b"first", pins)
    with pytest.raises(CertificateChanged) as changed:
        judge(b"second", pins)
    assert changed.value.presented == fingerprint(b"second")
    assert changed.value.pinned == fingerprint(b"first")
    assert pins.kept["pbx", 5222].certificate == b"first"


def test_another_certificate_than_at_the_other_port_is_trusted_by_half(pins: Pins) -> None:
    web = Pin(certificate=b"web", since=NOW)
    pins.set_pin("pbx", 443, web)
    assert judge(b"chat", pins) == web, "seen first"
    assert pins.kept["pbx", 5222].certificate == b"chat"
    assert judge(b"chat", pins) == web, "nobody has agreed to it since"


def test_the_certificate_of_the_other_port_is_trusted_and_remembered(pins: Pins) -> None:
    pins.set_pin("pbx", 5222, Pin(certificate=b"old", since=NOW))
    pins.set_pin("pbx", 443, Pin(certificate=b"renewed", since=NOW))
    assert judge(b"renewed", pins) is None
    assert pins.kept["pbx", 5222].certificate == b"renewed"
    with pytest.raises(CertificateChanged):
        judge(b"old", pins)


@pytest.mark.parametrize("verification", [Verification.SYSTEM, Verification.OFF])
def test_without_pinning_nothing_is_pinned(verification: Verification, pins: Pins) -> None:
    web = Pin(certificate=b"web", since=NOW)
    pins.set_pin("pbx", 443, web)
    assert judge(b"any", pins, verification) is None
    assert pins.kept == {("pbx", 443): web}
