"""The link over HTTPS with tokens that end, are rejected, and come back with events."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    FaultKind,
    OAuthConfig,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.starface.https.client import HttpTimes
from datev_connector.starface.https.link import HttpsLink
from datev_connector.starface.sign_in.credentials import Credentials
from datev_connector.starface.sign_in.forms import AUTH, JWT, USER
from datev_connector.starface.trouble import LinkTrouble, TroubleKind
from datev_connector.starface.wire.uci import Uci, UciVersion
from datev_connector.starface.wire.xmlrpc import MethodCall, MethodResponse, encode
from tests.network.certificates import Pins
from tests.simulators.starface.clock import Clock
from tests.starface.pbx_run import options_for

WAIT_S = 15.0
UCI = Uci(UciVersion.V30)
EVENT = MethodCall(method="ucp.v30.events.call.receiveCallState", params=({"id": "7"},))
GATES = [FaultKind.UNAUTHORIZED, FaultKind.HTML, FaultKind.REDIRECT]


class Linked:
    def __init__(self, pbx: StarfaceSimulator, link: HttpsLink, who: Credentials) -> None:
        self.pbx = pbx
        self.link = link
        self.who = who
        self.events: list[MethodCall] = []

    @property
    def refreshes(self) -> int:
        return self.pbx.accounts.attempts("0123").refreshes

    def asked(self, name: str) -> int:
        counts = self.pbx.chronicle.request_counts
        return sum(count for method, count in counts.items() if method.endswith(name))

    async def push(self, **query: str) -> int:
        """What the callback server answers to an event with this query."""
        server = self.link._callback
        assert server is not None
        url = f"http://127.0.0.1:{server.port}{self.link._path}?{urlencode(query)}"
        async with httpx2.AsyncClient(trust_env=False) as client:
            return (await client.post(url, content=encode(EVENT))).status_code


@asynccontextmanager
async def linked(*, sign_in: str = "auto", **config: Any) -> AsyncIterator[Linked]:
    clock = Clock()
    begin = clock.at

    def elapsed_s() -> float:
        return (clock.at - begin).total_seconds()

    settings: dict[str, Any] = {
        "auth_modes": frozenset({AuthMode.OAUTH, AuthMode.SHA512}),
        "now": clock,
    }
    async with StarfaceSimulator(StarfaceConfig(**(settings | config))) as pbx:
        options = options_for(pbx, sign_in=sign_in)
        who = Credentials(
            options,
            "Pass123",
            client_secret=OAuthConfig().client_secret,
            pins=Pins(),
            now=clock,
            clock=elapsed_s,
        )
        events: list[MethodCall] = []
        link = HttpsLink(options, who, on_event=events.append)
        try:
            await link.open()
            assert await link.call(UCI.login()) == MethodResponse(value=True)
            at = Linked(pbx, link, who)
            at.events = events
            clock.forward(60)
            yield at
        finally:
            await link.close()
            await who.close()


@pytest.mark.parametrize("gate", GATES)
async def test_a_rejected_token_is_renewed_and_the_request_sent_once_more(gate: FaultKind) -> None:
    async with linked(session_timeout_s=600) as at:
        at.pbx.faults.add(gate, method="*.keepAlive")
        assert await at.link.call(UCI.keep_alive()) == MethodResponse(value=True)
        assert (at.refreshes, at.asked(".keepAlive")) == (1, 2)


@pytest.mark.parametrize("gate", GATES)
async def test_a_gate_that_stays_shut_is_knocked_at_twice(gate: FaultKind) -> None:
    async with linked() as at:
        at.pbx.faults.add(gate, method="*.keepAlive", times=None)
        with pytest.raises(LinkTrouble):
            await at.link.call(UCI.keep_alive())
        assert (at.refreshes, at.asked(".keepAlive")) == (1, 2)


@pytest.mark.parametrize("bad_login", BadLogin)
async def test_a_token_that_the_pbx_forgot_is_no_end_of_the_session(bad_login: BadLogin) -> None:
    async with linked(session_timeout_s=600, bad_login=bad_login) as at:
        at.pbx.oauth.expire_access_tokens()
        assert await at.link.call(UCI.keep_alive()) == MethodResponse(value=True)
        assert at.refreshes == 1


@pytest.mark.parametrize(
    ("gate", "asked"),
    [(FaultKind.UNAUTHORIZED, 2), (FaultKind.HTML, 1), (FaultKind.REDIRECT, 1)],
)
async def test_a_call_is_placed_again_only_where_it_certainly_was_not(
    gate: FaultKind, asked: int
) -> None:
    async with linked(session_timeout_s=600) as at:
        at.pbx.faults.add(gate, method="*.placeCallWithPhone")
        try:
            await at.link.call(UCI.place_call("0721 1", ""))
        except LinkTrouble as failed:
            assert failed.trouble.kind in {TroubleKind.WEB_PAGE, TroubleKind.REDIRECT}
        assert at.asked(".placeCallWithPhone") == asked


async def test_classic_tokens_are_not_renewed() -> None:
    async with linked(sign_in="sha512") as at:
        at.pbx.faults.add(FaultKind.UNAUTHORIZED, method="*.keepAlive", times=None)
        with pytest.raises(LinkTrouble):
            await at.link.call(UCI.keep_alive())
        assert at.asked(".keepAlive") == 1


async def test_events_may_name_any_token_of_ours_or_none() -> None:
    async with linked() as at:
        old = (await at.who.query())[JWT]
        new = ((await at.who.query_instead({JWT: old})) or {})[JWT]
        for token in (old, new):
            assert await at.push(**{USER: "0123", AUTH: token}) == 200
            assert await at.push(**{JWT: token}) == 200
        assert await at.push(**{USER: "0123"}) == 200
        assert await at.push() == 200
        assert len(at.events) == 6
        for foreign in ({AUTH: "eyJ.foreign"}, {JWT: "eyJ.foreign"}, {USER: "0124"}, {AUTH: ""}):
            assert await at.push(**foreign) == 403
        assert len(at.events) == 6


async def test_the_token_of_the_login_counts_however_old_it_is() -> None:
    async with linked() as at:
        first = (await at.who.query())[JWT]
        at.who._bearer._used.clear()
        assert await at.push(**{AUTH: first}) == 200


@pytest.mark.parametrize(
    ("everything", "kind"),
    [(False, TroubleKind.SIGN_IN_REFUSED), (True, TroubleKind.WEB_PAGE)],
)
async def test_a_page_for_our_login_alone_is_a_refusal(everything: bool, kind: TroubleKind) -> None:
    async with linked(sign_in="sha512") as at:
        at.pbx.faults.add(FaultKind.HTML, method="*" if everything else "*.login", times=None)
        with pytest.raises(LinkTrouble) as caught:
            await at.link.call(UCI.login())
        assert caught.value.trouble.kind is kind


# --- the way back -------------------------------------------------------------------------------


@pytest.mark.parametrize("events", ["auto", "callback"])
async def test_a_name_service_that_hangs_keeps_nobody_from_signing_in(events: str) -> None:
    loop = asyncio.get_running_loop()
    resolve: Any = loop.getaddrinfo

    async def hang(*address: Any, **how: Any) -> Any:
        if how.get("type") is socket.SOCK_DGRAM:
            await loop.create_future()
        return await resolve(*address, **how)

    async with StarfaceSimulator(StarfaceConfig()) as pbx, asyncio.timeout(WAIT_S):
        times = HttpTimes(connect_s=1.0, answer_s=WAIT_S)
        options = options_for(pbx, times=times, events=events)
        who = Credentials(options, "Pass123", pins=Pins(), now=Clock())
        link = HttpsLink(options, who, on_event=lambda event: None)
        vars(loop)["getaddrinfo"] = hang
        try:
            if events == "callback":
                with pytest.raises(LinkTrouble) as caught:
                    await link.open()
                assert caught.value.trouble.kind is TroubleKind.CANNOT_LISTEN
            else:
                opened = await link.open()
                assert not opened.pushes
                assert "cannot receive the events" in opened.flaws[0].reason
        finally:
            del vars(loop)["getaddrinfo"]
            await link.close()
            await who.close()


async def test_closing_that_is_cancelled_forgets_no_connection() -> None:
    async with linked() as at:
        transport, callback = at.link._transport, at.link._callback
        assert transport is not None
        assert callback is not None
        _, writer = await asyncio.open_connection("127.0.0.1", callback.port)
        closing = asyncio.get_running_loop().create_task(at.link.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        assert transport._client.closed
        await callback.close()
        writer.transport.abort()
        with pytest.raises(LinkTrouble):
            await at.link.call(UCI.keep_alive())
