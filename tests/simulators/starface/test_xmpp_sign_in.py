"""The way in at the XMPP door: STARTTLS, SASL, binding, and how the door misbehaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest

from datev_connector.simulators.starface import (
    AuthMode,
    Certificate,
    Manners,
    Mechanism,
    StarfaceConfig,
    StarfaceSimulator,
    StartTls,
    XmppConfig,
)
from tests.simulators.starface.client import Client, fetch
from tests.simulators.starface.clock import Clock
from tests.simulators.starface.test_oauth import password_form
from tests.simulators.starface.xmpp_client import (
    SASL,
    UCI,
    HungUp,
    XmppClient,
    error_of,
)

FEATURE_TLS = "{urn:ietf:params:xml:ns:xmpp-tls}starttls"
OPEN = XmppConfig(starttls=StartTls.NONE)


@pytest.fixture
async def starface() -> AsyncIterator[StarfaceSimulator]:
    async with StarfaceSimulator(StarfaceConfig(xmpp=XmppConfig())) as simulator:
        yield simulator


@pytest.fixture
async def anna(starface: StarfaceSimulator) -> AsyncIterator[XmppClient]:
    async with XmppClient(starface.host, starface.xmpp_port) as client:
        yield client


def names(features: Element) -> set[str]:
    return {element.tag.rpartition("}")[2] for element in features}


def mechanisms(features: Element) -> list[str]:
    return [element.text or "" for element in features.iter(SASL + "mechanism")]


async def offered(client: XmppClient) -> list[str]:
    await client.open()
    await client.encrypt()
    return mechanisms(await client.open())


@pytest.mark.parametrize("mechanism", [Mechanism.SCRAM_SHA_1, Mechanism.SCRAM_SHA_256])
async def test_scram(starface: StarfaceSimulator, anna: XmppClient, mechanism: Mechanism) -> None:
    assert mechanism in await offered(anna)
    assert error_of(await anna.scram(mechanism, "0123", "wrong")) == "not-authorized"
    assert (await anna.scram(mechanism, "0123", "Pass123")).tag == SASL + "success"
    assert (await anna.bind("desk")) == "0123@pbx.example/desk"
    attempts = starface.accounts.attempts("0123")
    assert (attempts.good, attempts.bad, attempts.bad_in_a_row) == (1, 1, 0)


async def test_encryption_comes_first_where_it_is_required(anna: XmppClient) -> None:
    features = await anna.open()
    assert names(features) == {"starttls"}
    assert features.find(f"{FEATURE_TLS}/") is not None
    assert error_of(await anna.plain("0123", "Pass123")) == "policy-violation"


async def test_encryption_is_a_choice_where_it_is_optional() -> None:
    config = StarfaceConfig(xmpp=XmppConfig(starttls=StartTls.OPTIONAL))
    async with StarfaceSimulator(config) as starface:
        async with XmppClient(starface.host, starface.xmpp_port) as plain:
            assert names(await plain.open()) == {"starttls", "mechanisms"}
            assert (await plain.plain("0123", "Pass123")).tag == SASL + "success"
        async with XmppClient(starface.host, starface.xmpp_port) as encrypted:
            await encrypted.sign_in()


async def test_without_encryption_there_is_no_starttls() -> None:
    async with (
        StarfaceSimulator(StarfaceConfig(xmpp=OPEN)) as starface,
        XmppClient(starface.host, starface.xmpp_port) as anna,
    ):
        assert names(await anna.open()) == {"mechanisms"}
        anna.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        assert (await anna.next()).tag.endswith("tls}failure")


async def test_certificate_of_its_own() -> None:
    own = Certificate.make(("xmpp.example",))
    config = StarfaceConfig(xmpp=XmppConfig(certificate=own))
    async with (
        StarfaceSimulator(config) as starface,
        XmppClient(starface.host, starface.xmpp_port) as anna,
    ):
        await anna.open()
        await anna.encrypt()
        shown = anna.certificate
    assert own.fingerprint == shown != starface.certificate.fingerprint


async def test_no_handshake_after_proceed(starface: StarfaceSimulator, anna: XmppClient) -> None:
    await anna.open()
    anna.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    await anna.next()
    anna.say("this is no TLS at all, but long enough to be taken for a record of it")
    await anna.bytes_until_the_end()
    await starface.chronicle.until(lambda: not starface.xmpp.server.open_connections)


async def test_wrong_password_ends_the_stream_after_some_tries(anna: XmppClient) -> None:
    await offered(anna)
    for _ in range(3):
        assert error_of(await anna.plain("0123", "wrong")) == "not-authorized"
    assert error_of(await anna.next()) == "policy-violation"
    with pytest.raises(HungUp):
        await anna.next()


async def test_lock_counts_over_all_doors() -> None:
    clock = Clock()
    config = StarfaceConfig(xmpp=OPEN, lock_after=2, now=clock)
    async with (
        StarfaceSimulator(config) as starface,
        XmppClient(starface.host, starface.xmpp_port) as anna,
    ):
        await anna.open()
        await Client(simulator=starface, password="wrong").post(
            b"<methodCall><methodName>a</methodName></methodCall>"
        )
        assert error_of(await anna.scram("SCRAM-SHA-1", "0123", "wrong")) == "not-authorized"
        assert error_of(await anna.plain("0123", "Pass123")) == "not-authorized"
        attempts = starface.accounts.attempts("0123")
        assert (attempts.bad, attempts.bad_in_a_row, attempts.while_locked) == (2, 2, 1)
        clock.forward(300)
        async with XmppClient(starface.host, starface.xmpp_port) as again:
            await again.open()
            assert (await again.plain("0123", "Pass123")).tag == SASL + "success"


@pytest.mark.parametrize(
    ("said", "condition"),
    [
        ("<auth xmlns='{}' mechanism='DIGEST-MD5'/>", "invalid-mechanism"),
        ("<auth xmlns='{}' mechanism='PLAIN'>%%%</auth>", "incorrect-encoding"),
        ("<auth xmlns='{}' mechanism='PLAIN'>Zm9v</auth>", "malformed-request"),
        ("<auth xmlns='{}' mechanism='PLAIN'>YgAwMTIzAHg=</auth>", "invalid-authzid"),
        ("<auth xmlns='{}' mechanism='SCRAM-SHA-1'>bixub25l</auth>", "malformed-request"),
        (
            "<auth xmlns='{}' mechanism='SCRAM-SHA-1'>cD10bHMsLG49YSxyPWI=</auth>",
            "malformed-request",
        ),
        ("<response xmlns='{}'/>", "malformed-request"),
        ("<abort xmlns='{}'/>", "aborted"),
    ],
)
async def test_nonsense_in_sasl(said: str, condition: str) -> None:
    async with (
        StarfaceSimulator(StarfaceConfig(xmpp=OPEN)) as starface,
        XmppClient(starface.host, starface.xmpp_port) as anna,
    ):
        await anna.open()
        anna.say(said.format(SASL[1:-1]))
        assert error_of(await anna.next()) == condition
        assert starface.accounts.attempts("0123").bad == 0


async def test_first_response_may_come_after_an_empty_challenge() -> None:
    async with (
        StarfaceSimulator(StarfaceConfig(xmpp=OPEN)) as starface,
        XmppClient(starface.host, starface.xmpp_port) as anna,
    ):
        await anna.open()
        anna.say(f"<auth xmlns='{SASL[1:-1]}' mechanism='PLAIN'/>")
        assert (await anna.next()).tag == SASL + "challenge"
        anna.say(f"<response xmlns='{SASL[1:-1]}'>ADAxMjMAUGFzczEyMw==</response>")
        assert (await anna.next()).tag == SASL + "success"


async def test_access_token_is_the_password_in_oauth_mode() -> None:
    clock = Clock()
    config = StarfaceConfig(xmpp=XmppConfig(), auth_modes=frozenset({AuthMode.OAUTH}), now=clock)
    async with StarfaceSimulator(config) as starface:
        token = json.loads((await fetch(starface, **password_form())).body)["access_token"]
        async with XmppClient(starface.host, starface.xmpp_port) as anna:
            assert await offered(anna) == ["PLAIN"]
            assert error_of(await anna.plain("0123", "Pass123")) == "not-authorized"
            assert error_of(await anna.plain("0124", token)) == "not-authorized"
            assert (await anna.plain("0123", token)).tag == SASL + "success"
        clock.forward(300)
        async with XmppClient(starface.host, starface.xmpp_port) as anna:
            await offered(anna)
            assert error_of(await anna.plain("0123", token)) == "not-authorized"
        attempts = starface.accounts.attempts("0123")
        assert (attempts.good, attempts.bearer_logins, attempts.bad) == (1, 1, 2)


@pytest.mark.parametrize("let_in", [True, False])
async def test_directory_users(*, let_in: bool) -> None:
    config = StarfaceConfig(
        xmpp=XmppConfig(directory_users=let_in),
        auth_modes=frozenset({AuthMode.ACTIVE_DIRECTORY}),
    )
    async with (
        StarfaceSimulator(config) as starface,
        XmppClient(starface.host, starface.xmpp_port) as anna,
    ):
        assert await offered(anna) == ["PLAIN"]
        answer = await anna.plain("0123", "Pass123")
        assert answer.tag == SASL + ("success" if let_in else "failure")
        assert starface.accounts.attempts("0123").bad == (0 if let_in else 1)


async def test_passwords_are_told_as_they_change() -> None:
    told: list[tuple[str, str]] = []
    async with StarfaceSimulator(StarfaceConfig()) as starface:
        starface.on_xmpp_password(lambda login, password: told.append((login, password)))
        starface.accounts.set_password("0124", "new")
        assert starface.xmpp_passwords() == {"0123": "Pass123", "0124": "new"}
    assert told == [("0123", "Pass123"), ("0124", "Pass124"), ("0124", "new")]


# How the door misbehaves


async def test_silent_door(starface: StarfaceSimulator, anna: XmppClient) -> None:
    starface.xmpp.server.manners = Manners.SILENT
    asking = asyncio.ensure_future(anna.open())  # noqa: TID251 -- it is kept
    await starface.chronicle.until(lambda: starface.xmpp.server.open_connections == 1)
    starface.xmpp.server.manners = Manners.PROPER
    await starface.drop_xmpp()
    with pytest.raises((HungUp, OSError)):
        await asking


async def test_web_server(starface: StarfaceSimulator, anna: XmppClient) -> None:
    starface.xmpp.server.manners = Manners.WEB_SERVER
    anna.say("<stream:stream")
    assert (await anna.bytes_until_the_end()).startswith(b"HTTP/1.1 400")


async def test_door_that_ends_every_stream(starface: StarfaceSimulator) -> None:
    starface.xmpp.server.manners = Manners.ERROR
    async with XmppClient(starface.host, starface.xmpp_port) as anna:
        assert error_of(await anna.open()) == "internal-server-error"


async def test_door_that_hangs_up(starface: StarfaceSimulator) -> None:
    starface.xmpp.server.manners = Manners.CLOSES
    async with XmppClient(starface.host, starface.xmpp_port) as anna:
        with pytest.raises((HungUp, OSError)):
            await anna.open()


async def test_door_that_offers_nothing(starface: StarfaceSimulator, anna: XmppClient) -> None:
    starface.xmpp.server.manners = Manners.SILENT_AFTER_HEADER
    anna.say(
        "<stream:stream xmlns='jabber:client' to='pbx.example' version='1.0'"
        " xmlns:stream='http://etherx.jabber.org/streams'></stream:stream>"
    )
    heard = await anna.bytes_until_the_end()
    assert b"<stream:stream" in heard
    assert b"features" not in heard


async def test_stream_error_on_demand(starface: StarfaceSimulator, anna: XmppClient) -> None:
    await anna.sign_in()
    starface.xmpp.server.end_streams("system-shutdown", "good night")
    error = await anna.next()
    assert error_of(error) == "system-shutdown"
    assert error[1].text == "good night"
    with pytest.raises(HungUp):
        await anna.next()


async def test_raw_text_to_a_client(starface: StarfaceSimulator, anna: XmppClient) -> None:
    await anna.sign_in()
    (jid,) = starface.xmpp.server.clients
    starface.xmpp.server.write(jid, "<iq type='nonsense' id='1'><query xmlns='x'/></iq>")
    assert (await anna.next()).get("type") == "nonsense"


async def test_restart_of_xmpp_alone(starface: StarfaceSimulator, anna: XmppClient) -> None:
    port = starface.xmpp_port
    await (await anna.sign_in()).subscribe()
    await starface.restart_xmpp()
    with pytest.raises((HungUp, OSError)):
        await anna.next()
    assert starface.xmpp_port == port
    async with XmppClient(starface.host, port) as again:
        await again.sign_in()
        assert await again.uci("connection.keepAlive") is True


async def test_restart_of_the_pbx(starface: StarfaceSimulator, anna: XmppClient) -> None:
    await (await anna.sign_in()).subscribe()
    await starface.restart(certificate=Certificate.make())
    async with XmppClient(starface.host, starface.xmpp_port) as again:
        await again.sign_in()
        assert again.certificate == starface.certificate.fingerprint
        assert await again.uci("connection.keepAlive") is False


# Streams and stanzas


async def test_second_client_of_the_same_address(
    starface: StarfaceSimulator, anna: XmppClient
) -> None:
    await anna.sign_in()
    async with XmppClient(starface.host, starface.xmpp_port) as second:
        await second.sign_in()
        assert error_of(await anna.next()) == "conflict"
        assert await second.uci("connection.login") is True


@pytest.mark.parametrize(
    ("said", "condition"),
    [
        ("<stream:stream xmlns='jabber:client' to='other.example'", "host-unknown"),
        ("<stream:stream xmlns='jabber:server' to='pbx.example'", "invalid-namespace"),
    ],
)
async def test_streams_that_are_refused(anna: XmppClient, said: str, condition: str) -> None:
    anna.say(f"{said} xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>")
    heard = await anna.bytes_until_the_end()
    assert condition.encode() in heard


@pytest.mark.parametrize(
    ("said", "condition"),
    [
        ("GET / HTTP/1.1\r\n\r\n", "not-well-formed"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "restricted-xml"),
        ("<stream/>", "invalid-namespace"),
        ("<s:feature xmlns:s='http://etherx.jabber.org/streams'>", "bad-format"),
    ],
)
async def test_what_opens_no_stream(anna: XmppClient, said: str, condition: str) -> None:
    anna.say(said)
    heard = await anna.bytes_until_the_end()
    assert heard.startswith(b"<?xml version='1.0'?><stream:stream")
    assert condition.encode() in heard


@pytest.mark.parametrize(
    ("said", "condition"),
    [
        ("<!-- a -->", "restricted-xml"),
        ("<?a b?>", "restricted-xml"),
        ("text", "bad-format"),
        ("<a></b>", "not-well-formed"),
        ("<message>" + "<a>" * 100, "policy-violation"),
        ("<thing xmlns='x'/>", "unsupported-stanza-type"),
        ("<message><body>" + "x" * 5000, "policy-violation"),
    ],
)
async def test_what_breaks_a_stream(said: str, condition: str) -> None:
    config = StarfaceConfig(xmpp=XmppConfig(stanza_limit=4096))
    async with (
        StarfaceSimulator(config) as starface,
        XmppClient(starface.host, starface.xmpp_port) as anna,
    ):
        await anna.sign_in()
        anna.say(said)
        assert error_of(await anna.next()) == condition


async def test_stanzas_before_signing_in(anna: XmppClient) -> None:
    await anna.open()
    anna.say("<message to='0124@pbx.example'/>")
    assert error_of(await anna.next()) == "not-authorized"


@pytest.mark.parametrize(
    ("kind", "to", "content", "condition"),
    [
        ("magic", "", "<a xmlns='b'/>", "bad-request"),
        ("get", "", "<a xmlns='b'/>", "service-unavailable"),
        ("get", "0124@pbx.example/gone", "<a xmlns='b'/>", "service-unavailable"),
        ("get", "stranger@elsewhere.example", "<a xmlns='b'/>", "service-unavailable"),
    ],
)
async def test_questions_without_an_answer(
    anna: XmppClient, kind: str, to: str, content: str, condition: str
) -> None:
    await anna.sign_in()
    answer = await anna.iq(kind, content, to)
    assert (answer.get("type"), error_of(answer)) == ("error", condition)


async def test_stranger_and_unknown_user_are_forbidden(anna: XmppClient) -> None:
    await anna.sign_in()
    anna.say(f"<iq type='set' id='x' to='{UCI}' from='0124@pbx.example/forged'>")
    anna.say("<query xmlns='jabber:iq:rpc'><methodCall><methodName>ucp.v30.requests.")
    anna.say("connection.login</methodName></methodCall></query></iq>")
    answer = await anna.next()
    assert answer.get("to") == anna.jid  # what a client says of itself is not believed


async def test_presence(starface: StarfaceSimulator, anna: XmppClient) -> None:
    await anna.sign_in()
    (jid,) = starface.xmpp.server.clients
    assert starface.xmpp.server.priority(jid) == -1
    anna.say("<presence><priority>no number</priority></presence>")
    await anna.next()
    assert starface.xmpp.server.priority(jid) == 0
    anna.say("<presence type='unavailable'/>")
    await starface.chronicle.until(lambda: starface.xmpp.server.priority(jid) is None)


async def test_roster_and_session(anna: XmppClient) -> None:
    await anna.sign_in()
    roster = await anna.iq("get", "<query xmlns='jabber:iq:roster'/>")
    assert roster.get("type") == "result"
    session = await anna.iq("set", "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>")
    assert session.get("type") == "result"


async def test_pbx_without_xmpp_says_so() -> None:
    async with StarfaceSimulator(StarfaceConfig()) as starface:
        assert starface.xmpp_port == 0
        with pytest.raises(LookupError, match="no XMPP door"):
            _ = starface.xmpp.server


async def test_login_of_another_case() -> None:
    config = StarfaceConfig(xmpp=OPEN)
    (first, *_) = config.users
    config = replace(config, users=(replace(first, login="JDoe"),))
    async with (
        StarfaceSimulator(config) as starface,
        XmppClient(starface.host, starface.xmpp_port) as client,
    ):
        await client.open()
        assert (await client.plain("jdoe", "Pass123")).tag == SASL + "success"
        assert await client.bind() == "jdoe@pbx.example/test"
        assert await client.uci("connection.login") is True
        assert [session.login for session in starface.sessions] == ["JDoe"]
