"""Until when no call can have escaped us, and which time has to be looked up in the call list.

Somebody watches as long as a way into the PBX works and the PBX is heard of. The watch ends with
the way, and while this computer sleeps: what happens then is told to nobody. The gap is looked up
once the PBX is heard of again, and kept until its calls have been read.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from datev_connector.starface.commands import Recall
from datev_connector.starface.pacing import Moment

ASLEEP = timedelta(seconds=90)
"""A session that works hears of the PBX each half minute; after so long this computer slept."""

CATCHING_UP_S = 60.0
"""So long after it woke up, what was sent before and meanwhile may still be arriving."""


class Watch:
    """One gap at a time: what is missing before it has been read belongs to it."""

    def __init__(self) -> None:
        self._gap: Moment | None = None
        self._woke_s = -math.inf

    def until(self, heard: Moment | None) -> datetime | None:
        """Until when calls were watched, if the way in use was heard of at `heard`."""
        last = self._gap or heard
        return None if last is None else last.at

    def missing_since(self, moment: Moment) -> None:
        """Nobody has watched since then; what is heard later ends the gap."""
        if self._gap is None:
            self._gap = moment
        else:
            at, clock_s = min(self._gap.at, moment.at), max(self._gap.clock_s, moment.clock_s)
            self._gap = Moment(at=at, clock_s=clock_s)

    def missing_before_start(self, since: datetime) -> None:
        """Nobody has watched since then, and whatever is heard ends the gap."""
        self.missing_since(Moment(at=since, clock_s=-math.inf))

    def wake(self, heard: Moment | None, now: Moment) -> None:
        """See whether this computer slept since the way in use was heard of."""
        if heard is not None and now.at - heard.at > ASLEEP:
            self.missing_since(heard)
            self._woke_s = now.clock_s

    def is_catching_up(self, now: Moment) -> bool:
        """Tell whether an event that arrives now may have been under way while we slept."""
        return now.clock_s - self._woke_s < CATCHING_UP_S

    def recall(self, heard: Moment | None, now: Moment) -> Recall | None:
        """The gap, if it is over because the way in use was heard of since."""
        gap = self._gap
        if gap is None or heard is None or heard.clock_s <= gap.clock_s:
            return None
        self._gap = None
        return Recall(since=min(gap.at, now.at), until=now.at)
