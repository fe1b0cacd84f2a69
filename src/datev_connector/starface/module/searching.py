"""Finds configurations of the module that stand under another name than the settings say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from datev_connector.starface.module.calling import Module
from datev_connector.starface.module.names import NearMiss, from_list, guesses, near_miss

ENOUGH = 3
"""Near misses to name: who has more of them finds the rest there."""


async def near_misses(
    module: Module, *, pause: Callable[[], Awaitable[None]] | None = None
) -> AsyncIterator[NearMiss]:
    """Ask for the likely names one after another, with `pause` between two of them.

    The PBX's own list of methods is asked for first; most have none. Raises ModuleTrouble if the
    PBX cannot be asked any more.
    """
    rest = pause or _no_pause
    listed = await module.listed()
    names = from_list(listed, module.name) if listed else guesses(module.name)
    found = 0
    for name in names:
        await rest()
        if await module.is_called(name):
            yield near_miss(name, module.name)
            found += 1
            if found >= ENOUGH:
                return


async def _no_pause() -> None:
    await asyncio.sleep(0)
