"""Opening the line: against Prosody where it can show it, else against a server of bare sockets."""

from __future__ import annotations

import asyncio
import base64
import re
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from datev_connector.network.tls import Pin, fingerprint
from datev_connector.starface.https.client import HttpTimes
from datev_connector.starface.leg_words import UNVERIFIED
from datev_connector.starface.trouble import TroubleKind
from datev_connector.starface.xmpp.link import XmppWays
from datev_connector.starface.xmpp.reader import StreamLimits
from tests.network.certificates import Pins, make_identity
from tests.prosody import Prosody, ProsodyOptions, running_prosody
from tests.starface.xmpp_run import (
    BIND,
    DOMAIN,
    NOW,
    SASL,
    STARTTLS,
    STREAM,
    TLS,
    Talk,
    bare_server,
    mechanisms,
    number_of,
    party,
    tasks_of_ours,
)

USERS = {"0123": "Pass123"}
SWIFT = HttpTimes(connect_s=5.0, answer_s=0.3)
PASSWORD_SEEN = base64.b64encode(b"\x000123\x00Pass123")


def sign_ins(server: Prosody) -> int:
    """How often somebody tried to sign in."""
    return len(re.findall(r"Received\[c2s_unauthed\]: <auth ", server.log))


# --- signing in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"])
@pytest.mark.parametrize("starttls", ["required", "none"])
async def test_signs_in_with_and_without_tls(starttls: str, form: str) -> None:
    options = ProsodyOptions(users=USERS, starttls=starttls, mechanisms=(form,))
    async with (
        running_prosody(options) as server,
        party(server.port, encrypted=starttls != "none") as anna,
    ):
        opened = await anna.link.open()
        assert opened.pushes
        assert opened.flaws == ()
        assert anna.link.mechanism == form
        assert anna.link.own_address.startswith("0123@pbx.example/DatevConnector-")
        assert anna.passwords_given == 1


async def test_the_strongest_form_is_used() -> None:
    async with running_prosody(ProsodyOptions(users=USERS)) as server, party(server.port) as anna:
        await anna.link.open()
        assert anna.link.mechanism == "SCRAM-SHA-256"


async def test_an_oauth_token_is_sent_in_plain_only() -> None:
    options = ProsodyOptions(users={"0123": "a.long.token"})
    async with running_prosody(options) as server:
        async with party(server.port, password="a.long.token", sign_in="oauth") as anna:
            await anna.link.open()
            assert anna.link.mechanism == "PLAIN"
        async with party(server.port, password="a.long.token", token=True) as anna:
            await anna.link.open()
            assert anna.link.mechanism == "PLAIN"


async def test_a_token_that_is_refused_is_replaced_once() -> None:
    options = ProsodyOptions(users={"0123": "a.new.token"})
    async with running_prosody(options) as server:
        for instead, sign_in_count in (("a.new.token", 2), ("another.old.one", 4), (None, 5)):
            async with party(server.port, password="an.old.token", token=True) as anna:
                asked: list[str] = []

                async def other(refused: str, given: str | None = instead) -> str | None:
                    asked.append(refused)  # noqa: B023 -- used in this round only
                    return given

                anna.link._password_instead = other
                if instead == "a.new.token":
                    await anna.link.open()
                else:
                    assert (await anna.refusal()).kind is TroubleKind.SIGN_IN_REFUSED
                assert asked == ["an.old.token"]
                assert sign_ins(server) == sign_in_count


async def test_a_password_that_is_refused_is_not_replaced() -> None:
    async def other(refused: str) -> str:
        raise AssertionError(refused)

    async with running_prosody(ProsodyOptions(users=USERS)) as server:
        async with party(server.port, password="wrong") as anna:
            anna.link._password_instead = other
            assert (await anna.refusal()).kind is TroubleKind.SIGN_IN_REFUSED
        assert sign_ins(server) == 1


async def test_the_password_is_asked_for_anew_each_time() -> None:
    async with running_prosody(ProsodyOptions(users=USERS)) as server, party(server.port) as anna:
        await anna.link.open()
        await anna.link.open()
        assert anna.passwords_given == 2
        server.set_password("0123", "another")
        assert (await anna.refusal()).kind is TroubleKind.SIGN_IN_REFUSED


