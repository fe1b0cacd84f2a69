"""Lets somebody look on at what goes over a link, without a part in it."""

from __future__ import annotations

from typing import Protocol

from datev_connector.starface.commands import Opened, Transport
from datev_connector.starface.runner import Link
from datev_connector.starface.trouble import LinkTrouble
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse


class Overhears(Protocol):
    """Who looks on; must neither wait nor raise."""

    def event(self, way: Transport, call: MethodCall) -> None:
        """The PBX told something by itself."""

    def answer(self, way: Transport, call: MethodCall, answer: MethodResponse | Fault) -> None:
        """It answered a request."""

    def trouble(self, way: Transport, call: MethodCall, kind: str) -> None:
        """It did not answer a request."""


def overheard(link: Link, way: Transport, overhears: Overhears | None) -> Link:
    """The link, with somebody who looks on if there is one."""
    return link if overhears is None else _Overheard(link, way, overhears)


class _Overheard:
    """Everything is done by the link itself."""

    def __init__(self, link: Link, way: Transport, overhears: Overhears) -> None:
        self._link = link
        self._way = way
        self._overhears = overhears

    async def open(self) -> Opened:
        """Make ready for a login. Raises LinkTrouble."""
        return await self._link.open()

    async def call(self, call: MethodCall) -> MethodResponse | Fault:
        """The answer of the PBX. Raises LinkTrouble and Unsendable."""
        try:
            answer = await self._link.call(call)
        except LinkTrouble as failed:
            self._overhears.trouble(self._way, call, failed.trouble.kind.value)
            raise
        self._overhears.answer(self._way, call, answer)
        return answer

    async def close(self) -> None:
        """Give everything back."""
        await self._link.close()
