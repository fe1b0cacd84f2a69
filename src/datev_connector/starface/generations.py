"""Which generations of UCI to try over which way: what was found is kept, but not for ever.

A PBX that does not know the newest is not asked for it at each sign-in. But it may be updated, or
only have been starting when it was asked, so after some hours the newest is tried again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from datev_connector.starface.commands import Transport
from datev_connector.starface.pacing import Moment
from datev_connector.starface.wire.uci import UciVersion

AGAIN_S = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class _Older:
    version: UciVersion
    found_s: float


class Generations:
    """`versions` in the order to try."""

    def __init__(self, versions: tuple[UciVersion, ...]) -> None:
        self.newest = versions[0]
        self._versions = versions
        self._older: dict[Transport, _Older] = {}

    def to_try(self, way: Transport, now: Moment) -> tuple[UciVersion, ...]:
        """The generations for a sign-in over this way."""
        older = self._older.get(way)
        if older is None or now.clock_s - older.found_s >= AGAIN_S:
            return self._versions
        return self._versions[self._versions.index(older.version) :]

    def fell_back(self, way: Transport) -> bool:
        """Tell whether an older one had to be taken: so it may have to be again."""
        return way in self._older

    def found(self, way: Transport, version: UciVersion, now: Moment) -> None:
        """A sign-in over this way succeeded with this generation."""
        if version is self.newest:
            self._older.pop(way, None)
        elif version not in self.to_try(way, now)[:1]:
            self._older[way] = _Older(version, now.clock_s)

    def try_all(self) -> None:
        """Begin with the newest at the next sign-in."""
        for way, older in self._older.items():
            self._older[way] = _Older(older.version, -math.inf)
