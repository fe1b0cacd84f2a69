"""Snapshots that DATEV may still read. Windows only.

DATEV reads a snapshot while it is told of the call, and maybe later. COM counts who holds it, so it
is kept as long as somebody does. Who dies without letting go, or never does, must not fill the
memory: after `keep`, or when there are too many, the oldest are cut off, which their holders see as
an object that is gone.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from datev_connector.datev.com.apartment import abi
from datev_connector.datev.com.apartment.data_object import DataObject

MOST: Final = 4096


class Shelf:
    """Used in the apartment only, and swept between calls."""

    def __init__(self, keep: timedelta, *, most: int = MOST) -> None:
        self._keep = keep
        self._most = most
        self._kept: deque[tuple[datetime, DataObject]] = deque()
        self._cut_off: list[DataObject] = []

    def __len__(self) -> int:
        return len(self._kept) + len(self._cut_off)

    def add(self, snapshot: DataObject, at: datetime) -> None:
        """Keep it from now on."""
        self._kept.append((at, snapshot))

    def sweep(self, at: datetime) -> None:
        """Let go of what nobody holds, cut off what was held for too long."""
        held = [(since, one) for since, one in self._kept if one.references]
        excess = len(held) - self._most
        self._kept.clear()
        for index, (since, one) in enumerate(held):
            # A clock that was put back must not cut anything off, nor keep it for ever.
            if index >= excess and abs(at - since) <= self._keep:
                self._kept.append((since, one))
            else:
                abi.co_disconnect_object(one.address(), 0)
                self._cut_off.append(one)
        self._cut_off = [one for one in self._cut_off if one.references]

    def cut_off_all(self) -> None:
        """Nobody is to read anything any more."""
        for _since, one in self._kept:
            abi.co_disconnect_object(one.address(), 0)
            self._cut_off.append(one)  # somebody may still be inside it
        self._kept.clear()
