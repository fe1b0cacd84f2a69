"""What went wrong on which way since one last worked or was waited for."""

from __future__ import annotations

from datev_connector.starface.commands import Transport
from datev_connector.starface.trouble import Trouble


class Setbacks:
    """One trouble for each way that was tried, the latest."""

    def __init__(self, ways: tuple[Transport, ...]) -> None:
        """`ways` in the order of signing in."""
        self._ways = ways
        self._troubles: dict[Transport, Trouble] = {}

    def add(self, way: Transport, trouble: Trouble) -> None:
        """This way failed."""
        self._troubles[way] = trouble

    def clear(self) -> None:
        """A way works, or all are tried anew."""
        self._troubles.clear()

    @property
    def untried(self) -> tuple[Transport, ...]:
        """The ways that have not failed, in order."""
        return tuple(way for way in self._ways if way not in self._troubles)

    @property
    def worst(self) -> Trouble:
        """The trouble of HTTPS says more than that of XMPP, which many PBXs do not offer."""
        return self._troubles.get(self._ways[0]) or next(iter(self._troubles.values()))
