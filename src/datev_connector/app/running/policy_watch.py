"""Looks whether administrators have changed a policy: Windows applies them while programs run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from datev_connector.app.settings import Layer

LOOK_S = 60.0
"""Windows itself looks for new policies every 90 minutes or so; this is soon enough after it."""

Policies = tuple[Layer, ...]

_log = logging.getLogger(__name__)


class PolicyWatch:
    """Reads the policies once a minute, and tells on the loop when they are others than before."""

    def __init__(
        self,
        read: Callable[[], Policies],
        changed: Callable[[Policies], None],
        *,
        known: Policies,
        look_s: float = LOOK_S,
    ) -> None:
        """`known` is what the program goes by."""
        self._read = read
        self._changed = changed
        self._known = known
        self._look_s = look_s

    async def run(self) -> None:
        """Look round until cancelled."""
        while True:
            await asyncio.sleep(self._look_s)
            self.look()

    def look(self) -> None:
        """Look once."""
        policies = self._read()
        if policies == self._known:
            return
        self._known = policies
        _log.info("a policy has changed")
        try:
            self._changed(policies)
        except Exception:  # noqa: BLE001 - the border to whoever follows: the watch goes on
            _log.exception("a changed policy could not be followed")
