"""Where the module stands under another name than it should: looked for seldom, kept true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datev_connector.starface.module.searching import near_misses

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from datev_connector.starface.module.calling import Module
    from datev_connector.starface.module.names import NearMiss

DOUBLINGS = 10


class ModuleSearch:
    """What was found, and when to look for it again. Raises what `Module` raises."""

    def __init__(self, pauses_s: tuple[float, float]) -> None:
        """`pauses_s`: between two searches, at first and at most."""
        self.near: tuple[NearMiss, ...] = ()
        """Configurations that answer under other names."""
        self._pauses_s = pauses_s
        self._searches = 0
        self._due_s = 0.0

    def forget(self) -> None:
        """The module is there, or it is another PBX or another name."""
        self.near, self._searches, self._due_s = (), 0, 0.0

    def is_due(self, now_s: float) -> bool:
        """Tell whether it is time to look for it."""
        return now_s >= self._due_s

    def interrupted(self) -> None:
        """It was not looked for to the end."""
        self._due_s = 0.0

    async def look_again(self, module: Module) -> bool:
        """See whether what was found is still there; answer whether it is all the same."""
        before = self.near
        self.near = tuple([one for one in before if await module.is_called(one.name)])
        return self.near == before

    async def look(
        self, module: Module, now_s: float, *, pause: Callable[[], Awaitable[None]] | None
    ) -> None:
        """Ask for other names, with `pause` between two of them."""
        first_s, most_s = self._pauses_s
        self._due_s = now_s + min(most_s, first_s * 2.0 ** min(self._searches, DOUBLINGS))
        self._searches += 1
        self.near = tuple([one async for one in near_misses(module, pause=pause)])