@pytest.mark.parametrize("form", ["PLAIN", "SCRAM-SHA-1"])
async def test_a_wrong_password_is_tried_exactly_once(form: str) -> None:
    offered = (form, "SCRAM-SHA-256", "PLAIN") if form != "PLAIN" else (form,)
    options = ProsodyOptions(users=USERS, mechanisms=offered)
    async with (
        running_prosody(options) as server,
        party(server.port, password="wrong") as anna,
    ):
        assert (await anna.refusal()).kind is TroubleKind.SIGN_IN_REFUSED
        assert anna.passwords_given == 1
        assert anna.heard.lost == []
        assert sign_ins(server) == 1
        assert len(re.findall(r"Sending\[c2s_unauthed\]: <failure", server.log)) == 1


async def test_after_a_refusal_no_other_form_is_tried() -> None:
    async def refuse(talk: Talk) -> None:
        await talk.greet(mechanisms("SCRAM-SHA-1", "PLAIN"))
        await talk.hear("</auth>")
        talk.say(f"<failure xmlns='{SASL}'><not-authorized/></failure>")

    async with bare_server(refuse) as server, party(server.port, encrypted=False) as anna:
        assert (await anna.refusal()).kind is TroubleKind.SIGN_IN_REFUSED
        assert server.sign_ins == 1
        assert len(server.talks) == 1


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ("not-authorized", TroubleKind.SIGN_IN_REFUSED),
        ("account-disabled", TroubleKind.SIGN_IN_REFUSED),
        ("credentials-expired", TroubleKind.SIGN_IN_REFUSED),
        ("of-our-own-make", TroubleKind.SIGN_IN_REFUSED),
        ("temporary-auth-failure", TroubleKind.STREAM_ERROR),
    ],
)
async def test_reasons_of_a_refusal(condition: str, kind: TroubleKind) -> None:
    async def refuse(talk: Talk) -> None:
        await talk.greet(mechanisms("PLAIN"))
        await talk.hear("</auth>")
        talk.say(f"<failure xmlns='{SASL}'><{condition}/><text>No.</text></failure>")

    async with bare_server(refuse) as server, party(server.port, encrypted=False) as anna:
        assert (await anna.refusal()).kind is kind


@pytest.mark.parametrize("answer", ["", "v=AAAA", "=", "!"])
async def test_a_server_that_does_not_prove_itself_is_left(answer: str) -> None:
    async def pretend(talk: Talk) -> None:
        await talk.greet(mechanisms("SCRAM-SHA-1"))
        first = await talk.hear("</auth>")
        sent = base64.b64decode(first.partition(">")[2].partition("<")[0]).decode()
        challenge = f"r={sent.partition('r=')[2]}more,s=QSXCR+Q6sek8bf92,i=4096"
        coded = base64.b64encode(challenge.encode()).decode()
        talk.say(f"<challenge xmlns='{SASL}'>{coded}</challenge>")
        await talk.hear("</response>")
        coded = base64.b64encode(answer.encode()).decode() if answer.startswith("v") else answer
        talk.say(f"<success xmlns='{SASL}'>{coded}</success>")

    async with bare_server(pretend) as server, party(server.port, encrypted=False) as anna:
        trouble = await anna.refusal()
        assert trouble.kind is TroubleKind.STREAM_ERROR
        assert "sign-in" in trouble.detail


@pytest.mark.parametrize(
    ("offered", "settings"),
    [
        ((), {}),
        (("DIGEST-MD5", "EXTERNAL"), {}),
        (("SCRAM-SHA-1", "PLAIN"), {"sign_in": "oauth"}),
    ],
)
async def test_no_form_that_may_be_used(offered: tuple[str, ...], settings: dict[str, Any]) -> None:
    async def offer(talk: Talk) -> None:
        await talk.greet(mechanisms(*offered))

    async with (
        bare_server(offer) as server,
        party(server.port, encrypted=False, **settings) as anna,
    ):
        trouble = await anna.refusal()
        assert trouble.kind is TroubleKind.NO_MECHANISM
        assert anna.passwords_given == 0
        assert server.sign_ins == 0
        assert all(name in trouble.detail for name in offered)


