"""The line while it is open: requests, events, strangers, floods and every way to lose it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

import pytest

from datev_connector.starface.https.client import HttpTimes
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.wire.uci import FaultKind, Uci, UciVersion, fault_kind
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse, Unsendable
from datev_connector.starface.xmpp.link import XmppTimes, XmppWays
from datev_connector.starface.xmpp.reader import StreamLimits
from tests.prosody import Prosody, ProsodyOptions, running_prosody
from tests.simulators.starface.xmpp_client import XmppClient as Stranger
from tests.starface.xmpp_run import (
    DOMAIN,
    ENDPOINT,
    OWN,
    WAIT_S,
    BareServer,
    Party,
    Talk,
    answer_text,
    bare_server,
    call_text,
    number_of,
    party,
    tasks_of_ours,
)

UCI = Uci(UciVersion.V30)
SWIFT = HttpTimes(connect_s=15.0, answer_s=1.0)
EVENT = "ucp.v30.events.call.receiveCallState"
FAULT = (
    "<query xmlns='jabber:iq:rpc'><methodResponse><fault><value><struct>"
    "<member><name>faultCode</name><value><int>5</int></value></member>"
    "<member><name>faultString</name><value>UcpNotConnectedException</value></member>"
    "</struct></value></fault></methodResponse></query>"
)


def error_text(condition: str) -> str:
    return (
        f"<error type='cancel'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
    )


def iq(kind: str, number: str, content: str, *, sender: str = ENDPOINT, to: str = OWN) -> str:
    by = f" from='{sender}'" if sender else ""
    return f"<iq type='{kind}' id='{number}' to='{to}'{by}>{content}</iq>"


@contextlib.asynccontextmanager
async def on_line(
    script: Callable[[Talk], Awaitable[None]],
    *,
    times: HttpTimes | None = None,
    ways: XmppWays | None = None,
) -> AsyncIterator[tuple[Party, BareServer]]:
    """A line that is open, to a server that goes on with the script."""

    async def take_in(talk: Talk) -> None:
        await talk.take_in()
        await script(talk)

    async with (
        bare_server(take_in) as server,
        party(server.port, encrypted=False, ways=ways, times=times or HttpTimes()) as anna,
    ):
        await anna.link.open()
        yield anna, server


async def failure(anna: Party, call: MethodCall | None = None) -> Trouble:
    with pytest.raises(LinkTrouble) as raised:
        await anna.link.call(call or UCI.login())
    return raised.value.trouble


def answering(
    kind: str, content: str, *, sender: str = ENDPOINT
) -> Callable[[Talk], Awaitable[None]]:
    async def answer(talk: Talk) -> None:
        while True:
            number = number_of(await talk.hear_stanza())
            talk.say(iq(kind, number, content, sender=sender))

    return answer


async def nothing(talk: Talk) -> None:
    await talk.hear_all()


# --- requests -------------------------------------------------------------------------------------


async def test_a_request_and_its_answer() -> None:
    async with on_line(answering("result", answer_text("<boolean>1</boolean>"))) as (anna, server):
        assert await anna.link.call(UCI.login()) == MethodResponse(value=True)
    sent = server.talks[0].received.decode()
    assert f'to="{ENDPOINT}"' in sent
    assert "<query xmlns='jabber:iq:rpc'><methodCall><methodName>ucp.v30.requests" in sent


async def test_a_fault_is_an_answer() -> None:
    async with on_line(answering("result", FAULT)) as (anna, _):
        fault = await anna.link.call(UCI.login())
        assert isinstance(fault, Fault)
        assert fault_kind(fault) is FaultKind.NOT_CONNECTED


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ("forbidden", FaultKind.ACCESS),
        ("not-allowed", FaultKind.ACCESS),
        ("not-authorized", FaultKind.ACCESS),
        ("feature-not-implemented", FaultKind.UNKNOWN_METHOD),
        ("internal-server-error", FaultKind.OTHER),
    ],
)
async def test_an_error_of_the_endpoint_reads_as_a_fault(condition: str, kind: FaultKind) -> None:
    async with on_line(answering("error", error_text(condition))) as (anna, _):
        fault = await anna.link.call(UCI.login())
        assert isinstance(fault, Fault)
        assert fault_kind(fault) is kind


@pytest.mark.parametrize(
    "condition", ["item-not-found", "service-unavailable", "remote-server-not-found"]
)
async def test_an_endpoint_that_is_gone(condition: str) -> None:
    async with on_line(answering("error", error_text(condition))) as (anna, _):
        trouble = await failure(anna)
        assert trouble.kind is TroubleKind.ENDPOINT_SILENT
        assert trouble.detail == ENDPOINT


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<query xmlns='jabber:iq:rpc'/>",
        "<query xmlns='jabber:iq:rpc'><methodResponse/></query>",
        "<query xmlns='something:else'><methodResponse/></query>",
        answer_text("<int>many</int>"),
        answer_text("<boolean>1</boolean><int>1</int>"),
        call_text(EVENT),
    ],
)
async def test_an_answer_that_is_no_xml_rpc(content: str) -> None:
    async with on_line(answering("result", content)) as (anna, _):
        assert (await failure(anna)).kind is TroubleKind.NO_XML_RPC
        assert (await failure(anna)).kind is TroubleKind.NO_XML_RPC
        assert anna.heard.lost == []


@pytest.mark.parametrize("sender", ["stranger@pbx.example/x", f"x@{ENDPOINT}", "", "@@", DOMAIN])
async def test_only_the_endpoint_answers(sender: str) -> None:
    content = answer_text("<boolean>1</boolean>")
    async with on_line(answering("result", content, sender=sender), times=SWIFT) as (anna, _):
        assert (await failure(anna)).kind is TroubleKind.SILENT


async def test_an_unasked_answer_is_dropped() -> None:
    async def answer_twice(talk: Talk) -> None:
        number = number_of(await talk.hear_stanza())
        yes = iq("result", number, answer_text("<boolean>1</boolean>"))
        talk.say(iq("result", "other", answer_text("no")) + yes + yes + yes)

    async with on_line(answer_twice) as (anna, _):
        assert await anna.link.call(UCI.login()) == MethodResponse(value=True)


async def test_answers_find_their_requests_in_any_order() -> None:
    async def backwards(talk: Talk) -> None:
        numbers = [number_of(await talk.hear_stanza()) for _ in range(20)]
        for number in reversed(numbers):
            talk.say(iq("result", number, answer_text(f"<string>{number}</string>")))

    async with on_line(backwards) as (anna, _):
        answers = await asyncio.gather(*(anna.link.call(UCI.call_ids()) for _ in range(20)))
    values = [answer.value for answer in answers if isinstance(answer, MethodResponse)]
    numbers = [int(str(value).removeprefix("c")) for value in values]
    assert numbers == list(range(numbers[0], numbers[0] + 20))


async def test_what_cannot_be_sent_is_our_mistake() -> None:
    async with on_line(nothing) as (anna, _):
        with pytest.raises(Unsendable):
            await anna.link.call(MethodCall(method="x", params=("\0",)))


async def test_a_cancelled_request_leaves_nothing() -> None:
    heard = asyncio.Event()

    async def hold_back(talk: Talk) -> None:
        number = number_of(await talk.hear_stanza())
        heard.set()
        talk.say(iq("result", number_of(await talk.hear_stanza()), answer_text("second")))
        talk.say(iq("result", number, answer_text("first")))

    async with on_line(hold_back) as (anna, _):
        asking = asyncio.get_running_loop().create_task(anna.link.call(UCI.login()))
        await heard.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await anna.link.call(UCI.login()) == MethodResponse(value="second")


async def test_a_closed_line_carries_nothing() -> None:
    async with on_line(nothing) as (anna, _):
        asking = asyncio.get_running_loop().create_task(failure(anna))
        await asyncio.sleep(0)
        await anna.link.close()
        assert (await asking).kind is TroubleKind.CUT
        assert (await failure(anna)).kind is TroubleKind.CUT
        assert anna.heard.lost == []


# --- events ---------------------------------------------------------------------------------------


async def test_an_event_is_answered_and_handed_on() -> None:
    answers: list[str] = []

    async def push(talk: Talk) -> None:
        talk.say(iq("set", "e'1", call_text(EVENT, 7)).replace("id='e'1'", 'id="e\'1"'))
        answers.append(await talk.hear_stanza())

    async with on_line(push) as (anna, server):
        await anna.heard.until(lambda: anna.heard.events)
        assert anna.heard.events == [MethodCall(method=EVENT, params=(7,))]
        await anna.link.close()
        await server.talks[0].gone.wait()
    assert answers[0].startswith('<iq type=\'result\' id="e\'1" to="uci.pbx.example">')
    assert "<methodResponse><params><param><value><boolean>1</boolean>" in answers[0]


@pytest.mark.parametrize("sender", ["", DOMAIN, f"{ENDPOINT}/room", ENDPOINT.upper()])
async def test_who_may_send_events(sender: str) -> None:
    async def push(talk: Talk) -> None:
        talk.say(iq("set", "e1", call_text(EVENT), sender=sender))

    async with on_line(push) as (anna, _):
        await anna.heard.until(lambda: anna.heard.events)


async def answer_to(text: str, caplog: pytest.LogCaptureFixture) -> str:
    """What we answer to a stanza; the line must live on, and no event come of it."""
    answers: list[str] = []

    async def push(talk: Talk) -> None:
        talk.say(text + iq("set", "last", call_text(EVENT, 99)))
        answers.append(await talk.hear_stanza())

    async with on_line(push) as (anna, server):
        await anna.heard.until(lambda: anna.heard.events)
        assert anna.heard.events == [MethodCall(method=EVENT, params=(99,))]
        assert anna.heard.lost == []
        await anna.link.close()
        await server.talks[0].gone.wait()
    assert "4711" not in caplog.text
    return answers[0]


@pytest.mark.parametrize(
    ("sender", "to"),
    [
        ("4711@pbx.example/x", OWN),
        ("4711@uci.pbx.example", OWN),
        ("uci.pbx.example.evil.example", OWN),
        ("@@4711", OWN),
        ("0123@pbx.example/other", OWN),
        (ENDPOINT, "4711@pbx.example/here"),
    ],
)
async def test_a_stranger_is_refused(
    sender: str, to: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await answer_to(iq("set", "e1", call_text(EVENT), sender=sender, to=to), caplog)
    assert "type='error' id=\"e1\"" in answer
    assert "<forbidden xmlns" in answer
    assert "refused an event over XMPP" in caplog.text


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("get", call_text(EVENT)),
        ("set", "<query xmlns='jabber:iq:rpc'/>"),
        ("set", "<query xmlns='jabber:iq:rpc'>4711</query>"),
        ("set", "<query xmlns='jabber:iq:rpc'><methodCall/></query>"),
        ("set", "<query xmlns='jabber:iq:rpc'><methodCall/><methodCall/></query>"),
        ("set", call_text(EVENT, "4711x")),
        ("set", answer_text("4711")),
        ("set", f"<query xmlns='jabber:iq:rpc'>{'<a>' * 70}{'</a>' * 70}</query>"),
    ],
)
async def test_a_broken_event_is_refused(
    kind: str, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await answer_to(iq(kind, "e1", content), caplog)
    assert "<bad-request xmlns" in answer


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("get", "<ping xmlns='urn:xmpp:ping'/>", "type='result' id=\"e1\""),
        (
            "get",
            "<query xmlns='http://jabber.org/protocol/disco#info'/>",
            "<feature var='jabber:iq:rpc'/>",
        ),
        ("get", "<query xmlns='jabber:iq:version'/>", "<service-unavailable"),
        ("set", "<query xmlns='jabber:iq:roster'/>", "<service-unavailable"),
        ("set", "", "<service-unavailable"),
        ("get", "<a xmlns='x'/><b xmlns='x'/>", "<service-unavailable"),
    ],
)
async def test_other_questions(
    kind: str, content: str, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await answer_to(iq(kind, "e1", content, sender="4711@pbx.example/x"), caplog)
    assert expected in answer


@pytest.mark.parametrize(
    "stanza",
    [
        "<message from='4711@pbx.example'><body>hello</body></message>",
        "<presence from='4711@pbx.example' type='subscribe'/>",
        "<presence from='4711@pbx.example/x'/>",
        "<iq type='set' from='4711@pbx.example/x'><query xmlns='jabber:iq:rpc'/></iq>",
        "<iq type='nonsense' id='1'/>",
        "<iq/>",
        "<unknown xmlns='x'/>",
        "<stream:features/>",
        "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
        " \n ",
    ],
)
async def test_what_is_not_answered(stanza: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = await answer_to(stanza, caplog)
    assert 'id="last"' in answer


async def test_ten_thousand_events_arrive_in_order_and_starve_no_answer() -> None:
    count = 10_000

    async def flood(talk: Talk) -> None:
        asked = number_of(await talk.hear_stanza())
        for number in range(count):
            talk.say(iq("set", f"e{number}", call_text(EVENT, number)))
            if number == count // 2:
                talk.say(iq("result", asked, answer_text("between")))
        await talk.hear_all()

    async with on_line(flood) as (anna, _):
        assert await anna.link.call(UCI.login()) == MethodResponse(value="between")
        assert len(anna.heard.events) < count
        await anna.heard.until(lambda: len(anna.heard.events) == count)
    assert [event.params for event in anna.heard.events] == [(number,) for number in range(count)]


def chatting(until: Callable[[], bool]) -> Callable[[Talk], Awaitable[None]]:
    """Send events, one after another, and answer a request only when `until` says so."""

    async def chat(talk: Talk) -> None:
        asked, number = number_of(await talk.hear_stanza()), 0
        while not until():
            number += 1
            talk.say(iq("set", f"e{number}", call_text(EVENT, number)))
            await talk.hear_stanza()
        talk.say(iq("result", asked, answer_text("at last")))
        await talk.hear_all()

    return chat


async def test_an_answer_may_be_long_behind_events() -> None:
    times = HttpTimes(connect_s=5.0, answer_s=1.0)
    clock = asyncio.get_running_loop().time
    late_s = clock() + 2.5 * times.answer_s
    async with on_line(chatting(lambda: clock() > late_s), times=times) as (anna, _):
        assert await anna.link.call(UCI.login()) == MethodResponse(value="at last")
        assert anna.heard.lost == []


async def test_events_without_end_do_not_keep_a_request_waiting_for_ever() -> None:
    ways = XmppWays(times=XmppTimes(behind_events_s=1.5))
    async with on_line(chatting(lambda: False), times=SWIFT, ways=ways) as (anna, _):
        assert (await failure(anna)).kind is TroubleKind.SILENT
        assert anna.heard.events


async def test_an_endpoint_is_silent_though_its_server_talks() -> None:
    async def answer_pings(talk: Talk) -> None:
        while stanza := await talk.hear_stanza():
            if "urn:xmpp:ping" in stanza:
                talk.say(iq("result", number_of(stanza), "", sender=DOMAIN))

    ways = XmppWays(times=XmppTimes(ping_s=0.02))
    async with on_line(answer_pings, times=SWIFT, ways=ways) as (anna, _):
        assert (await failure(anna)).kind is TroubleKind.SILENT
        assert anna.heard.lost == []


async def test_a_server_that_does_not_read_is_not_read_either() -> None:
    count = 5_000
    read_on = asyncio.Event()

    async def flood(talk: Talk) -> None:
        talk.read_nothing()
        for number in range(count):
            talk.say(iq("set", f"{number}{'e' * 3_000}", call_text(EVENT, number)))
        await read_on.wait()
        talk.read_on()
        await talk.hear_all()

    ways = XmppWays(limits=StreamLimits(outgoing=50_000))
    async with on_line(flood, ways=ways) as (anna, _):
        client = anna.link._client
        assert client is not None
        transport = client.transport
        assert transport is not None
        await anna.heard.until(lambda: not transport.is_reading())
        assert len(anna.heard.events) < count
        read_on.set()
        await anna.heard.until(lambda: len(anna.heard.events) == count)


def stream_error(condition: str) -> str:
    filled = condition.format("urn:ietf:params:xml:ns:xmpp-streams")
    return f"<stream:error>{filled}</stream:error>"


# --- the end --------------------------------------------------------------------------------------


async def test_a_cut_line_is_told_once_and_fails_what_waits() -> None:
    async def cut(talk: Talk) -> None:
        await talk.hear_stanza()
        talk.cut()

    async with on_line(cut) as (anna, server):
        assert (await failure(anna)).kind is TroubleKind.CUT
        assert (await failure(anna)).kind is TroubleKind.CUT
        assert anna.heard.lost == [Trouble(kind=TroubleKind.CUT, where=f"127.0.0.1:{server.port}")]


@pytest.mark.parametrize(
    ("text", "kind", "detail"),
    [
        ("</stream:stream>", TroubleKind.CUT, ""),
        (
            stream_error("<system-shutdown xmlns='{}'/>"),
            TroubleKind.STREAM_ERROR,
            "system-shutdown",
        ),
        (
            stream_error("<see-other-host xmlns='{}'>evil.example</see-other-host>"),
            TroubleKind.STREAM_ERROR,
            "see-other-host",
        ),
        ("<iq", None, ""),
        ("<iq></presence>", TroubleKind.STREAM_ERROR, "no well-formed XML"),
        ("&unknown;", TroubleKind.STREAM_ERROR, "no well-formed XML"),
    ],
)
async def test_how_the_server_may_end_it(text: str, kind: TroubleKind | None, detail: str) -> None:
    async def end(talk: Talk) -> None:
        talk.say(text)
        await talk.drain()
        if kind is None:
            talk.cut()

    async with on_line(end) as (anna, _):
        trouble = await anna.heard.the_end()
        assert trouble.kind is (kind or TroubleKind.CUT)
        assert trouble.detail == detail
    assert len(anna.heard.lost) == 1


async def test_a_stanza_without_end_ends_the_line() -> None:
    async def flood(talk: Talk) -> None:
        talk.say("<message from='4711@pbx.example'>")
        while True:
            talk.say("x" * 10_000)
            await talk.drain()

    ways = XmppWays(limits=StreamLimits(size=300_000))
    async with on_line(flood, ways=ways) as (anna, _):
        trouble = await anna.heard.the_end()
        assert trouble.kind is TroubleKind.STREAM_ERROR
        assert "4711" not in trouble.complaint.reason


async def test_a_ping_keeps_the_line_and_notices_its_death() -> None:
    pings: list[str] = []

    async def three_times(talk: Talk) -> None:
        for kind, content in (("result", ""), ("error", error_text("service-unavailable"))):
            pings.append(await talk.hear_stanza())
            talk.say(iq(kind, number_of(pings[-1]), content, sender=DOMAIN))
        await talk.hear_all()

    ways = XmppWays(times=XmppTimes(ping_s=0.02))
    async with on_line(three_times, times=SWIFT, ways=ways) as (anna, _):
        assert (await anna.heard.the_end()).kind is TroubleKind.SILENT
        assert len(anna.heard.lost) == 1
    assert all("urn:xmpp:ping" in ping and f'to="{DOMAIN}"' in ping for ping in pings)
    assert len(pings) == 2


async def test_who_talks_is_alive_without_answering_pings() -> None:
    async def chat(talk: Talk) -> None:
        number = 0
        while b"ping" not in talk.received or number < 20:
            number += 1
            talk.say(iq("set", f"e{number}", call_text(EVENT, number)))
            await talk.hear_stanza()
        await talk.hear_stanza()
        talk.cut()

    ways = XmppWays(times=XmppTimes(ping_s=0.02))
    async with on_line(chat, times=HttpTimes(answer_s=WAIT_S), ways=ways) as (anna, _):
        assert (await anna.heard.the_end()).kind is TroubleKind.CUT


async def test_closing_may_be_cancelled() -> None:
    free = asyncio.Event()

    async def hold_on(talk: Talk) -> None:
        talk.read_nothing()
        await free.wait()

    async with on_line(hold_on) as (anna, _):
        client = anna.link._client
        assert client is not None
        assert client.transport is not None
        client.transport.write(b" " * (16 << 20))  # what cannot leave keeps the connection open
        closing = asyncio.get_running_loop().create_task(anna.link.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        assert not tasks_of_ours()
        await client.close()
        assert cast("object", client.transport) is None
        free.set()


async def test_the_search_for_the_endpoint_may_be_cancelled() -> None:
    asked = asyncio.Event()

    async def hold_back(talk: Talk) -> None:
        await talk.take_in()
        await talk.hear_stanza()
        asked.set()

    async with (
        bare_server(hold_back) as server,
        party(server.port, encrypted=False, xmpp_endpoint="") as anna,
    ):
        opening = asyncio.get_running_loop().create_task(anna.link.open())
        await asked.wait()
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert not tasks_of_ours()
        assert anna.heard.lost == []


async def test_a_line_lost_while_the_endpoint_is_looked_for_was_never_open() -> None:
    async def cut(talk: Talk) -> None:
        await talk.take_in()
        await talk.hear_stanza()
        talk.cut()

    async with (
        bare_server(cut) as server,
        party(server.port, encrypted=False, xmpp_endpoint="") as anna,
    ):
        assert (await anna.refusal()).kind is TroubleKind.CUT
        assert anna.heard.lost == []


async def test_no_log_holds_passwords_numbers_or_names(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def push(talk: Talk) -> None:
        talk.say(iq("set", "e1", call_text("secret.method.4711")))

    async with on_line(push) as (anna, _):
        await anna.heard.until(lambda: anna.heard.events)
    for secret in ("Pass123", "0123", "4711", "AFBhc3M"):
        assert secret not in caplog.text


def test_the_library_is_imported_when_it_is_needed() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, datev_connector.starface.xmpp.link; print('slixmpp' in sys.modules)",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.strip() == "False"
    assert told.stderr == ""


def test_the_library_gives_no_notice_when_it_is_imported() -> None:
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import datev_connector.starface.xmpp.opening"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout + told.stderr == ""


# --- with Prosody ---------------------------------------------------------------------------------

OPTIONS = ProsodyOptions(users={"0123": "Pass123", "4711": "Other123"})


@pytest.mark.parametrize("end", [Prosody.stop, Prosody.kill])
async def test_a_restart_of_the_server_ends_the_line_and_it_opens_again(
    end: Callable[[Prosody], Awaitable[None]],
) -> None:
    async with running_prosody(OPTIONS) as server, party(server.port) as anna:
        await anna.link.open()
        before = anna.link.own_address
        await end(server)
        assert (await anna.heard.the_end()).kind in {TroubleKind.STREAM_ERROR, TroubleKind.CUT}
        assert (await anna.refusal()).kind is TroubleKind.REFUSED_CONNECTION
        await server.start()
        await anna.link.open()
        assert anna.link.own_address == before
        assert len(anna.heard.lost) == 1


async def test_another_user_of_the_server_can_send_us_nothing() -> None:
    async with (
        running_prosody(OPTIONS) as server,
        party(server.port) as anna,
        Stranger("127.0.0.1", server.port) as stranger,
    ):
        await anna.link.open()
        await stranger.sign_in("4711", "Other123")
        answer = await stranger.iq("set", call_text(EVENT), anna.link.own_address)
        assert answer.get("type") == "error"
        assert answer.find(".//{*}forbidden") is not None
        assert anna.heard.events == []
        assert anna.heard.lost == []


async def test_real_pings_are_answered() -> None:
    ways = XmppWays(times=XmppTimes(ping_s=0.02))
    async with (
        running_prosody(OPTIONS) as server,
        party(server.port, ways=ways, xmpp_endpoint=DOMAIN) as anna,
    ):
        await anna.link.open()
        for _ in range(20):
            await failure(anna)
        assert anna.heard.lost == []


async def test_a_lost_connection_that_nobody_tells() -> None:
    """The server answers no more but keeps the connection: the next ping tells."""
    async with running_prosody(OPTIONS) as server:
        relay = Relay(server.port)
        listening = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        ways = XmppWays(times=XmppTimes(ping_s=0.05))
        try:
            async with party(port, ways=ways, times=HttpTimes(answer_s=4.0)) as anna:
                await anna.link.open()
                relay.deaf = True
                assert (await anna.heard.the_end()).kind is TroubleKind.SILENT
        finally:
            listening.close()
            await relay.end()
            await listening.wait_closed()


class Relay:
    """Stands between, and can swallow everything."""

    def __init__(self, port: int) -> None:
        self.deaf = False
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass(reader, far_writer))
                group.create_task(self._pass(far_reader, writer))
        finally:
            self._tasks.discard(task)
            for one in (writer, far_writer):
                one.transport.abort()
                with contextlib.suppress(OSError):
                    await one.wait_closed()

    async def end(self) -> None:
        async with asyncio.timeout(WAIT_S):
            await asyncio.gather(*self._tasks)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if not self.deaf:
                    writer.write(data)
        writer.transport.abort()
