"""The link to the PBX over XMPP: UCI both ways on one line that we open, so events always arrive.

Opening it signs in to the XMPP service and finds the endpoint of UCI there; the session's login
follows as over HTTPS. The line ends once: by `close`, or by itself, which is told. It is never
opened anew here; when to try again is decided above.
"""

from __future__ import annotations

import asyncio
import importlib
import math
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from datev_connector.domain.wording import worded
from datev_connector.network.tls import PinStore, Verification
from datev_connector.starface.commands import Opened
from datev_connector.starface.leg_words import UNVERIFIED
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse
from datev_connector.starface.wire.xmlrpc_reader import NotXmlRpc
from datev_connector.starface.xmpp.describing import Described, describe
from datev_connector.starface.xmpp.endpoint import Endpoint, find_endpoint
from datev_connector.starface.xmpp.incoming import Incoming
from datev_connector.starface.xmpp.reader import StreamLimits
from datev_connector.starface.xmpp.rpc import fault_of, unwrap, wrap
from datev_connector.starface.xmpp.stanzas import PING, Refused, told

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from datev_connector.starface.xmpp.client import XmppClient

LATE = "datev_connector.starface.xmpp.opening"
"""Imported when a link is opened, beside the loop: the library takes a fifth of a second."""

RENEWAL = 0.1
"""After this part of the time for an answer it is given anew: not at each of many events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class XmppTimes:
    """Times in seconds, beside those for connecting and for answers."""

    ping_s: float = 30.0
    """Proxies were seen to cut lines that are silent for less than 300 s."""
    probe_s: float = 5.0
    """Each round of looking for the endpoint; who is there answers at once."""
    behind_events_s: float = 60.0
    """An answer is waited for as long as events come before it, but no longer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class XmppWays:
    """How an XMPP line behaves."""

    times: XmppTimes = field(default_factory=XmppTimes)
    limits: StreamLimits = field(default_factory=StreamLimits)


