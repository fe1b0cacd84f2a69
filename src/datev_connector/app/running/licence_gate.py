"""Whether the connector may sign in to the PBX: what is known of its licence, and what follows.

Everything else goes on without a licence: notes, journal, export, what waits for DATEV, settings.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from datev_connector.app.licence import keys, places, seats
from datev_connector.app.licence.keeper import LicenceKeeper
from datev_connector.app.licence.words import leg_report
from datev_connector.domain.inputs import Input, LegChanged
from datev_connector.domain.legs import LegReport
from datev_connector.domain.lived_time import moved

if TYPE_CHECKING:
    from datev_connector.app.folders import Profile
    from datev_connector.app.licence.kept import Notes
    from datev_connector.app.settings import Settings
    from datev_connector.starface.adapter import StarfacePbx

FORGOTTEN = timedelta(days=7)
"""The calls of a longer time without a licence are not all looked up."""


class LicenceGate:
    """Tells the leg `licence`, and calls for another connection when it opens or closes."""

    def __init__(
        self,
        profile: Profile,
        notes: Notes,
        settings: Callable[[], Settings],
        *,
        feed: Callable[[Input], None],
        turn: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """Decides at once by what the store remembers.

        `turn` is called when `serves` has become another; `feed` hears of the leg.
        """
        self._feed, self._turn, self._now = feed, turn, now
        self._settings = settings
        self._told: LegReport | None = None
        self._ready = False
        self.keeper = LicenceKeeper(
            notes,
            keys.shipped(),
            pbx=lambda: settings().starface.host,
            file=places.FileLook(
                lambda: places.read_file(profile, settings().general.licence_file)
            ),
            seats=seats.SeatRegister(seats.shared_folder()),
            now=now,
            changed=self._changed,
        )
        self.serves = self.keeper.judgement.serves
        """Whether the connector may sign in."""

    async def run(self) -> None:
        """Look after the licence until cancelled; what is told first has the file in it."""
        await self.keeper.look()
        self._ready = True
        self._changed()
        await self.keeper.run()

    @property
    def wants_module(self) -> bool:
        """Tell whether the module is to be asked though nobody signs in: it may have a licence."""
        section = self._settings().starface
        return bool(section.host and section.login) and not self.serves

    def pbx_is_there(self, there: bool) -> None:  # noqa: FBT001 - the only thing it is told
        """Tell whether the PBX is signed in to: then this login uses the connector."""
        section = self._settings().starface
        if there and self.serves:
            self.keeper.signed_in(section.host, section.login)

    def look_up_since(self, pbx: StarfacePbx, unwatched: datetime | None) -> None:
        """Before `run` of a connection: have the calls looked up that nobody has watched.

        That is since `unwatched` (None: all were), and since there was no licence any more.
        """
        idle = self.keeper.idle_since
        since_idle = None if idle is None else looked_up_since(idle, self._now())
        gaps = [since for since in (unwatched, since_idle) if since is not None]
        if gaps:
            pbx.unwatched_since(min(gaps))
        if self.serves:
            self.keeper.watched_again()

    def _changed(self) -> None:
        judgement = self.keeper.judgement
        report = leg_report(judgement, self._now())
        if self._ready and not report.says_the_same(self._told):
            self._told = report
            self._feed(LegChanged(at=report.since, report=report))
        if self.serves is not judgement.serves:
            self.serves = judgement.serves
            self._turn()


def looked_up_since(idle_since: datetime, now: datetime) -> datetime:
    """From when on the calls are looked up that nobody has watched for want of a licence.

    By a clock that was ahead that may be a time that is yet to come: rather too far back then.
    """
    earliest = moved(now, -FORGOTTEN)
    return earliest if idle_since > now else max(idle_since, earliest)
