"""How many COM apartments this process has had; Wine serves only so many in the life of one.

For each it keeps a pipe that is never let go of, and it waits for 64 things at most: calls to the
apartments that come after are not answered.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Final

MOST: Final = 60
"""Three are left for what one more test may open."""


class Apartments:
    """Counts those of the link from now on."""

    def __init__(self) -> None:
        self.opened = 0
        self._is_wine = False
        if sys.platform == "win32":
            self._is_wine = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
            self._count()

    @property
    def too_many(self) -> str:
        """What is to be done, if there were too many for Wine; else ""."""
        if not self._is_wine or self.opened <= MOST:
            return ""
        return (
            f"{self.opened} apartments were opened in this process, and Wine serves no more. "
            "Run fewer tests of COM in one process, as scripts/wine/suite does."
        )

    if sys.platform == "win32":

        def _count(self) -> None:
            from datev_connector.datev.com.apartment.thread import ApartmentThread

            live = ApartmentThread._live
            count = self

            def counted(self: ApartmentThread) -> None:
                count.opened += 1
                live(self)

            ApartmentThread._live = counted  # type: ignore[method-assign]