class XmppLink:
    """Opened anew for each session."""

    def __init__(  # noqa: PLR0913 -- what it is given, and whom it tells
        self,
        options: StarfaceOptions,
        *,
        password: Callable[[], Awaitable[str]],
        pins: PinStore,
        now: Callable[[], datetime],
        on_event: Callable[[MethodCall], None],
        on_lost: Callable[[Trouble], None],
        is_token: Callable[[], bool] = lambda: False,
        password_instead: Callable[[str], Awaitable[str | None]] | None = None,
        ways: XmppWays | None = None,
    ) -> None:
        """`password` is asked once for each opening and not kept; it may raise LinkTrouble.

        `is_token`: whether the password just given is an OAuth token; one that is refused is
        replaced once by what `password_instead` gives for it. `on_lost` is called once, if an open
        link ends by itself.
        """
        self.endpoint: Endpoint | None = None
        """Whom we speak with and how it was found, since the link was opened last."""
        self.mechanism = ""
        """The form of sign-in used last; empty if it did not come so far."""
        self.own_address = ""
        """Our address, since the link was opened last."""
        self._options = options
        self._password = password
        self._is_token = is_token
        self._password_instead = password_instead
        self._pins = pins
        self._now = now
        self._on_event = on_event
        self._on_lost = on_lost
        self._ways = ways or XmppWays()
        # A line of ours that the server still thinks alive is replaced, not doubled.
        self._resource = f"DatevConnector-{secrets.token_hex(6)}"
        self._client: XmppClient | None = None
        self._pinging: asyncio.Task[None] | None = None
        self._limits: dict[asyncio.Timeout, float] = {}
        """Of the requests under way, with the time of the loop that ends each in any case."""
        self._renewed_s = -math.inf
        self._open_now = False

    async def open(self) -> Opened:
        """Sign in and find the endpoint. Raises LinkTrouble; then nothing stays open."""
        await self.close()
        try:
            return await self._open()
        except BaseException:
            await self.close()
            raise

    async def call(self, call: MethodCall) -> MethodResponse | Fault:
        """The answer of the PBX. Raises LinkTrouble, and Unsendable for a bad value."""
        client, endpoint = self._client, self.endpoint
        if client is None or endpoint is None:
            raise self._failed(TroubleKind.CUT)
        content = wrap(call)
        try:
            answer = await self._answer(client, endpoint.address, content)
        except TimeoutError:
            raise self._failed(TroubleKind.SILENT) from None
        except Refused as refused:
            fault = fault_of(refused.condition)
            if fault is None:
                raise self._failed(
                    TroubleKind.ENDPOINT_SILENT, told([endpoint.address])
                ) from refused
            return fault
        try:
            message = unwrap(answer)
        except NotXmlRpc as error:
            raise self._failed(TroubleKind.NO_XML_RPC, str(error)) from error
        if isinstance(message, MethodCall):
            raise self._failed(TroubleKind.NO_XML_RPC, worded("a call instead of an answer"))
        return message

    async def describe(self, *, limit_s: float) -> list[Described]:
        """What the server says of itself and of its parts. Raises LinkTrouble."""
        client = self._client
        if client is None:
            raise self._failed(TroubleKind.CUT)
        return [one async for one in describe(client.ask, client.domain, limit_s=limit_s)]

    async def close(self) -> None:
        """End the line."""
        self._open_now = False
        client, self._client = self._client, None
        pinging, self._pinging = self._pinging, None
        try:
            if pinging is not None:
                pinging.cancel()
                await asyncio.gather(pinging, return_exceptions=True)
        finally:
            if client is not None:
                await client.close()

    # --- opening ----------------------------------------------------------------------------------

    async def _open(self) -> Opened:
        options = self._options
        self.endpoint, self.mechanism, self.own_address = None, "", ""
        fault = options.fault("asked for when it is needed")
        if fault is not None:
            raise self._failed(TroubleKind.SETTINGS_INCOMPLETE, fault)
        incoming = Incoming(self._take_event, asyncio.get_running_loop().time)
        client = await self._sign_in(incoming)
        self.own_address = client.own_address
        endpoint = await find_endpoint(
            client.ask,
            client.domain,
            configured=options.xmpp_endpoint.strip(),
            where=self._where,
            limit_s=self._ways.times.probe_s,
        )
        senders = frozenset({client.bare(endpoint.address), client.domain})
        incoming.expect(senders=senders, own_address=client.own_address)
        if client.trouble is not None:
            raise LinkTrouble(client.trouble)
        self.endpoint = endpoint
        self._open_now = True
        self._pinging = asyncio.get_running_loop().create_task(self._keep_alive(client))
        verified = options.verify_certificate != Verification.OFF or not options.encrypted
        return Opened(pushes=True, flaws=() if verified else (UNVERIFIED,))

    async def _sign_in(self, incoming: Incoming) -> XmppClient:
        await asyncio.to_thread(importlib.import_module, LATE)
        from datev_connector.starface.xmpp.opening import Ears, Keys, Opening

        given = ""

        async def give() -> str:
            nonlocal given
            given = given or await self._password()
            return given

        keys = Keys(password=give, is_token=self._is_token, pins=self._pins, now=self._now)
        ears = Ears(on_request=incoming.take, on_over=self._over)

        async def sign_in() -> XmppClient:
            limits = self._ways.limits
            opening = Opening(self._options, keys, resource=self._resource, limits=limits)
            try:
                return await opening.open(ears)
            finally:
                self.mechanism = opening.mechanism

        try:
            self._client = client = await sign_in()
        except LinkTrouble as failed:
            given = await self._instead(given, failed.trouble)
            if not given:
                raise
            self._client = client = await sign_in()
        return client

    async def _instead(self, given: str, trouble: Trouble) -> str:
        """A token in place of one that was refused, which may have ended; empty: none."""
        refused = trouble.kind is TroubleKind.SIGN_IN_REFUSED and self._is_token()
        if not refused or self._password_instead is None:
            return ""
        return await self._password_instead(given) or ""

    # --- while it is open -------------------------------------------------------------------------

    async def _answer(self, client: XmppClient, address: str, content: str) -> Element:
        """What the endpoint answers. Raises TimeoutError when nothing comes from it any more."""
        times, now_s = self._options.times, asyncio.get_running_loop().time()
        async with asyncio.timeout(times.answer_s) as limit:
            self._limits[limit] = now_s + max(times.answer_s, self._ways.times.behind_events_s)
            try:
                return await client.ask("set", address, content)
            finally:
                del self._limits[limit]

    def _take_event(self, event: MethodCall) -> None:
        """Hand an event on. Answers are queued behind those sent before: they have time again."""
        now_s, answer_s = asyncio.get_running_loop().time(), self._options.times.answer_s
        if now_s - self._renewed_s >= RENEWAL * answer_s:
            self._renewed_s = now_s
            for limit, latest_s in self._limits.items():
                if not limit.expired():
                    limit.reschedule(min(now_s + answer_s, latest_s))
        self._on_event(event)

    async def _keep_alive(self, client: XmppClient) -> None:
        """Let no proxy think the line dead, and notice when it is (XEP-0199)."""
        answer_s, loop = self._options.times.answer_s, asyncio.get_running_loop()
        while client.trouble is None:
            await asyncio.sleep(self._ways.times.ping_s)
            try:
                async with asyncio.timeout(answer_s):
                    await client.ask("get", client.domain, f"<ping xmlns='{PING}'/>")
            except (Refused, LinkTrouble):
                pass  # an error is an answer too; the end of the line was told already
            except TimeoutError:
                # The answer may be queued behind many events: whoever talks is alive.
                if loop.time() - client.heard_s >= answer_s:
                    client.fail(TroubleKind.SILENT)

    def _over(self, trouble: Trouble) -> None:
        if self._open_now:
            self._open_now = False
            self._on_lost(trouble)

    @property
    def _where(self) -> str:
        return f"{self._options.host.strip()}:{self._options.xmpp_port}"

    def _failed(self, kind: TroubleKind, detail: str = "") -> LinkTrouble:
        return LinkTrouble(Trouble(kind=kind, where=self._where, detail=detail))