async def test_what_is_told_of_offered_forms_is_short_and_can_be_read() -> None:
    many = [f"FORM-{number}" for number in range(5_000)]

    async def offer(talk: Talk) -> None:
        await talk.greet(mechanisms("DIGEST-MD5", "A" * 300_000, "no\rform", "\u202ePLAIN", *many))

    async with bare_server(offer) as server, party(server.port, encrypted=False) as anna:
        trouble = await anna.refusal()
    assert trouble.kind is TroubleKind.NO_MECHANISM
    assert "DIGEST-MD5" in trouble.detail
    assert len(trouble.detail) < 300
    assert trouble.complaint.reason.isprintable()


async def test_a_server_that_calls_itself_what_cannot_be_read_keeps_its_name_to_itself() -> None:
    async def correct(talk: Talk) -> None:
        await talk.hear(">")
        await talk.hear(">")
        error = "<host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
        header = STREAM.format(name="x" * 100_000)
        talk.say(header + f"<stream:error>{error}</stream:error>")

    async with (
        bare_server(correct) as server,
        party(server.port, encrypted=False, xmpp_domain="", host="localhost") as anna,
    ):
        trouble = await anna.refusal()
    assert (trouble.kind, trouble.detail) == (TroubleKind.DOMAIN_UNKNOWN, "localhost")
    assert len(server.talks) == 1


async def test_a_token_finds_only_forms_for_passwords() -> None:
    async def offer(talk: Talk) -> None:
        await talk.greet(mechanisms("SCRAM-SHA-1"))

    async with (
        bare_server(offer) as server,
        party(server.port, encrypted=False, token=True) as anna,
    ):
        assert (await anna.refusal()).kind is TroubleKind.NO_MECHANISM
        assert server.sign_ins == 0


async def test_settings_that_cannot_work_are_told_before_anything_is_tried() -> None:
    async with party(1, login=" ") as anna:
        assert (await anna.refusal()).kind is TroubleKind.SETTINGS_INCOMPLETE
        assert anna.passwords_given == 0


async def test_an_empty_password_is_never_sent() -> None:
    async with (
        running_prosody(ProsodyOptions(users=USERS)) as server,
        party(server.port, password=" ") as anna,
    ):
        assert (await anna.refusal()).kind is TroubleKind.SETTINGS_INCOMPLETE
        assert sign_ins(server) == 0


# --- encryption and trust -------------------------------------------------------------------------


async def test_the_first_certificate_is_pinned_in_the_same_connection() -> None:
    async with running_prosody(ProsodyOptions(users=USERS)) as server, party(server.port) as anna:
        await anna.link.open()
        pin = anna.pins.pin("127.0.0.1", server.port)
        assert pin == Pin(certificate=server.identity.certificate, since=NOW)
        assert server.log.count("Client sent opening <stream:stream>") == 3


async def test_a_changed_certificate_gets_no_secret(tmp_path: Path) -> None:
    other = make_identity(tmp_path)
    pins = Pins()
    async with running_prosody(ProsodyOptions(users=USERS)) as server:
        pins.set_pin("127.0.0.1", server.port, Pin(certificate=other.certificate, since=NOW))
        async with party(server.port, pins=pins) as anna:
            trouble = await anna.refusal()
            assert trouble.kind is TroubleKind.CERTIFICATE_CHANGED
            assert fingerprint(other.certificate) in trouble.detail
            assert fingerprint(server.identity.certificate) in trouble.detail
            assert anna.passwords_given == 0
            assert pins.kept["127.0.0.1", server.port].certificate == other.certificate


async def test_a_certificate_renewed_at_the_https_port_is_trusted(tmp_path: Path) -> None:
    pins = Pins()
    async with running_prosody(ProsodyOptions(users=USERS)) as server:
        shown = Pin(certificate=server.identity.certificate, since=NOW)
        before = Pin(certificate=make_identity(tmp_path).certificate, since=NOW)
        pins.kept = {("127.0.0.1", 4443): shown, ("127.0.0.1", server.port): before}
        async with party(server.port, pins=pins, https_port=4443) as anna:
            await anna.link.open()
        assert pins.kept["127.0.0.1", server.port].certificate == server.identity.certificate


