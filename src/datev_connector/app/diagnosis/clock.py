"""The probe of the clocks: how far the PBX's differs from ours, and what that means for times.

The date of an HTTP answer is true time to the second. Events and the call list show the PBX's wall
clock, which names no zone: what is left of the difference beside whole quarters of an hour is the
fault of a clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from datev_connector.app.diagnosis.finding import Observation, Step, flawed, well
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import Probe
from datev_connector.domain.legs import Leg, Mender
from datev_connector.domain.wording import joined, worded
from datev_connector.starface.trouble import Complaint

COMPARE = worded("compare the clocks")
CLOCKS_DIFFER = timedelta(minutes=1)
"""Below that nobody looks for a call at the wrong time; durations do not suffer at all."""
ZONE_STEP = timedelta(minutes=15)
"""Zones differ by whole quarters of an hour."""
FUTURE = timedelta(minutes=2)
DIFFERENT = Complaint(
    reason=worded(
        "In DATEV calls bear the time of this computer, at the PBX its own. "
        "Which of the two clocks is wrong cannot be told from here."
    ),
    mender=Mender.PBX_ADMIN,
    remedy=worded("Set the clocks of the PBX and of this computer by a time server."),
)
OTHER_ZONE = Complaint(
    reason=worded(
        "The PBX keeps the time of another zone: in DATEV calls bear the time of this computer, "
        "in the PBX's own lists the other one."
    ),
    mender=Mender.PBX_ADMIN,
    remedy=worded("Set the time zone of the PBX, or of this computer."),
)
ALIKE = worded("DATEV shows the calls at the same time as the PBX.")


class ClockProbes:
    """Reads what earlier answers told."""

    def __init__(self, ground: Ground, notebook: Notebook, visit: PbxVisit) -> None:
        self._ground = ground
        self._notebook = notebook
        self._visit = visit

    def probes(self) -> tuple[Probe, ...]:
        """The one question."""
        limit_s = self._ground.limit_s
        return (Probe(leg=Leg.STARFACE, step=Step.CLOCK, ask=self.clock, limit_s=limit_s),)

    async def clock(self) -> Observation | None:
        """How far the clocks are apart."""
        told = [text for text in (self._by_date(), self._by_wall()) if text]
        if not told:
            if self._notebook.http is None:
                return None
            meaning = worded("The difference is measured with the first call instead.")
            return well(COMPARE, worded("The PBX does not say what time it has."), meaning)
        found = joined(*told)
        furthest = max((abs(ahead) for ahead in self._skews()), default=timedelta())
        if furthest > CLOCKS_DIFFER:
            return flawed(COMPARE, found, DIFFERENT)
        wall = self._wall_ahead_of_utc()
        if wall is not None and _zone(wall) != self._zone_here:
            return flawed(COMPARE, found, OTHER_ZONE)
        return well(COMPARE, found, ALIKE)

    def _skews(self) -> list[timedelta]:
        """How far the PBX is ahead, by each way of measuring."""
        skews = []
        http = self._notebook.http
        if http is not None and http.clock is not None:
            skews.append(http.clock - http.arrived)
        wall = self._wall_ahead_of_utc()
        if wall is not None:
            skews.append(wall - _zone(wall))
        if self._newest_ahead() > FUTURE:
            skews.append(self._newest_ahead())
        return skews

    def _by_date(self) -> str:
        http = self._notebook.http
        if http is None or http.clock is None:
            return ""
        return worded("The clock of the PBX is {off}.", off=_off(http.clock - http.arrived))

    def _by_wall(self) -> str:
        """What events or the call list say of the PBX's wall clock."""
        wall = self._wall_ahead_of_utc()
        if wall is None:
            if self._newest_ahead() <= FUTURE:
                return ""
            minutes = round(self._newest_ahead().total_seconds() / 60)
            return worded(
                "The newest call in its list begins {minutes} min in our future.", minutes=minutes
            )
        zone, ours = _zone(wall), self._zone_here
        same = (
            worded("the same zone as here")
            if zone == ours
            else worded("here it is {zone}", zone=_utc(ours))
        )
        return worded(
            "By its events its wall clock shows {zone} ({same}), {off}.",
            zone=_utc(zone),
            same=same,
            off=_off(wall - zone),
        )

    @property
    def _zone_here(self) -> timedelta:
        return self._ground.now().astimezone().utcoffset() or timedelta()

    def _wall_ahead_of_utc(self) -> timedelta | None:
        differences = [attempt.clock_difference for attempt in self._visit.attempts]
        return next((-one for one in differences if one is not None), None)

    def _newest_ahead(self) -> timedelta:
        """How far the newest call of the list lies in the future of our wall clock."""
        shown = [one.newest_call for one in self._visit.attempts if one.newest_call is not None]
        if not shown:
            return timedelta()
        here: datetime = self._ground.now().astimezone().replace(tzinfo=None)
        return max(shown) - here


def _zone(ahead_of_utc: timedelta) -> timedelta:
    return round(ahead_of_utc / ZONE_STEP) * ZONE_STEP


def _off(ahead: timedelta) -> str:
    seconds = round(abs(ahead.total_seconds()))
    if seconds == 0:
        return worded("0 s off")
    if ahead > timedelta():
        return worded("{seconds} s ahead", seconds=seconds)
    return worded("{seconds} s behind", seconds=seconds)


def _utc(zone: timedelta) -> str:
    minutes = round(zone.total_seconds() / 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
