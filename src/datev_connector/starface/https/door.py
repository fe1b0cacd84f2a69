"""The way to the PBX's HTTP(S) port that UCI, REST and OAuth share: trust first, then a client.

Opening the door sends no secret. Whom it trusts is tried out in a handshake of its own, so that
faults of network and certificate are told apart; what fails later is looked at once more.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime

from datev_connector.network.tls import (
    CertificateChanged,
    PinStore,
    Verification,
    trusted_context,
)
from datev_connector.starface.https.client import HttpAnswer, HttpClient, PbxAddress
from datev_connector.starface.https.reach import shake_hands, trouble_of
from datev_connector.starface.https.second_look import looked_at_again
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.trouble import LinkTrouble, Trouble


class Door:
    """One port of one PBX, with what the settings say about trust."""

    def __init__(
        self, options: StarfaceOptions, *, pins: PinStore, now: Callable[[], datetime]
    ) -> None:
        """`now` dates a certificate that is seen for the first time."""
        self._options = options
        self._pins = pins
        self._now = now
        self._accepted: bytes | None = None

    @property
    def address(self) -> PbxAddress:
        """Where it is."""
        return self._options.address

    @property
    def verified(self) -> bool:
        """Tell whether the certificate is checked, if there is one."""
        return not self.address.encrypted or self._verification is not Verification.OFF

    async def open(self) -> HttpClient:
        """A client that talks to the PBX and to nobody else. Raises LinkTrouble."""
        return HttpClient(self.address, await self._trust(), self._options.times)

    @contextlib.asynccontextmanager
    async def visit(self) -> AsyncIterator[Visit]:
        """Open the door for a few requests. Raises LinkTrouble."""
        client = await self.open()
        try:
            yield Visit(self, client)
        finally:
            await client.close()

    async def seen_closer(self, trouble: Trouble) -> Trouble:
        """What stands behind the trouble of a request through this door."""
        return await looked_at_again(
            trouble,
            self.address,
            verification=self._verification,
            pins=self._pins,
            accepted=self._accepted,
            timeout_s=self._options.times.connect_s,
        )

    @property
    def _verification(self) -> Verification:
        return Verification(self._options.verify_certificate)

    async def _trust(self) -> ssl.SSLContext | None:
        """Whom to trust, tried out."""
        address, timeout_s = self.address, self._options.times.connect_s
        try:
            context = None
            if address.encrypted:
                context = await trusted_context(
                    address.host,
                    address.port,
                    verification=self._verification,
                    pins=self._pins,
                    now=self._now(),
                    timeout_s=timeout_s,
                )
            if context is None or self._verification is not Verification.PIN:
                await shake_hands(address.host, address.port, context, timeout_s=timeout_s)
        except (OSError, TimeoutError, ValueError, CertificateChanged) as error:
            raise LinkTrouble(trouble_of(error, str(address))) from error
        pin = self._pins.pin(address.host, address.port)
        self._accepted = None if pin is None else pin.certificate
        return context


class Visit:
    """An open door."""

    def __init__(self, door: Door, client: HttpClient) -> None:
        """Made by `Door.visit`."""
        self._door = door
        self._client = client

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        limit: int,
    ) -> HttpAnswer:
        """The answer to a request. Raises LinkTrouble, and Unreadable beyond `limit` bytes."""
        try:
            return await self._client.exchange(
                method, path, body=body, headers=headers, limit=limit
            )
        except LinkTrouble as failed:
            raise LinkTrouble(await self._door.seen_closer(failed.trouble)) from failed
