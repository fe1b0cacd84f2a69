"""The PBX as a component of a real XMPP server, and real clients at its own door."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from datev_connector.simulators.starface import (
    AuthMode,
    JabberRpcConfig,
    Mechanism,
    StarfaceConfig,
    StarfaceSimulator,
    XmppConfig,
)
from tests.prosody import Prosody, ProsodyOptions, running_prosody
from tests.simulators.starface.client import fetch
from tests.simulators.starface.test_oauth import password_form
from tests.simulators.starface.xmpp_client import DOMAIN, INFO, ITEMS, UCI, XmppClient

SECRET = "component-secret"
OPTIONS = ProsodyOptions(components={UCI: SECRET}, mechanisms=("PLAIN",))
CONFIG = StarfaceConfig(jabber_rpc=JabberRpcConfig(reattach_s=0.05))


@contextlib.asynccontextmanager
async def attached(
    config: StarfaceConfig = CONFIG, options: ProsodyOptions = OPTIONS, endpoint: str = ""
) -> AsyncIterator[tuple[StarfaceSimulator, Prosody]]:
    async with running_prosody(options) as prosody, StarfaceSimulator(config) as starface:
        starface.on_xmpp_password(prosody.set_password)
        (component,) = options.components
        starface.attach_to_xmpp(
            "127.0.0.1",
            prosody.component_port,
            component=component,
            secret=SECRET,
            domain=DOMAIN,
            endpoint=endpoint,
        )
        await starface.xmpp_attached()
        yield starface, prosody


async def test_calls_reach_a_client_through_prosody() -> None:
    async with (
        attached() as (starface, prosody),
        XmppClient("127.0.0.1", prosody.port) as anna,
    ):
        await (await anna.sign_in()).subscribe()
        items = await anna.iq("get", f"<query xmlns='{ITEMS}'/>", DOMAIN)
        assert UCI in [e.get("jid") for e in items.iter(f"{{{ITEMS}}}item")]
        info = await anna.iq("get", f"<query xmlns='{INFO}'/>", UCI)
        assert "jabber:iq:rpc" in {e.get("var") for e in info.iter(f"{{{INFO}}}feature")}
        call = starface.pbx.incoming("0123", "004972112345", "Jürgen Groß")
        call.ring()
        call.hangup()
        states = [(await anna.event())[1]["state"] for _ in range(2)]
        assert states == ["RINGING", "HANGUP"]
        await starface.settled()
        assert [push.status for push in starface.chronicle.pushes] == [200, 200]


async def test_attaches_again_after_a_restart_of_the_server() -> None:
    async with attached() as (starface, prosody):
        async with XmppClient("127.0.0.1", prosody.port) as anna:
            await (await anna.sign_in()).subscribe()
            await prosody.kill()
            starface.pbx.incoming("0123", "0049721").ring()
            await starface.chronicle.until(lambda: not starface.xmpp.attached)
        await prosody.start()
        await starface.xmpp_attached(times=2)
        async with XmppClient("127.0.0.1", prosody.port) as anna:
            await (await anna.sign_in()).subscribe()
            (call_id,) = await anna.uci("call.getCallIds")
            assert (await anna.uci("call.getCallState", call_id))["state"] == "RINGING"


async def test_event_to_a_client_that_is_gone_bounces() -> None:
    async with attached() as (starface, prosody):
        async with XmppClient("127.0.0.1", prosody.port) as anna:
            await (await anna.sign_in()).subscribe()
            anna.say("</stream:stream>")
            await anna.bytes_until_the_end()
        starface.pbx.incoming("0123", "0049721").ring()
        await starface.settled()
        (push,) = starface.chronicle.pushes
    assert (push.status, push.outcome) == (0, "service-unavailable")


async def test_endpoint_with_another_name() -> None:
    options = replace(OPTIONS, components={"hidden.pbx.example": SECRET})
    rpc = JabberRpcConfig(shows_itself=False)
    async with (
        attached(StarfaceConfig(jabber_rpc=rpc), options, "bot@hidden.pbx.example") as (_, prosody),
        XmppClient("127.0.0.1", prosody.port) as anna,
    ):
        await anna.sign_in()
        method = "ucp.v30.requests.connection.login"
        assert await anna.rpc(method, to="bot@hidden.pbx.example") is True


async def test_prosody_learns_the_newest_access_token() -> None:
    config = replace(CONFIG, auth_modes=frozenset({AuthMode.OAUTH}))
    async with attached(config) as (starface, prosody):
        assert starface.xmpp_passwords() == {"0123": "", "0124": ""}
        answer = await fetch(starface, **password_form())
        assert answer.status == 200
        token = starface.xmpp_passwords()["0123"]
        async with XmppClient("127.0.0.1", prosody.port) as anna:
            await (await anna.sign_in(password=token)).subscribe()


class Slix:
    """A client made with slixmpp, which the simulator knows nothing of."""

    def __init__(self, port: int, mechanism: str) -> None:
        slixmpp = pytest.importorskip("slixmpp")
        self.client = slixmpp.ClientXMPP(f"0123@{DOMAIN}/slix", "Pass123", sasl_mech=mechanism)
        self.client.register_plugin("xep_0030")
        self.client.register_plugin("xep_0199")
        self.client.ssl_context.check_hostname = False
        self.client.ssl_context.verify_mode = ssl.CERT_NONE
        self.client.ca_certs = None
        self._port = port

    async def __aenter__(self) -> Any:
        started = asyncio.Event()
        self.client.add_event_handler("session_start", lambda _: started.set())
        self.client.connect("127.0.0.1", self._port)
        async with asyncio.timeout(10):
            await started.wait()
        self.client.send_presence(ppriority=-1)
        await self.client.get_roster()
        return self.client

    async def __aexit__(self, *_: object) -> None:
        await self.client.disconnect()


@pytest.mark.parametrize("mechanism", [*Mechanism])
async def test_slixmpp_gets_in(mechanism: Mechanism) -> None:
    async with (
        StarfaceSimulator(StarfaceConfig(xmpp=XmppConfig())) as starface,
        Slix(starface.xmpp_port, mechanism) as client,
    ):
        assert str(client.boundjid) == "0123@pbx.example/slix"
        items = await client.plugin["xep_0030"].get_items(jid=DOMAIN)
        assert [item[0] for item in items["disco_items"]["items"]] == [UCI]
        info = await client.plugin["xep_0030"].get_info(jid=UCI)
        assert "jabber:iq:rpc" in info["disco_info"]["features"]
        assert await client.plugin["xep_0199"].ping(DOMAIN) >= 0
        (jid,) = starface.xmpp.server.clients
        assert starface.xmpp.server.priority(jid) == -1
    assert starface.accounts.attempts("0123").good == 1
