"""Finding the endpoint: the decision by itself, then with the simulated PBX behind Prosody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from xml.etree.ElementTree import Element

import pytest

from datev_connector.simulators.starface import (
    JabberRpcConfig,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.wire.uci import Uci, UciVersion
from datev_connector.starface.wire.xmlrpc import MethodResponse
from datev_connector.starface.xmpp.endpoint import (
    MOST_ITEMS,
    Endpoint,
    Found,
    find_endpoint,
    guesses,
    items,
    speaks_rpc,
)
from datev_connector.starface.xmpp.stanzas import Refused
from tests.prosody import Prosody, ProsodyOptions, running_prosody
from tests.starface.xmpp_run import DOMAIN, answer_text, call_text, parsed, party

ITEMS = "http://jabber.org/protocol/disco#items"
INFO = "http://jabber.org/protocol/disco#info"
FAULT = (
    "<query xmlns='jabber:iq:rpc'><methodResponse><fault><value><struct>"
    "<member><name>faultCode</name><value><int>0</int></value></member>"
    "</struct></value></fault></methodResponse></query>"
)
VERSION = answer_text("9.0.0.1")
RPC_FEATURE = f"<query xmlns='{INFO}'><feature var='jabber:iq:rpc'/></query>"
RPC_IDENTITY = f"<query xmlns='{INFO}'><identity category='automation' type='rpc'/></query>"
CHAT = f"<query xmlns='{INFO}'><identity category='conference' type='text'/></query>"
SILENCE = ""
GUESSES = ["uci.pbx.example", "ucp.pbx.example", "uci@pbx.example", "ucp@pbx.example", DOMAIN]


def item_list(*addresses: str) -> str:
    listed = "".join(f"<item jid='{address}'/>" for address in addresses)
    return f"<query xmlns='{ITEMS}'>{listed}</query>"


class Server:
    """Answers by address and question; what it does not know it refuses."""

    def __init__(self, answers: Mapping[tuple[str, str], str]) -> None:
        self.asked: list[tuple[str, str]] = []
        self._answers = answers

    async def ask(self, kind: str, to: str, content: str) -> Element:
        what = "rpc" if "jabber:iq:rpc" in content else content.partition("#")[2][:4]
        assert kind == ("set" if what == "rpc" else "get")
        self.asked.append((to, what))
        await asyncio.sleep(0)
        answer = self._answers.get((to, what))
        if answer is None:
            raise Refused("service-unavailable")
        if answer == SILENCE:
            await asyncio.get_running_loop().create_future()
        return parsed(answer)

    async def find(self, configured: str = "", limit_s: float = 0.05) -> Endpoint:
        return await find_endpoint(
            self.ask, DOMAIN, configured=configured, where="pbx:5222", limit_s=limit_s
        )

    async def trouble(self) -> Trouble:
        with pytest.raises(LinkTrouble) as raised:
            await self.find()
        return raised.value.trouble


async def test_what_is_set_is_believed() -> None:
    server = Server({})
    assert await server.find("rpc@elsewhere") == Endpoint(
        address="rpc@elsewhere", found=Found.CONFIGURED
    )
    assert server.asked == []


@pytest.mark.parametrize("info", [RPC_FEATURE, RPC_IDENTITY])
async def test_what_is_advertised_goes_first(info: str) -> None:
    server = Server(
        {
            (DOMAIN, "item"): item_list(
                "chat.pbx.example", "calls.pbx.example", "calls.pbx.example"
            ),
            ("chat.pbx.example", "info"): CHAT,
            ("calls.pbx.example", "info"): info,
            ("calls.pbx.example", "rpc"): VERSION,
            ("uci.pbx.example", "rpc"): VERSION,
        }
    )
    found = await server.find()
    assert found == Endpoint(address="calls.pbx.example", found=Found.ADVERTISED, version="9.0.0.1")
    assert [to for to, what in server.asked if what == "rpc"] == ["calls.pbx.example"]


@pytest.mark.parametrize("address", GUESSES)
async def test_each_guess(address: str) -> None:
    server = Server({(address, "rpc"): FAULT})
    assert await server.find() == Endpoint(address=address, found=Found.GUESSED)


async def test_an_earlier_guess_wins_though_a_later_one_answers_first() -> None:
    server = Server({(DOMAIN, "rpc"): VERSION, ("ucp.pbx.example", "rpc"): VERSION})
    assert (await server.find(limit_s=5.0)).address == "ucp.pbx.example"


async def test_a_silent_guess_does_not_hide_another() -> None:
    server = Server({("uci.pbx.example", "rpc"): SILENCE, ("uci@pbx.example", "rpc"): VERSION})
    assert (await server.find()).address == "uci@pbx.example"


async def test_nobody_waits_for_worse_guesses_that_are_silent() -> None:
    answers = dict.fromkeys([(address, "rpc") for address in GUESSES], SILENCE)
    server = Server(answers | {("uci.pbx.example", "rpc"): VERSION})
    async with asyncio.timeout(5.0):
        assert (await server.find(limit_s=3600.0)).address == "uci.pbx.example"


async def test_silent_information_is_not_waited_for() -> None:
    server = Server(
        {
            (DOMAIN, "item"): item_list("mute.pbx.example", "calls.pbx.example"),
            ("mute.pbx.example", "info"): SILENCE,
            ("calls.pbx.example", "info"): RPC_FEATURE,
            ("calls.pbx.example", "rpc"): VERSION,
        }
    )
    assert (await server.find()).address == "calls.pbx.example"


async def test_an_advertised_one_that_does_not_answer_gives_way_to_guesses() -> None:
    server = Server(
        {
            (DOMAIN, "item"): item_list("dead.pbx.example"),
            ("dead.pbx.example", "info"): RPC_FEATURE,
            ("dead.pbx.example", "rpc"): SILENCE,
            ("ucp@pbx.example", "rpc"): VERSION,
        }
    )
    assert (await server.find()).found is Found.GUESSED


async def test_an_advertised_one_that_is_dead_is_named() -> None:
    server = Server(
        {
            (DOMAIN, "item"): item_list("dead.pbx.example"),
            ("dead.pbx.example", "info"): RPC_FEATURE,
        }
    )
    trouble = await server.trouble()
    assert trouble.kind is TroubleKind.ENDPOINT_SILENT
    assert trouble.detail == "dead.pbx.example"


async def test_of_many_silent_endpoints_a_few_are_told() -> None:
    many = ["c\u202e.pbx.example", "x" * 900, *(f"c{n}.pbx.example" for n in range(40))]
    answers = {(address, "info"): RPC_FEATURE for address in many}
    answers |= {(address, "rpc"): SILENCE for address in many}
    trouble = await Server({(DOMAIN, "item"): item_list(*many), **answers}).trouble()
    assert trouble.kind is TroubleKind.ENDPOINT_SILENT
    assert trouble.detail.startswith("c?.pbx.example, ")
    assert trouble.detail.endswith(" and 34 more")
    assert len(trouble.detail) < 300


@pytest.mark.parametrize(
    "answer", [call_text("x"), "<query xmlns='jabber:iq:rpc'/>", "<query xmlns='other'/>", SILENCE]
)
async def test_what_answers_otherwise_is_no_endpoint(answer: str) -> None:
    trouble = await Server({(DOMAIN, "rpc"): answer}).trouble()
    assert trouble.kind is TroubleKind.ENDPOINT_MISSING
    assert trouble.detail == ", ".join(GUESSES)


async def test_the_end_of_the_line_ends_the_search() -> None:
    lost = Trouble(kind=TroubleKind.CUT)

    async def cut(kind: str, to: str, content: str) -> Element:
        raise LinkTrouble(lost)

    with pytest.raises(LinkTrouble) as raised:
        await find_endpoint(cut, DOMAIN, configured="", where="", limit_s=5.0)
    assert raised.value.trouble == lost


def test_a_domain_with_countless_items() -> None:
    listed = items(parsed(item_list(*(f"c{n}.pbx.example" for n in range(500)), "")))
    assert len(listed) == MOST_ITEMS
    assert "" not in listed


def test_guesses_are_made_of_the_domain() -> None:
    assert guesses(DOMAIN) == GUESSES


def test_who_speaks_rpc() -> None:
    assert speaks_rpc(parsed(RPC_FEATURE))
    assert speaks_rpc(parsed(RPC_IDENTITY))
    assert not speaks_rpc(parsed(CHAT))


# --- the simulated PBX ----------------------------------------------------------------------------

SECRET = "component-secret"
UCI = Uci(UciVersion.V30)


@asynccontextmanager
async def pbx_behind_prosody(
    component: str, *, shows_itself: bool
) -> AsyncIterator[tuple[StarfaceSimulator, Prosody]]:
    options = ProsodyOptions(
        users={"0123": "Pass123"}, components={component: SECRET, "chat.pbx.example": SECRET}
    )
    config = StarfaceConfig(jabber_rpc=JabberRpcConfig(shows_itself=shows_itself))
    async with running_prosody(options) as prosody, StarfaceSimulator(config) as starface:
        starface.attach_to_xmpp(
            "127.0.0.1",
            prosody.component_port,
            component=component,
            secret=SECRET,
            domain=DOMAIN,
        )
        await starface.xmpp_attached()
        yield starface, prosody


@pytest.mark.parametrize(
    ("component", "shows_itself", "found"),
    [
        ("calls.pbx.example", True, Found.ADVERTISED),
        ("uci.pbx.example", False, Found.GUESSED),
        ("ucp.pbx.example", False, Found.GUESSED),
    ],
)
async def test_a_pbx_is_found_signed_in_to_and_heard(
    component: str, shows_itself: bool, found: Found
) -> None:
    async with (
        pbx_behind_prosody(component, shows_itself=shows_itself) as (starface, prosody),
        party(prosody.port, xmpp_endpoint="") as anna,
    ):
        await anna.link.open()
        endpoint = anna.link.endpoint
        assert endpoint is not None
        assert endpoint.address == component
        assert endpoint.found is found
        assert endpoint.version
        assert await anna.link.call(UCI.login()) == MethodResponse(value=True)
        assert await anna.link.call(UCI.subscribe()) == MethodResponse(value=True)
        call = starface.pbx.incoming("0123", "004972112345", "Jürgen Groß")
        call.ring()
        call.hangup()
        await anna.heard.until(lambda: len(anna.heard.events) >= 2)
        await starface.settled()
        assert {push.status for push in starface.chronicle.pushes} == {200}


async def test_a_server_without_a_pbx_has_no_endpoint() -> None:
    options = ProsodyOptions(users={"0123": "Pass123"})
    async with (
        running_prosody(options) as prosody,
        party(prosody.port, xmpp_endpoint="") as anna,
    ):
        trouble = await anna.refusal()
        assert trouble.kind is TroubleKind.ENDPOINT_MISSING
        assert trouble.where == f"127.0.0.1:{prosody.port}"
        assert anna.heard.lost == []
