"""The list of one run of the reader, item by item; it is complete or it is an error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from datev_connector.datev.master_data.sdd import troubles
from datev_connector.datev.master_data.sdd.lines import (
    BadLine,
    End,
    Failure,
    Greeting,
    Item,
    Line,
    parse,
)
from datev_connector.datev.master_data.sdd.options import SddOptions
from datev_connector.datev.master_data.sdd.process import LineTooLong, Run
from datev_connector.datev.master_data.trouble import MasterDataTrouble

MOST_ITEMS = 2_000_000
"""More than any office has: a reader that does not end."""
OWN_WORDS = frozenset({"assembly-missing", "type-load", "usage"})
"""Errors whose text speaks of program files alone, and may be logged."""

_log = logging.getLogger(__name__)


class Listing:
    """What a run has to say, in its order. All methods raise MasterDataTrouble."""

    def __init__(self, run: Run, options: SddOptions) -> None:
        """The time for the whole list begins now."""
        self._run = run
        self._options = options
        self._clock: Callable[[], float] = asyncio.get_running_loop().time
        self._end_s = self._clock() + options.limit_s
        self._items = 0

    async def greeting(self) -> Greeting:
        """Return what the reader has found."""
        line = await self._line(self._options.silence_s)
        if not isinstance(line, Greeting):
            raise _garbled("no greeting")
        return line

    async def item(self) -> Item | None:
        """Return the next item; None: the list is complete."""
        begun = self._items > 0
        line = await self._line(self._options.silence_s if begun else self._options.limit_s)
        if isinstance(line, Item):
            self._items += 1
            if self._items > MOST_ITEMS:
                raise _garbled("a list without end")
            return line
        if not isinstance(line, End):
            raise _garbled("a second greeting")
        if line.items != self._items:
            raise _garbled("a wrong count")
        return None

    async def _line(self, patience_s: float) -> Line:
        line = self._parsed(await self._raw(patience_s))
        if isinstance(line, Failure):
            words = line.message if line.code in OWN_WORDS else ""
            _log.info("SDD reader: %s %s %s %s", line.code, line.type, line.hresult, words)
            raise troubles.of_failure(line)
        return line

    async def _raw(self, patience_s: float) -> bytes:
        until_s = min(self._end_s, self._clock() + patience_s)
        try:
            return await self._run.line(until_s)
        except TimeoutError:
            late = until_s == self._end_s
            raise MasterDataTrouble(troubles.TOO_SLOW if late else troubles.SILENT) from None
        except LineTooLong:
            raise _garbled("a line without end") from None

    def _parsed(self, line: bytes) -> Line:
        if not line.endswith(b"\n"):
            raise MasterDataTrouble(troubles.ENDED)
        try:
            return parse(line)
        except BadLine as bad:
            raise _garbled(str(bad)) from None


def _garbled(what: str) -> MasterDataTrouble:
    _log.warning("SDD reader: it has sent %s", what)
    return MasterDataTrouble(troubles.GARBLED)
