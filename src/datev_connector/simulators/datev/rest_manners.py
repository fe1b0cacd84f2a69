"""What DATEVconnect might do one way or the other, as nothing published says which.

Also how it writes times: the description shows ISO without zone, other services add the offset.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

_USUAL_LENGTH = len("2026-11-23T09:00:00.000")


@dataclass(frozen=True, slots=True, kw_only=True)
class RestManners:
    """One way of the service.

    date_header: whether answers carry `Date`.
    offset, milliseconds: whether timestamps do.
    honours_select: whether `select` leaves anything out.
    xml_without_accept: whoever asks for no JSON gets XML, not 406.
    phones_move_stamp: whether a changed phone number moves its addressee's timestamp.
    deletion_log_limit: how many of the last deletions are remembered; None: all.
    """

    date_header: bool = True
    offset: bool = False
    milliseconds: bool = True
    honours_select: bool = True
    xml_without_accept: bool = False
    phones_move_stamp: bool = True
    deletion_log_limit: int | None = None

    def written(self, stamp: str, zone: tzinfo | None) -> str:
        """A kept timestamp as it is shown; what is no time stays as it is."""
        if not self.offset and self.milliseconds and len(stamp) == _USUAL_LENGTH:
            return stamp
        try:
            moment = datetime.fromisoformat(stamp)
        except ValueError:
            return stamp
        return self._shown(moment, zone)

    def _shown(self, moment: datetime, zone: tzinfo | None) -> str:
        if not self.offset:
            local = moment if moment.tzinfo is None else moment.astimezone(zone)
            moment = local.replace(tzinfo=None)
        elif moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone) if zone else moment.astimezone()
        return moment.isoformat(timespec="milliseconds" if self.milliseconds else "seconds")
