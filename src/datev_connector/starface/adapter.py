"""STARFACE for the engine: ladder, links and runner together, and the requests of the desk.

Facts for the engine leave through `emit`, in the order in which they became known.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from datev_connector.domain.calls import Call, Outcome
from datev_connector.domain.inputs import Input
from datev_connector.domain.telephony import PlaceRefused
from datev_connector.domain.wording import worded
from datev_connector.network.tls import PinStore
from datev_connector.starface.commands import Recall, Transport
from datev_connector.starface.event_source import Events
from datev_connector.starface.https.link import HttpsLink
from datev_connector.starface.ladder import Ladder
from datev_connector.starface.list_reader import ListReader
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.overhearing import Overhears, overheard
from datev_connector.starface.pacing import Moment
from datev_connector.starface.runner import Runner
from datev_connector.starface.sign_in.credentials import Credentials
from datev_connector.starface.standing import Refusal, Standing
from datev_connector.starface.trouble import Trouble, TroubleKind
from datev_connector.starface.wire.uci import UciVersion
from datev_connector.starface.wire.xmlrpc import MethodCall, Unsendable
from datev_connector.starface.xmpp.link import XmppLink

UNANSWERED = frozenset({TroubleKind.CUT, TroubleKind.SILENT})
"""The request may have arrived."""


class StarfacePbx:
    """The PBX as the engine sees it. `run` does everything; the rest may be called meanwhile."""

    def __init__(  # noqa: PLR0913 -- what it is given, and whom it tells
        self,
        options: StarfaceOptions,
        password: str,
        *,
        client_secret: str = "",
        pins: PinStore,
        emit: Callable[[Input], None],
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        callback_tls: ssl.SSLContext | None = None,
        overhears: Overhears | None = None,
    ) -> None:
        """`emit` takes facts for the engine without blocking; `jitter` gives numbers in [0, 1).

        `overhears` is shown what goes over the lines.
        """
        self._emit = emit
        self._overhears = overhears
        self._now = now
        self._unread: list[Recall] = []
        """Gaps of which the call list is being read."""
        self._ladder = Ladder(
            ways=options.ways,
            versions=options.versions,
            events=Events(options.events),
            pacing=options.pacing,
            chance=jitter,
        )
        self.credentials = Credentials(
            options, password, client_secret=client_secret, pins=pins, now=now
        )
        """Who we are, for whoever else needs the PBX while `run` is running."""
        https = HttpsLink(
            options,
            self.credentials,
            on_event=lambda event: self._pushed(Transport.HTTPS, event),
            on_lost=lambda trouble: self._runner.link_lost(Transport.HTTPS, trouble),
            callback_tls=callback_tls,
        )
        xmpp = XmppLink(
            options,
            password=self.credentials.xmpp_password,
            is_token=lambda: self.credentials.uses_tokens,
            password_instead=self.credentials.xmpp_password_instead,
            pins=pins,
            now=now,
            on_event=lambda event: self._pushed(Transport.XMPP, event),
            on_lost=lambda trouble: self._runner.link_lost(Transport.XMPP, trouble),
        )
        self._runner = Runner(
            self._ladder,
            {
                Transport.HTTPS: overheard(https, Transport.HTTPS, overhears),
                Transport.XMPP: overheard(xmpp, Transport.XMPP, overhears),
            },
            emit=emit,
            recall=self._recall,
            now=now,
        )
        self._list = ListReader(
            request=self._runner.request,
            uci=lambda: self._ladder.uci,
            clock=self._ladder.clock,
            now=now,
        )

    # --- for the engine ---------------------------------------------------------------------------

    def unwatched_since(self, moment: datetime) -> None:
        """Before `run`: calls may have come and gone since then that nobody saw."""
        self._ladder.unwatched_since(moment)

    def refused_before(self, refusal: Refusal) -> None:
        """Before `run`: the PBX has refused this password, and may lock the account."""
        self._ladder.refused_before(refusal)

    async def run(self) -> None:
        """Keep signed in and report calls until cancelled."""
        try:
            await self._runner.run()
        finally:
            await self.credentials.close()

    def retry_now(self) -> None:
        """Sign in at once instead of waiting; a session that works is left alone."""
        self._runner.retry_now()

    def look_again(self) -> None:
        """See now whether the line works and which calls there are; no refused password again."""
        self._runner.look_again()

    async def place_call(self, number: str, pbx_call: str) -> str:
        """Have the PBX dial `number` as call `pbx_call`; answers the id that the call really has.

        Raises PlaceRefused.
        """
        try:
            value = await self._runner.request(self._ladder.uci.place_call(number, pbx_call))
        except Unsendable:
            raise PlaceRefused(
                worded("The number holds characters that cannot be dialled.")
            ) from None
        if isinstance(value, Trouble):
            if value.kind in UNANSWERED:
                # The PBX may be dialling: its events, or the next picture without it, will tell.
                return pbx_call
            raise PlaceRefused(value.complaint.reason)
        if not isinstance(value, str) or not value.strip():
            raise PlaceRefused(
                worded(
                    "STARFACE refuses the call: the number is not valid, "
                    "or another call of yours is just being set up."
                )
            )
        return value.strip()

    async def hang_up(self, pbx_call: str) -> bool:
        """Have the PBX end a call; false if it does not."""
        return await self._runner.request(self._ladder.uci.hang_up(pbx_call)) is True

    async def outcome(self, call: Call) -> Outcome | None:
        """What the call list says about an ended call; None if it does not say, or is not there."""
        return await self._list.outcome(call)

    async def server_version(self) -> str:
        """What the PBX tells of its version; empty if it does not, or nobody is signed in."""
        uci = self._ladder.uci
        if uci.version is not UciVersion.V30:
            return ""  # only there the request is known
        value = await self._runner.request(uci.server_version())
        return value.strip() if isinstance(value, str) else ""

    @property
    def standing(self) -> Standing:
        """Which way into the PBX is in use, and why not the better one."""
        standing = self._ladder.standing
        known = [gap.since for gap in self._unread]
        if standing.watched_until is not None:
            known.append(standing.watched_until)
        return replace(standing, watched_until=min(known, default=None))

    @property
    def refusal(self) -> Refusal | None:
        """Whether the PBX has refused the password, and how long it is not to be shown again."""
        clock_s = asyncio.get_running_loop().time()
        return self._ladder.refusal(Moment(at=self._now(), clock_s=clock_s))

    def _pushed(self, way: Transport, event: MethodCall) -> None:
        if self._overhears is not None:
            self._overhears.event(way, event)
        self._runner.event_pushed(way, event)

    async def _recall(self, gap: Recall) -> None:
        self._unread.append(gap)
        if not await self._list.recall(gap, self._emit):
            self._runner.unread(gap)
        self._unread.remove(gap)  # one whose reading was broken off stays unread