async def test_another_certificate_than_over_https_gets_no_password_but_a_proof(
    tmp_path: Path,
) -> None:
    pins = Pins()
    web = Pin(certificate=make_identity(tmp_path).certificate, since=NOW)
    pins.set_pin("127.0.0.1", 4443, web)
    async with running_prosody(ProsodyOptions(users=USERS)) as server:
        async with party(server.port, pins=pins, https_port=4443) as anna:
            await anna.link.open()
            assert anna.link.mechanism == "SCRAM-SHA-256"
        shown = pins.kept["127.0.0.1", server.port].certificate
        assert shown == server.identity.certificate
        async with party(server.port, pins=pins, https_port=4443) as anna:
            await anna.link.open()
            assert anna.link.mechanism == "SCRAM-SHA-256"


@pytest.mark.parametrize(
    ("form", "settings"),
    [
        ("PLAIN", {}),
        ("SCRAM-SHA-1", {"token": True}),
        ("PLAIN", {"token": True}),
        ("PLAIN", {"sign_in": "oauth"}),
    ],
    ids=["password", "token beside SCRAM", "token", "token as set"],
)
async def test_another_certificate_than_over_https_gets_nothing_that_works_elsewhere(
    tmp_path: Path, form: str, settings: dict[str, Any]
) -> None:
    """However often it is asked: to have seen it before is not to have agreed to it."""
    pins = Pins()
    web = Pin(certificate=make_identity(tmp_path).certificate, since=NOW)
    pins.set_pin("127.0.0.1", 4443, web)
    offered = tuple(dict.fromkeys((form, "PLAIN")))
    options = ProsodyOptions(users=USERS, mechanisms=offered)
    async with running_prosody(options) as server:
        for _ in range(2):
            async with party(server.port, pins=pins, https_port=4443, **settings) as anna:
                trouble = await anna.refusal()
                assert trouble.kind is TroubleKind.CERTIFICATE_DIFFERENT
                assert web.fingerprint in trouble.complaint.reason
                assert fingerprint(server.identity.certificate) in trouble.complaint.reason
        assert sign_ins(server) == 0


async def test_no_form_at_all_is_told_before_certificates_are_compared(tmp_path: Path) -> None:
    pins = Pins()
    web = Pin(certificate=make_identity(tmp_path).certificate, since=NOW)
    pins.set_pin("127.0.0.1", 4443, web)
    identity = make_identity(tmp_path)

    async def offer(talk: Talk) -> None:
        await talk.greet(STARTTLS)
        await talk.hear("starttls")
        await talk.hear("/>")
        talk.say(f"<proceed xmlns='{TLS}'/>")
        await talk.encrypt(identity)
        await talk.greet(mechanisms("EXTERNAL"))

    async with (
        bare_server(offer) as server,
        party(server.port, pins=pins, https_port=4443) as anna,
    ):
        assert (await anna.refusal()).kind is TroubleKind.NO_MECHANISM


async def test_the_system_does_not_trust_a_stranger() -> None:
    async with (
        running_prosody(ProsodyOptions(users=USERS)) as server,
        party(server.port, verify_certificate="system") as anna,
    ):
        assert (await anna.refusal()).kind is TroubleKind.CERTIFICATE_UNTRUSTED
        assert anna.passwords_given == 0


@pytest.mark.parametrize(("name", "trusted"), [("localhost", True), ("other.example", False)])
async def test_a_trusted_certificate_must_be_for_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, trusted: bool
) -> None:
    identity = make_identity(tmp_path, name=name, authority=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(identity.pem_file))
    async with (
        running_prosody(ProsodyOptions(users=USERS), identity=identity) as server,
        party(server.port, verify_certificate="system", host="localhost") as anna,
    ):
        if trusted:
            await anna.link.open()
        else:
            assert (await anna.refusal()).kind is TroubleKind.CERTIFICATE_UNTRUSTED
            assert anna.passwords_given == 0


async def test_unverified_is_possible_and_told() -> None:
    async with (
        running_prosody(ProsodyOptions(users=USERS)) as server,
        party(server.port, verify_certificate="off") as anna,
    ):
        assert (await anna.link.open()).flaws == (UNVERIFIED,)
        assert anna.pins.kept == {}


async def test_a_server_without_encryption_gets_no_secret() -> None:
    options = ProsodyOptions(users=USERS, starttls="none")
    async with running_prosody(options) as server, party(server.port) as anna:
        assert (await anna.refusal()).kind is TroubleKind.NO_STARTTLS
        assert anna.passwords_given == 0


