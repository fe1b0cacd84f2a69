"""Up to where changes are known: what a load leaves for the next delta. Pure.

DATEV stamps what is changed with the wall clock of the office, without a zone. Everything here
comes from DATEV: its clock (HTTP `Date`, UTC) when a list was asked for, and the newest stamp on
that list. The next delta begins before both of them, so that neither a stamp far in the future nor
a clock that goes ahead hides what comes later; in German time alone the UTC reading lies an hour or
two before the wall clock. What it brings a second time is known by its stamp.

A delta cannot be right, and the whole list has to be compared, where DATEV's clock stands before
the mark, or the newest entry of then is neither there nor among the deleted (a restored backup).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from datev_connector.domain.master_data import Listed

OVERLAP = timedelta(hours=2)
"""The hour at the end of summer time, and clocks of one office that differ."""
FARTHEST_ZONE = timedelta(hours=15)
"""No wall clock is farther ahead of UTC; a stamp beyond it is one of the future."""
CLOCK_STEP = timedelta(minutes=5)
"""A clock that is set right goes back by less."""
EARLIEST, LATEST = datetime(1900, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 - wall-clock times
"""What lies outside was never set."""
VERSION = 1
_GERMAN_TIME = "%d.%m.%Y %H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The entry with the latest stamp that is none of the future; `id` empty: it is gone."""

    id: str
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where the next delta begins."""

    clock: datetime
    """DATEV's, UTC without zone."""
    addressees: Newest
    clients: Newest | None
    """None: clients were not read."""

    def since(self, newest: Newest) -> str:
        """The wall-clock time from which on changes have to be asked for, as ISO text."""
        stamp = read_stamp(newest.stamp)
        begin = self.clock if stamp is None else min(stamp, self.clock)
        return (max(begin, EARLIEST) - OVERLAP).isoformat(timespec="seconds")

    def is_behind(self, clock: datetime) -> bool:
        """Tell whether DATEV's clock does not stand before the mark."""
        return clock >= self.clock - CLOCK_STEP

    def text(self) -> str:
        """For the index to keep."""
        return json.dumps(
            {
                "version": VERSION,
                "clock": self.clock.isoformat(timespec="seconds"),
                "addressees": _newest_value(self.addressees),
                "clients": None if self.clients is None else _newest_value(self.clients),
            }
        )


def read_mark(text: str) -> Mark | None:
    """The mark in a text; None if there is none that we understand."""
    try:
        value = json.loads(text)
        if value["version"] != VERSION:
            return None
        clients = value["clients"]
        return Mark(
            clock=datetime.fromisoformat(value["clock"]).replace(tzinfo=None),
            addressees=_newest(value["addressees"]),
            clients=None if clients is None else _newest(clients),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def read_clock(header: str) -> datetime | None:
    """DATEV's time in an HTTP `Date` header (RFC 9110, 6.6.1), UTC without zone."""
    try:
        clock = parsedate_to_datetime(header).replace(tzinfo=None)
    except (ValueError, TypeError, OverflowError):
        return None
    return clock if EARLIEST < clock < LATEST else None


def read_stamp(text: str) -> datetime | None:
    """A stamp as the wall clock shows it; None if it is none. Formats differ by endpoint."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.strptime(text, _GERMAN_TIME)  # noqa: DTZ007 - it has no zone
        except ValueError:
            return None
    return moment.replace(tzinfo=None)


class Lookout:
    """Looks for the newest entry while a list goes by."""

    def __init__(self, clock: datetime | None, before: Newest | None = None) -> None:
        """`clock`: DATEV's; without it nothing is known to be of the future.

        `before`: what was the newest up to now; its stamp stays if nothing newer comes.
        """
        self._latest = None if clock is None else clock + FARTHEST_ZONE
        self._moment = None if before is None else read_stamp(before.stamp)
        self._newest = None if before is None else Newest(id="", stamp=before.stamp)

    @property
    def newest(self) -> Newest | None:
        """None: there was no stamp that can be read."""
        return self._newest

    def see(self, entries: Iterable[Listed]) -> None:
        """Take a piece of the list."""
        for entry in entries:
            moment = read_stamp(entry.stamp)
            if moment is None or (self._latest is not None and moment > self._latest):
                continue
            if self._moment is None or moment >= self._moment:
                self._moment, self._newest = moment, Newest(id=entry.id, stamp=entry.stamp)


def _newest_value(newest: Newest) -> dict[str, str]:
    return {"id": newest.id, "stamp": newest.stamp}


def _newest(value: dict[str, object]) -> Newest:
    found, stamp = value["id"], value["stamp"]
    if not isinstance(found, str) or not isinstance(stamp, str):
        raise TypeError("a mark of another make")
    return Newest(id=found, stamp=stamp)
