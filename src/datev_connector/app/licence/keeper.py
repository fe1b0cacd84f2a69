"""Looks after the licence of a running connector.

It knows what the module and the file held last, when a valid licence was last read, how long the
trial goes on, and which logins use the connector; all that is in the store, so that a start decides
without any network. What is new is taken as it comes; that time goes on is looked at every minute.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from datev_connector.app.licence import kept, letters, signature
from datev_connector.app.licence.kept import Kept, Notes
from datev_connector.app.licence.keys import VendorKeys
from datev_connector.app.licence.places import FileLook, Unreadable
from datev_connector.app.licence.seats import SeatRegister, seat_of
from datev_connector.domain import licences
from datev_connector.domain.licences import Judgement, Licence, Origin, Reading
from datev_connector.domain.lived_time import PACE

LOOK_S = 60.0
"""How often the file is looked at, and the time."""
KEEP_TIME = timedelta(minutes=10)
"""How long it may have run in vain after a crash."""
LONGEST = timedelta(hours=1)
"""Between two looks; if it was longer, the computer slept, and nobody was served."""


class LicenceKeeper:
    """Belongs to the loop. `judgement` is what counts at the moment."""

    def __init__(
        self,
        notes: Notes,
        keys: VendorKeys,
        *,
        pbx: Callable[[], str],
        file: FileLook,
        seats: SeatRegister,
        now: Callable[[], datetime],
        changed: Callable[[], None],
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        """Decides at once by what is kept. Raises what the store raises.

        `pbx` tells `starface.host`; `changed` is called after each judgement. `stopwatch` runs in
        seconds and is never set, other than the clock of `now`.
        """
        self._notes, self._keys, self._pbx = notes, keys, pbx
        self._file, self._register = file, seats
        self._now, self._changed = now, changed
        self._stopwatch, self._looked_s = stopwatch, stopwatch()
        self._others: frozenset[str] = frozenset()
        """Seats that other users of this computer need."""
        self._seat, self._is_registered = "", False
        self._is_file_closed = False
        self._wake = asyncio.Event()
        self._kept = kept.recalled(notes, now())
        self._in_store: Kept | None = None
        self._readings = readings_of(self._kept, keys)
        self._live()
        self.judgement = self._judged()
        self._note_idleness()
        self._keep()

    @property
    def idle_since(self) -> datetime | None:
        """Since when nobody has watched the calls for want of a licence; None: somebody has."""
        return self._kept.idle_since

    def watched_again(self) -> None:
        """The calls are watched from now on, and those of before are looked up."""
        if self._kept.idle_since is None:
            return
        self._kept = replace(self._kept, idle_since=None)
        self._keep()

    def take(self, text: str | None, origin: Origin = Origin.MODULE) -> None:
        """Take what a place holds; None: that could not be read, so what it held last counts."""
        self._live()
        if text is not None:
            self._read(text, origin)
        self._settle()

    def settings_changed(self) -> None:
        """Judge anew: it may be another PBX, or another file."""
        self._file.forget()
        self._is_file_closed = False
        self._wake.set()
        self._settle()

    def signed_in(self, host: str, login: str) -> None:
        """This login uses the connector."""
        seat = seat_of(host, login)
        if seat != self._seat:
            self._seat, self._is_registered = seat, False
            self._live()
            self._count_seats()
            self._settle()

    async def run(self) -> None:
        """Look at the file and at the time until cancelled."""
        while True:
            self._wake.clear()
            await self.look()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._wake.wait()

    async def look(self) -> None:
        """Look once."""
        try:
            read = await self._file.look()
        except Unreadable:
            self._is_file_closed = True
            self._live()
        else:
            self._is_file_closed = False
            self._live()
            self._read(b"" if read is None else read.raw, Origin.FILE)
        self._count_seats()
        self._settle()

    # --- what follows -----------------------------------------------------------------------

    def _live(self) -> None:
        """Look at clock and stopwatch."""
        before_s, self._looked_s = self._looked_s, self._stopwatch()
        ran = min(timedelta(seconds=self._looked_s - before_s), LONGEST)
        self._kept = self._kept.onward(self._now(), ran)
        self._readings = {
            origin: replace(reading, read_at=self._kept.seen.in_past(reading.read_at))
            for origin, reading in self._readings.items()
        }

    def _read(self, text: str | bytes, origin: Origin) -> None:
        found, at = signature.read(text, self._keys), self._kept.seen.present
        self._readings[origin] = Reading(found=found, origin=origin, read_at=at)
        bare = _bare(text) if isinstance(found, Licence) else None
        self._kept = self._kept.with_text(origin, bare, at)

    def _count_seats(self) -> None:
        now, before = self._now(), self._kept
        if self._seat and self.judgement.serves:
            self._kept = before.with_seat(self._seat, before.seen.present)
            if self._kept is not before or not self._is_registered:
                self._register.use(self._seat, now)
                self._is_registered = True
        self._others = self._register.in_use(now)

    def _settle(self) -> None:
        readings = tuple(self._readings.values())
        seen = licences.remembering(self._kept.seen, readings, self._pbx())
        self._kept = replace(self._kept, seen=seen)
        self.judgement = self._judged()
        self._note_idleness()
        self._keep()
        self._changed()

    def _note_idleness(self) -> None:
        if not self.judgement.serves and self._kept.idle_since is None:
            self._kept = replace(self._kept, idle_since=self._now())

    def _seats_in_use(self) -> frozenset[str]:
        return self._kept.seats_in_use(self._kept.seen.present) | self._others

    def _judged(self) -> Judgement:
        judged = licences.judge(
            (self._readings[origin] for origin in Origin if origin in self._readings),
            self._kept.seen,
            pbx=self._pbx(),
            seats_in_use=len(self._seats_in_use()),
        )
        return replace(judged, is_file_closed=self._is_file_closed)

    def _keep(self) -> None:
        """Keep what is new; that time goes on is kept now and then."""
        before = self._in_store
        if before is not None and _same_but_time(self._kept, before):
            return
        if kept.keep(self._notes, self._kept):
            self._in_store = self._kept


def readings_of(known: Kept, keys: VendorKeys) -> dict[Origin, Reading]:
    """What was read last, its signatures verified once more."""
    return {
        one.origin: Reading(
            found=signature.read(one.text, keys), origin=one.origin, read_at=one.read_at
        )
        for one in known.texts
    }


def _bare(text: str | bytes) -> str | None:
    """A licence without what has come to it on the way."""
    blob = letters.from_text(text) if isinstance(text, str) else letters.from_bytes(text)
    return letters.as_text(blob) if isinstance(blob, bytes) else None


def _same_but_time(one: Kept, other: Kept) -> bool:
    """Tell whether nothing is new but that a little time has passed."""
    lived = one.seen.lived - other.seen.lived
    if max(abs(one.seen.clock - other.seen.clock), abs(lived) / PACE) >= KEEP_TIME:
        return False
    timeless = [
        replace(
            each,
            seen=replace(each.seen, lived=one.seen.lived, clock=one.seen.clock, valid_at=None),
            texts=tuple(replace(text, read_at=one.seen.lived) for text in each.texts),
        )
        for each in (one, other)
    ]
    return timeless[0] == timeless[1] and (one.seen.valid_at is None) is (
        other.seen.valid_at is None
    )