async def test_a_server_that_insists_on_encryption_against_the_settings() -> None:
    async with (
        running_prosody(ProsodyOptions(users=USERS)) as server,
        party(server.port, encrypted=False) as anna,
    ):
        assert (await anna.refusal()).kind is TroubleKind.TLS_EXPECTED
        assert anna.passwords_given == 0


async def test_what_is_slipped_in_before_the_handshake_is_not_taken() -> None:
    async def slip_in(talk: Talk) -> None:
        await talk.greet(STARTTLS)
        await talk.hear("starttls")
        talk.say(f"<proceed xmlns='{TLS}'/>" + mechanisms("PLAIN").join(FEATURES))

    async with bare_server(slip_in) as server, party(server.port) as anna:
        trouble = await anna.refusal()
        assert trouble.kind is TroubleKind.STREAM_ERROR
        assert anna.passwords_given == 0


FEATURES = ("<stream:features>", "</stream:features>")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (f"<failure xmlns='{TLS}'/>", TroubleKind.NO_STARTTLS),
        (f"<proceed xmlns='{TLS}'/>", None),
    ],
)
async def test_encryption_that_does_not_come_about(answer: str, kind: TroubleKind | None) -> None:
    async def promise(talk: Talk) -> None:
        await talk.greet(STARTTLS)
        await talk.hear("starttls")
        talk.say(answer)
        await talk.drain()
        if kind is None:
            await talk.hear("\x03")
            talk.say("this is no TLS at all" * 10)

    async with bare_server(promise) as server, party(server.port) as anna:
        assert (await anna.refusal()).kind is (kind or TroubleKind.NO_TLS)


async def test_a_line_cut_in_the_handshake() -> None:
    async def cut(talk: Talk) -> None:
        await talk.greet(STARTTLS)
        await talk.hear("starttls")
        talk.say(f"<proceed xmlns='{TLS}'/>")
        await talk.hear("\x03")
        talk.cut()

    async with bare_server(cut) as server, party(server.port) as anna:
        assert (await anna.refusal()).kind in {TroubleKind.CUT, TroubleKind.UNREACHABLE}


# --- the domain -----------------------------------------------------------------------------------


async def test_an_unknown_domain_is_told_before_any_secret() -> None:
    async with (
        running_prosody(ProsodyOptions(users=USERS)) as server,
        party(server.port, xmpp_domain="wrong.example") as anna,
    ):
        trouble = await anna.refusal()
        assert trouble.kind is TroubleKind.DOMAIN_UNKNOWN
        assert trouble.detail == "wrong.example"
        assert anna.passwords_given == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_without_a_setting_the_host_is_the_domain(host: str) -> None:
    options = ProsodyOptions(users=USERS, domain=host)
    async with (
        running_prosody(options) as server,
        party(server.port, host=host, xmpp_domain="") as anna,
    ):
        await anna.link.open()
        assert anna.link.own_address.startswith(f"0123@{host}/")


async def test_an_appliance_addressed_by_another_number() -> None:
    if not _reachable("127.0.0.2"):
        pytest.skip("this system has no second loopback address")
    options = ProsodyOptions(
        users=USERS, domain="127.0.0.1", settings='c2s_interfaces = { "127.0.0.1", "127.0.0.2" }'
    )
    async with (
        running_prosody(options) as server,
        party(server.port, host="127.0.0.2", xmpp_domain="") as anna,
    ):
        await anna.link.open()
        assert anna.link.own_address.startswith("0123@127.0.0.1/")
        assert anna.passwords_given == 1


async def test_what_the_server_calls_itself_is_believed() -> None:
    headers: list[str] = []

    async def rename(talk: Talk) -> None:
        headers.append(await talk.greet(mechanisms("PLAIN"), name="real.example"))
        await talk.hear("</auth>")
        talk.say(f"<success xmlns='{SASL}'/>")
        headers.append(await talk.greet(BIND, name="real.example"))
        talk.cut()

    async with (
        bare_server(rename) as server,
        party(server.port, encrypted=False, xmpp_domain="") as anna,
    ):
        await anna.refusal()
    assert 'to="127.0.0.1"' in headers[0]
    assert 'to="real.example"' in headers[1]


