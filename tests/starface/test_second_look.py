"""What stands behind a failed request: real certificates at real ports."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from datev_connector.network.tls import Pin, Verification, pinned_context
from datev_connector.starface.https.client import HttpClient, HttpTimes, PbxAddress
from datev_connector.starface.https.second_look import looked_at_again
from datev_connector.starface.https.transport import HttpsTransport
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.wire.xmlrpc import MethodCall
from tests.network.certificates import Identity, Pins, make_identity, tls_server
from tests.ports import kept_port

SINCE = datetime(2026, 1, 2, tzinfo=UTC)
WAIT_S = 15.0
CALL = MethodCall(method="ucp.v30.requests.connection.keepAlive")


@pytest.fixture
def known(tmp_path: Path) -> Identity:
    return make_identity(tmp_path)


def pinned(port: int, certificate: bytes) -> Pins:
    pins = Pins()
    pins.set_pin("127.0.0.1", port, Pin(certificate=certificate, since=SINCE))
    return pins


def untrusted(port: int) -> Trouble:
    where = f"127.0.0.1:{port}"
    return Trouble(kind=TroubleKind.CERTIFICATE_UNTRUSTED, where=where, detail="self-signed")


async def look(
    trouble: Trouble,
    port: int,
    pins: Pins,
    *,
    accepted: bytes | None = None,
    verification: Verification = Verification.PIN,
    encrypted: bool = True,
) -> Trouble:
    return await looked_at_again(
        trouble,
        PbxAddress(host="127.0.0.1", port=port, encrypted=encrypted),
        verification=verification,
        pins=pins,
        accepted=accepted,
        timeout_s=WAIT_S,
    )


async def test_a_request_that_a_pin_refuses_is_told_as_a_changed_certificate(
    known: Identity, tmp_path: Path
) -> None:
    other = make_identity(tmp_path)
    async with tls_server(other) as server:
        address = PbxAddress(host="127.0.0.1", port=server.port)
        transport = HttpsTransport(
            HttpClient(address, pinned_context(known.certificate), HttpTimes())
        )
        try:
            with pytest.raises(LinkTrouble) as refused:
                await transport.call(CALL)
        finally:
            await transport.close()
        pins = pinned(server.port, known.certificate)
        accepted = known.certificate
        seen = await look(refused.value.trouble, server.port, pins, accepted=accepted)
        assert server.received == b""
    assert seen.kind is TroubleKind.CERTIFICATE_CHANGED
    assert seen.complaint.reason.count("has changed") == 1
    assert Pin(certificate=other.certificate, since=SINCE).fingerprint in seen.complaint.reason
    assert pins.kept["127.0.0.1", server.port].certificate == accepted, "nobody trusts it yet"


async def test_a_refused_handshake_is_a_change_even_if_the_port_is_closed_since(
    known: Identity,
) -> None:
    with kept_port() as port:
        seen = await look(untrusted(port), port, pinned(port, known.certificate))
    assert seen.complaint.reason.endswith("nothing secret was sent.")
    assert seen.kind is TroubleKind.CERTIFICATE_CHANGED


async def test_a_certificate_forgotten_or_replaced_meanwhile_only_needs_a_new_connection(
    known: Identity, tmp_path: Path
) -> None:
    other = make_identity(tmp_path)
    async with tls_server(other) as server:
        for pins in (Pins(), pinned(server.port, other.certificate)):
            kept = dict(pins.kept)
            seen = await look(untrusted(server.port), server.port, pins, accepted=known.certificate)
            assert seen.kind is TroubleKind.CUT
            assert pins.kept == kept


async def test_a_known_certificate_that_tls_cannot_use(known: Identity) -> None:
    async with tls_server(known) as server:
        pins = pinned(server.port, known.certificate)
        seen = await look(untrusted(server.port), server.port, pins, accepted=known.certificate)
    assert seen.kind is TroubleKind.CERTIFICATE_UNUSABLE
    assert "self-signed" in seen.complaint.reason


async def test_without_a_pin_a_certificate_that_is_not_trusted_is_just_that() -> None:
    trouble = untrusted(1)
    assert await look(trouble, 1, Pins(), verification=Verification.SYSTEM) is trouble


@pytest.mark.parametrize("kind", [TroubleKind.CUT, TroubleKind.NO_XML_RPC, TroubleKind.HTTP_STATUS])
async def test_plain_http_where_tls_is_spoken(known: Identity, kind: TroubleKind) -> None:
    async with tls_server(known) as server:
        seen = await look(Trouble(kind=kind, where="pbx"), server.port, Pins(), encrypted=False)
    assert seen == Trouble(kind=TroubleKind.TLS_EXPECTED, where="pbx")


async def test_plain_http_where_no_tls_is_spoken_stays_what_it_is() -> None:
    trouble = Trouble(kind=TroubleKind.NO_XML_RPC, where="pbx", detail="no HTTP")
    async with tls_server(None, greeting=b"220 mail\r\n") as server:
        async with asyncio.timeout(WAIT_S):
            assert await look(trouble, server.port, Pins(), encrypted=False) is trouble
