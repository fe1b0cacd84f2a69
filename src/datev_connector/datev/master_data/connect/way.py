"""The way to DATEVconnect: trust first, then lanes. Opening it sends no secret.

A handshake that a pin refuses does not say why, a port that expects TLS answers plain HTTP with
whatever it likes, and one that expects plain HTTP just ends a handshake: what fails is looked at
once more, and what stands there tells.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from datev_connector.datev.master_data.connect.answers import CUT_SHORT, trouble_of
from datev_connector.datev.master_data.connect.lane import Access, Lane
from datev_connector.datev.master_data.connect.options import ConnectOptions
from datev_connector.datev.master_data.connect.sign_on import Identity
from datev_connector.datev.master_data.connect.troubles import Wrong, trouble
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Trouble
from datev_connector.domain.wording import worded
from datev_connector.network.tls import (
    CertificateChanged,
    PinStore,
    Verification,
    presented_certificate,
    trusted_context,
)

PERHAPS_TLS = frozenset({Wrong.CUT.value, Wrong.NO_HTTP.value, Wrong.BAD_REQUEST.value})
"""What plain HTTP meets at a port that expects TLS: the end, an alert, or a status (400)."""


class Way:
    """One DATEVconnect, with what the settings say about user and trust."""

    def __init__(
        self,
        options: ConnectOptions,
        password: str,
        *,
        pins: PinStore,
        now: Callable[[], datetime],
    ) -> None:
        """`now` dates a certificate that is seen for the first time."""
        self._options = options
        self._password = password
        self._pins = pins
        self._now = now
        self._accepted: bytes | None = None

    @contextlib.asynccontextmanager
    async def lanes(self, count: int) -> AsyncIterator[Sequence[Lane]]:
        """Open so many lanes; nothing is asked yet. Raises MasterDataTrouble, and betters others.

        A sign-in that is refused on one of them is not tried on another one.
        """
        fault = self._options.fault(self._password)
        if fault is not None:
            raise MasterDataTrouble(fault)
        context, access = await self._trust(), self._access()
        address, times = self._options.address, self._options.times
        lanes = [Lane(address, context, access, times) for _ in range(count)]
        try:
            yield lanes
        except MasterDataTrouble as failure:
            raise MasterDataTrouble(await self._seen_closer(failure.trouble)) from failure
        finally:
            for lane in lanes:
                await lane.close()

    def _access(self) -> Access:
        options = self._options
        identity = Identity(
            host=options.address.host, user=options.user.strip(), password=self._password
        )
        return Access(identity=identity, basic=options.uses_basic)

    @property
    def _verification(self) -> Verification:
        return Verification(self._options.verify_certificate)

    async def _trust(self) -> ssl.SSLContext | None:
        """Whom to trust; for a pin tried out."""
        address = self._options.address
        if not address.encrypted:
            return None
        try:
            context = await trusted_context(
                address.host,
                address.port,
                verification=self._verification,
                pins=self._pins,
                now=self._now(),
                timeout_s=self._options.times.connect_s,
            )
        except (OSError, TimeoutError, ValueError, CertificateChanged) as error:
            found = trouble_of(error, str(address))
            raise MasterDataTrouble(await self._seen_closer(found)) from error
        pin = self._pins.pin(address.host, address.port)
        self._accepted = None if pin is None else pin.certificate
        return context

    # --- a second look ----------------------------------------------------------------------------

    async def _seen_closer(self, found: Trouble) -> Trouble:
        """What stands behind a trouble; itself, if there is no more to say. Sends no secret."""
        encrypted = self._options.address.encrypted
        untrusted = found.code == Wrong.CERTIFICATE_UNTRUSTED
        if encrypted and untrusted and self._verification is Verification.PIN:
            return await self._not_the_pinned_one(found)
        if encrypted and found.code == Wrong.CUT:
            return await self._perhaps_no_tls(found)
        if not encrypted and found.code in PERHAPS_TLS:
            return await self._perhaps_tls(found)
        return found

    async def _not_the_pinned_one(self, found: Trouble) -> Trouble:
        address = self._options.address
        where, pin = str(address), self._pins.pin(address.host, address.port)
        try:
            shown = await self._presented()
        except OSError:
            return trouble(Wrong.CERTIFICATE_CHANGED, where=where)
        if shown == self._accepted:
            return trouble(Wrong.CERTIFICATE_UNUSABLE, where=where, detail=found.reason)
        if pin is None or pin.certificate == shown:
            # Forgotten or replaced on purpose meanwhile: the next connection trusts the new one.
            return trouble(Wrong.CUT, where=where)
        changed = CertificateChanged(host=address.host, port=address.port, pin=pin, presented=shown)
        return trouble_of(changed, where)

    async def _perhaps_no_tls(self, found: Trouble) -> Trouble:
        try:
            await self._presented()
        except CUT_SHORT:
            detail = worded("it ends every connection at once")
            return trouble(Wrong.NO_TLS, where=str(self._options.address), detail=detail)
        except OSError:
            return found
        return found

    async def _perhaps_tls(self, found: Trouble) -> Trouble:
        try:
            await self._presented()
        except OSError:
            return found
        return trouble(Wrong.TLS_EXPECTED, where=str(self._options.address))

    async def _presented(self) -> bytes:
        """The certificate that stands there now. Raises OSError, TimeoutError among them."""
        address, timeout_s = self._options.address, self._options.times.connect_s
        return await presented_certificate(address.host, address.port, timeout_s=timeout_s)