async def test_a_refusing_server_may_name_its_domain() -> None:
    headers: list[str] = []

    async def correct(talk: Talk) -> None:
        headers.append(await talk.hear(">"))
        headers.append(await talk.hear(">"))
        error = "<host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
        talk.say(STREAM.format(name="real.example") + f"<stream:error>{error}</stream:error>")

    async with (
        bare_server(correct) as server,
        party(server.port, encrypted=False, xmpp_domain="", host="localhost") as anna,
    ):
        trouble = await anna.refusal()
    assert trouble.kind is TroubleKind.DOMAIN_UNKNOWN
    assert len(server.talks) == 2
    assert 'to="localhost"' in headers[1]
    assert 'to="real.example"' in headers[3]
    assert anna.passwords_given == 0


# --- servers that are none ------------------------------------------------------------------------


def saying(text: str | bytes) -> Callable[[Talk], Awaitable[None]]:
    async def say(talk: Talk) -> None:
        await talk.hear(">")
        talk.say(text)

    return say


HEADER = STREAM.format(name=DOMAIN)
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("HTTP/1.1 400 Bad Request\r\n\r\n<html>", TroubleKind.NO_XMPP),
        ("<html><body>no</body></html>", TroubleKind.NO_XMPP),
        ("<!DOCTYPE html><html></html>", TroubleKind.NO_XMPP),
        ("<?xml version='1.0'?><stream xmlns='jabber:client'>", TroubleKind.NO_XMPP),
        ("<?xml version='1.0' encoding='nonsense'?><stream>", TroubleKind.NO_XMPP),
        (HEADER.encode("utf-16"), TroubleKind.NO_XMPP),
        (b"\x15\x03\x01\x00\x02\x02\x0a", TroubleKind.NO_XMPP),
        (LAUGHS + HEADER, TroubleKind.NO_XMPP),
        (HEADER + LAUGHS, TroubleKind.STREAM_ERROR),
        (HEADER + "<a></b>", TroubleKind.STREAM_ERROR),
        (HEADER + "</stream:stream>", TroubleKind.CUT),
        (HEADER + f"<success xmlns='{SASL}'/>", TroubleKind.STREAM_ERROR),
        (HEADER + "<stream:error><conflict/></stream:error>", TroubleKind.STREAM_ERROR),
        (HEADER + "<stream:error/>", TroubleKind.STREAM_ERROR),
        (HEADER + "<stream:features/>" * 20, TroubleKind.STREAM_ERROR),
        (HEADER + "<stream:features/>", TroubleKind.NO_MECHANISM),
    ],
)
async def test_what_is_not_xmpp_is_named(text: str | bytes, kind: TroubleKind) -> None:
    async with bare_server(saying(text)) as server, party(server.port, encrypted=False) as anna:
        trouble = await anna.refusal()
        assert trouble.kind is kind, trouble
        assert trouble.where == f"127.0.0.1:{server.port}"
        assert trouble.complaint.reason
        assert anna.passwords_given == 0


async def test_a_document_type_in_pieces() -> None:
    async def slowly(talk: Talk) -> None:
        await talk.hear(">")
        for character in LAUGHS + HEADER:
            talk.say(character)
            await talk.drain()
            await asyncio.sleep(0)

    async with bare_server(slowly) as server, party(server.port, encrypted=False) as anna:
        assert (await anna.refusal()).kind is TroubleKind.NO_XMPP


@pytest.mark.parametrize("endless", ["<a>", "<a/>", "a"], ids=["deep", "many", "long"])
async def test_a_stanza_without_end(endless: str) -> None:
    ways = XmppWays(limits=StreamLimits(size=200_000, depth=50, elements=5_000))

    async def flood(talk: Talk) -> None:
        await talk.hear(">")
        talk.say(HEADER + "<stream:features>")
        while True:
            talk.say(endless * 1000)
            await talk.drain()

    async with (
        bare_server(flood) as server,
        party(server.port, encrypted=False, ways=ways) as anna,
    ):
        assert (await anna.refusal()).kind is TroubleKind.STREAM_ERROR


async def hold_back(talk: Talk) -> None:
    await talk.hear_all()


async def hold_back_features(talk: Talk) -> None:
    await talk.hear(">")
    talk.say(HEADER)


async def hold_back_handshake(talk: Talk) -> None:
    await talk.greet(STARTTLS)
    await talk.hear("starttls")
    talk.say(f"<proceed xmlns='{TLS}'/>")


async def hold_back_success(talk: Talk) -> None:
    await talk.greet(mechanisms("PLAIN"))
    await talk.hear("</auth>")


