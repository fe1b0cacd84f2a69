"""What the store keeps of licences from one start to the next."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from datev_connector.app.licence.seats import LATELY
from datev_connector.domain.licences import Origin, Seen, first_seen, onward
from datev_connector.store.documents import codec_for

NOTE = "licence"
MOST_SEATS = 50
ANEW = timedelta(days=1)
"""A seat that is in use is noted so often."""

_log = logging.getLogger(__name__)


class Notes(Protocol):
    """The store, as far as it is needed here."""

    def noted(self, name: str) -> str | None:
        """Return what was noted under a name."""

    def note(self, name: str, value: str) -> None:
        """Note a value. Raises OSError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptText:
    """A licence as it was read last in one place; signed, whatever it says."""

    origin: Origin
    text: str
    read_at: datetime
    """By the time that counted then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSeat:
    """A login that has used this profile, as a hash."""

    seat: str
    used_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All of it."""

    seen: Seen
    texts: tuple[KeptText, ...] = ()
    seats: tuple[KeptSeat, ...] = ()
    idle_since: datetime | None = None
    """Since when nobody has watched the calls for want of a licence (UTC)."""

    def onward(self, now: datetime, ran: timedelta) -> Kept:
        """The same at another look at the clock, nothing of it yet to come."""
        seen = onward(self.seen, now, ran)
        return replace(
            self,
            seen=seen,
            texts=tuple(replace(one, read_at=seen.in_past(one.read_at)) for one in self.texts),
            seats=tuple(replace(one, used_at=seen.in_past(one.used_at)) for one in self.seats),
        )

    def with_text(self, origin: Origin, text: str | None, read_at: datetime) -> Kept:
        """The same after a place was read; None: it holds no licence."""
        others = tuple(one for one in self.texts if one.origin is not origin)
        fresh = () if text is None else (KeptText(origin=origin, text=text, read_at=read_at),)
        return replace(self, texts=others + fresh)

    def with_seat(self, seat: str, at: datetime) -> Kept:
        """The same after a login has used the connector."""
        if any(one.seat == seat and at - one.used_at < ANEW for one in self.seats):
            return self
        others = [one for one in self.seats if one.seat != seat and at - one.used_at <= LATELY]
        return replace(self, seats=(*others[-MOST_SEATS:], KeptSeat(seat=seat, used_at=at)))

    def seats_in_use(self, at: datetime) -> frozenset[str]:
        """The logins of this profile that used it lately."""
        return frozenset(one.seat for one in self.seats if at - one.used_at <= LATELY)


CODEC = codec_for(Kept, {})


def recalled(notes: Notes, now: datetime) -> Kept:
    """What was kept; at the first start the trial begins. Raises what the store raises."""
    text = notes.noted(NOTE)
    if text is None:
        return Kept(seen=first_seen(now))
    try:
        return CODEC.load(CODEC.version, text)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        _log.warning("what was kept of licences cannot be read; it is begun anew")
        return Kept(seen=first_seen(now))


def keep(notes: Notes, kept: Kept) -> bool:
    """Keep it; tell whether the store could."""
    try:
        notes.note(NOTE, CODEC.dump(kept))
    except OSError as fault:
        # What keeps the store from it is told by its own leg.
        _log.debug("what is known of licences could not be kept: %s", fault)
        return False
    return True
