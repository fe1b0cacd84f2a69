"""Reads the PBX's call list for two questions: what became of a call, and what came meanwhile.

The list may lag behind the calls, so both are asked more than once. Times go to the PBX by its own
clock; as long as no event has told how that differs from ours, ours is taken for it. It shows one
hour twice when summer time ends, so more is asked for than needed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from datev_connector.domain.calls import Call, Outcome
from datev_connector.domain.inputs import CallListRead
from datev_connector.domain.wording import worded
from datev_connector.starface.commands import Recall
from datev_connector.starface.pbx_clock import PbxClock
from datev_connector.starface.trouble import Trouble, TroubleKind
from datev_connector.starface.wire.call_list import (
    GAP_MARGIN,
    LONG_TALK,
    Listing,
    calls_of_gap,
    outcome_of,
    read_entries,
    read_listing,
)
from datev_connector.starface.wire.uci import CALL_LIST_LIMIT, Uci
from datev_connector.starface.wire.xmlrpc import MethodCall, Value

LOG = logging.getLogger(__name__)

OUTCOME_PAUSES_S = (0.0, 0.5, 1.0, 3.0)
"""So often, and with these pauses before, it is asked what became of a call."""
DIRECT_CALL_TRIES = 3
"""A call to nobody but the user was hardly taken by a colleague: it is asked for less often."""

RECALL_PAUSES_S = (0.0, 5.0, 30.0, 60.0, 300.0)
"""So often a gap is asked for until the list has been read twice: at once, and when it lags."""
READINGS = 2

PAGES = 20
"""So many pages of a gap are read at most: two thousand calls of one user."""

AROUND = timedelta(minutes=5)
"""How far around the beginning of a call the call list is read."""

SUMMER_TIME = timedelta(hours=1)
"""So far may the PBX be from what is asked for where a clock is put forward or back."""


class ListReader:
    """Asks over whatever way is in use."""

    def __init__(
        self,
        *,
        request: Callable[[MethodCall], Awaitable[Value | Trouble]],
        uci: Callable[[], Uci],
        clock: PbxClock,
        now: Callable[[], datetime],
        outcome_pauses_s: tuple[float, ...] = OUTCOME_PAUSES_S,
        recall_pauses_s: tuple[float, ...] = RECALL_PAUSES_S,
    ) -> None:
        """`uci` tells the generation in use, which only the newer one's call list can be read."""
        self._request = request
        self._uci = uci
        self._clock = clock
        self._now = now
        self._outcome_pauses_s = outcome_pauses_s
        self._recall_pauses_s = recall_pauses_s

    async def outcome(self, call: Call) -> Outcome | None:
        """What the list says about an ended call; None if it does not say, or is not there."""
        pauses_s = self._outcome_pauses_s
        for pause_s in pauses_s if call.group else pauses_s[:DIRECT_CALL_TRIES]:
            await asyncio.sleep(pause_s)
            if not self._uci().has_call_list:
                return None
            found = await self._look_up(call)
            if found is not None:
                return found
        return None

    async def recall(self, gap: Recall, tell: Callable[[CallListRead], None]) -> bool:
        """Tell of the calls that came and went in a gap; false: no way works, so ask again."""
        readings = 0
        for pause_s in self._recall_pauses_s:
            await asyncio.sleep(pause_s)
            listings = await self._read(gap)
            if isinstance(listings, Trouble):
                if listings.kind is not TroubleKind.FAULT:
                    return False
                continue
            tell(calls_of_gap(listings, at=self._now(), since=gap.since, until=gap.until))
            readings += 1
            if readings == READINGS:
                return True
        if not readings:
            LOG.warning("the call list could not be read for the time without connection")
        return True

    async def _look_up(self, call: Call) -> Outcome | None:
        after, before = self._span(call.began_at - AROUND, call.began_at + AROUND)
        to_utc = self._to_utc(call.began_at + AROUND)
        value = await self._request(self._uci().call_list(after=after, before=before))
        if isinstance(value, Trouble):
            return None
        return outcome_of(call, read_entries(value), to_utc)

    async def _read(self, gap: Recall) -> list[Listing] | Trouble:
        """Every page around the gap, or what keeps it from being read."""
        after, before = self._span(gap.since - LONG_TALK, gap.until + GAP_MARGIN)
        to_utc = self._to_utc(gap.until + GAP_MARGIN)
        listings: list[Listing] = []
        for page in range(PAGES):
            if not self._uci().has_call_list:
                return Trouble(kind=TroubleKind.FAULT, detail=worded("no call list"))
            value = await self._request(
                self._uci().call_list(after=after, before=before, offset=page * CALL_LIST_LIMIT)
            )
            if isinstance(value, Trouble):
                return value
            listings.append(read_listing(value, to_utc))
            if listings[-1].entries < CALL_LIST_LIMIT:
                break
        return listings

    def _span(self, first: datetime, last: datetime) -> tuple[datetime, datetime]:
        """What to ask the PBX for, by its own clock."""
        return (
            self._clock.pbx_time(first - SUMMER_TIME),
            self._clock.pbx_time(last + SUMMER_TIME),
        )

    def _to_utc(self, until: datetime) -> Callable[[datetime], datetime]:
        """How to read the PBX's times of calls that began no later than `until`."""
        return lambda shown: self._clock.utc_time(shown, until=until)
