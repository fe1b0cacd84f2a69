"""Learns once which version the PBX has, and again whenever it has been away.

Diagnosis signs nobody in beside a running connector, so the connector asks for it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LONGEST = 100


class PbxVersion:
    """`text` is what the PBX told last; empty if it has told nothing."""

    def __init__(self, ask: Callable[[], Awaitable[str]]) -> None:
        """`ask` answers an empty text if the PBX does not tell."""
        self.text = ""
        self._ask = ask
        self._there = asyncio.Event()
        self._away = asyncio.Event()

    def pbx_is_there(self, there: bool) -> None:  # noqa: FBT001 - the only thing it is told
        """Tell whether the PBX is signed in to."""
        now, before = (self._there, self._away) if there else (self._away, self._there)
        now.set()
        before.clear()

    async def run(self) -> None:
        """Ask until cancelled, or until the PBX did not tell: it is not asked again then."""
        while True:
            await self._there.wait()
            self.text = (await self._ask())[:LONGEST]
            if not self.text and self._there.is_set():
                return
            await self._away.wait()
