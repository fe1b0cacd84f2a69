"""Looks for settings that change by themselves while the program runs.

Windows applies policies in the background. And a roaming folder may not be there yet when the
program starts with the session: the settings file in it turns up later.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from datev_connector.app.settings import Layer

LOOK_S = 60.0
"""Windows itself looks for new policies every 90 minutes or so; this is soon enough after it."""

Policies = tuple[Layer, ...]

_log = logging.getLogger(__name__)


class PolicyWatch:
    """Looks once a minute, and tells on the loop of policies that are others than before.

    The same is told when the settings file turns up that was not there, or comes back.
    """

    def __init__(
        self,
        read: Callable[[], Policies],
        changed: Callable[[Policies], None],
        *,
        known: Policies,
        file: Path | None = None,
        look_s: float = LOOK_S,
    ) -> None:
        """`known` is what the program goes by; `file` the settings file of the user."""
        self._read = read
        self._changed = changed
        self._known = known
        self._file = file
        self._was_there = file is not None and file.exists()
        self._look_s = look_s

    async def run(self) -> None:
        """Look round until cancelled."""
        while True:
            await asyncio.sleep(self._look_s)
            self._take(*await asyncio.to_thread(self._seen))  # the folder may lie in a network

    def look(self) -> None:
        """Look once."""
        self._take(*self._seen())

    def _seen(self) -> tuple[Policies, bool]:
        return self._read(), self._file is not None and self._file.exists()

    def _take(self, policies: Policies, there: bool) -> None:  # noqa: FBT001 - of `_seen`
        turned_up, self._was_there = there and not self._was_there, there
        if policies == self._known and not turned_up:
            return
        self._known = policies
        _log.info("the settings file has turned up" if turned_up else "a policy has changed")
        try:
            self._changed(policies)
        except Exception:  # noqa: BLE001 - the border to whoever follows: the watch goes on
            _log.exception("a changed policy could not be followed")
