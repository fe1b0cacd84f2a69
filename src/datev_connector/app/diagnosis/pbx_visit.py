"""What the probes of one PBX share: who we are, what is open there, and whether we may sign in.

A password is shown until it is refused once. Over which door is settled here: HTTPS first, and XMPP
only after HTTPS has taken it, or where HTTPS was never tried.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator

from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.pbx_attempt import PbxAttempt
from datev_connector.domain.wording import worded
from datev_connector.starface.commands import Transport
from datev_connector.starface.https.link import HttpsLink
from datev_connector.starface.overhearing import overheard
from datev_connector.starface.runner import Link
from datev_connector.starface.sign_in.credentials import Credentials
from datev_connector.starface.trouble import Trouble
from datev_connector.starface.wire.xmlrpc import MethodCall
from datev_connector.starface.xmpp.link import XmppLink, XmppTimes, XmppWays


class PbxVisit:
    """One visit. Close it when done."""

    def __init__(self, ground: Ground, notebook: Notebook) -> None:
        self.https: PbxAttempt | None = None
        self.https_link: HttpsLink | None = None
        self.xmpp: PbxAttempt | None = None
        self.xmpp_link: XmppLink | None = None
        self.tested_back = asyncio.Event()
        """Our own test of the way back has come in."""
        self._ground = ground
        self._notebook = notebook
        self._options = ground.options
        self._credentials: Credentials | None = None
        self._test = f"datev.connector.test.{secrets.token_hex(8)}"

    @property
    def credentials(self) -> Credentials:
        """Who we are, the same on every way, so that nothing refused is shown again."""
        if self._credentials is None:
            self._credentials = Credentials(
                self._options,
                self._notebook.password,
                client_secret=self._notebook.client_secret,
                pins=self._notebook.pins,
                now=self._ground.now,
            )
        return self._credentials

    @property
    def attempts(self) -> Iterator[PbxAttempt]:
        """Those that were made, HTTPS first."""
        return (attempt for attempt in (self.https, self.xmpp) if attempt is not None)

    @property
    def ready(self) -> list[PbxAttempt]:
        """Those over which calls are reported."""
        return [attempt for attempt in self.attempts if attempt.ready]

    @property
    def accepted(self) -> PbxAttempt | None:
        """One whose password was taken, at best one that is ready."""
        taken = [attempt for attempt in self.attempts if attempt.accepted]
        return next(iter(self.ready or taken), None)

    @property
    def why_not_again(self) -> str:
        """Why nobody signs in any more, a sentence; empty if nothing speaks against."""
        if self._notebook.doubt:
            return worded("Not tried: somebody may stand between, who would get the password.")
        if any(not attempt.accepted and self._shown(attempt) for attempt in self.attempts):
            return worded("Not tried: the password was not taken just now, and is not tried twice.")
        return ""

    def _shown(self, attempt: PbxAttempt) -> bool:
        """Tell whether the password may have been sent; over XMPP a form is chosen just before."""
        if attempt is self.xmpp:
            return self.xmpp_link is not None and bool(self.xmpp_link.mechanism)
        return True

    def begin_https(self) -> PbxAttempt:
        """An attempt over HTTPS."""
        self.https_link = HttpsLink(self._options, self.credentials, on_event=self._hear_over_https)
        self.https = PbxAttempt(
            self._options,
            Transport.HTTPS,
            link=self._overheard(self.https_link, Transport.HTTPS),
            now=self._ground.now,
        )
        return self.https

    def begin_xmpp(self) -> PbxAttempt:
        """An attempt over XMPP."""
        ways = XmppWays(times=XmppTimes(probe_s=0.3 * self._ground.limit_s))
        self.xmpp_link = XmppLink(
            self._options,
            password=self.credentials.xmpp_password,
            is_token=lambda: self.credentials.uses_tokens,
            pins=self._notebook.pins,
            now=self._ground.now,
            on_event=self._hear_over_xmpp,
            on_lost=self._lose_xmpp,
            ways=ways,
        )
        self.xmpp = PbxAttempt(
            self._options,
            Transport.XMPP,
            link=self._overheard(self.xmpp_link, Transport.XMPP),
            now=self._ground.now,
        )
        return self.xmpp

    @property
    def test_call(self) -> MethodCall:
        """What our own test of the way back sends, and no PBX does."""
        return MethodCall(method=self._test)

    async def close(self) -> None:
        """Sign out, and close every connection."""
        try:
            for attempt in self.attempts:
                await attempt.close()
        finally:
            if self._credentials is not None:
                await self._credentials.close()

    def _overheard(self, link: Link, way: Transport) -> Link:
        notes = self._ground.capture
        return overheard(link, way, notes)

    def _hear_over_https(self, event: MethodCall) -> None:
        if event.method == self._test:
            self.tested_back.set()
        elif self.https is not None:
            self._hear(self.https, event)

    def _hear_over_xmpp(self, event: MethodCall) -> None:
        if self.xmpp is not None:
            self._hear(self.xmpp, event)

    def _hear(self, attempt: PbxAttempt, event: MethodCall) -> None:
        if self._ground.capture is not None:
            self._ground.capture.event(attempt.transport, event)
        attempt.hear(event)
        for other in self.attempts:
            other.wake()

    def _lose_xmpp(self, trouble: Trouble) -> None:
        if self.xmpp is not None:
            self.xmpp.lost(trouble)