async def hold_back_binding(talk: Talk) -> None:
    await talk.greet(mechanisms("PLAIN"))
    await talk.hear("</auth>")
    talk.say(f"<success xmlns='{SASL}'/>")
    await talk.greet(BIND)
    await talk.hear_stanza()


STEPS = pytest.mark.parametrize(
    "step",
    [hold_back, hold_back_features, hold_back_handshake, hold_back_success, hold_back_binding],
)


@STEPS
async def test_silence_at_every_step(step: Callable[[Talk], Awaitable[None]]) -> None:
    encrypted = step is hold_back_handshake
    async with (
        bare_server(step) as server,
        party(server.port, encrypted=encrypted, times=SWIFT) as anna,
    ):
        assert (await anna.refusal()).kind is TroubleKind.SILENT


@STEPS
async def test_cancelled_at_every_step(step: Callable[[Talk], Awaitable[None]]) -> None:
    arrived = asyncio.Event()

    async def arrive(talk: Talk) -> None:
        if step is not hold_back:
            await step(talk)
        arrived.set()

    encrypted = step is hold_back_handshake
    async with bare_server(arrive) as server, party(server.port, encrypted=encrypted) as anna:
        opening = asyncio.get_running_loop().create_task(anna.link.open())
        await arrived.wait()
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert not tasks_of_ours()
        assert anna.heard.lost == []


@STEPS
async def test_cut_at_every_step(step: Callable[[Talk], Awaitable[None]]) -> None:
    async def leave(talk: Talk) -> None:
        if step is not hold_back:
            await step(talk)
        talk.cut()

    encrypted = step is hold_back_handshake
    async with bare_server(leave) as server, party(server.port, encrypted=encrypted) as anna:
        trouble = await anna.refusal()
        assert trouble.kind in {TroubleKind.CUT, TroubleKind.UNREACHABLE}, trouble
        assert anna.heard.lost == []


async def test_nothing_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with party(taken.getsockname()[1]) as anna:
            assert (await anna.refusal()).kind is TroubleKind.REFUSED_CONNECTION


# --- our address ----------------------------------------------------------------------------------


def binding(*answers: str) -> Callable[[Talk], Awaitable[None]]:
    """Sign in, then answer so to each request."""

    async def bind(talk: Talk) -> None:
        await talk.greet(mechanisms("PLAIN"))
        await talk.hear("</auth>")
        talk.say(f"<success xmlns='{SASL}'/>")
        session = "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>"
        await talk.greet(BIND, session)
        for answer in answers:
            number = number_of(await talk.hear_stanza())
            talk.say(answer.replace("#", number))

    return bind


CONFLICT = (
    "<iq type='error' id='#'><error type='cancel'>"
    "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
)
GIVEN = (
    "<iq type='result' id='#'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<jid>0123@pbx.example/given</jid></bind></iq>"
)
DONE = "<iq type='result' id='#'/>"


async def test_a_taken_resource_is_given_up_and_an_old_server_gets_its_session() -> None:
    async with (
        bare_server(binding(CONFLICT, GIVEN, DONE)) as server,
        party(server.port, encrypted=False) as anna,
    ):
        await anna.link.open()
        assert anna.link.own_address == "0123@pbx.example/given"


@pytest.mark.parametrize(
    "answers",
    [
        (CONFLICT, CONFLICT),
        (GIVEN, CONFLICT),
        ("<iq type='result' id='#'/>",),
        (GIVEN.replace("0123@", "@@"),),
    ],
)
async def test_no_address_no_line(answers: tuple[str, ...]) -> None:
    async with (
        bare_server(binding(*answers)) as server,
        party(server.port, encrypted=False) as anna,
    ):
        assert (await anna.refusal()).kind is TroubleKind.STREAM_ERROR


async def test_what_the_server_sees_of_us() -> None:
    async with (
        bare_server(binding(GIVEN, DONE)) as server,
        party(server.port, encrypted=False) as anna,
    ):
        await anna.link.open()
        await anna.link.close()
        await server.talks[0].gone.wait()
    seen = server.talks[0].received
    assert PASSWORD_SEEN in seen
    assert seen.count(b"<presence><priority>-1</priority></presence>") == 1
    assert seen.endswith(b"</stream:stream>")
    assert b"jabber:iq:roster" not in seen


def _reachable(address: str) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
