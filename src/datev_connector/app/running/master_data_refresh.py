"""Keeps DATEV master data fresh beside everything else.

Soon after the start, then every few minutes what has changed, once a day the whole list, once a
week everything. Whatever goes wrong, the contacts of before stay, and the leg says how old they
are and what hinders. Nothing here takes the event loop for longer than a call can wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from datev_connector.datev.master_data.freshness import Grade, Outcome, Progress
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Pace, Trouble
from datev_connector.domain.legs import Mender
from datev_connector.domain.wording import worded
from datev_connector.store.errors import Overtaken, StoreError

SOON_S = 5.0
"""After the start: the PBX goes first."""
FIRST_PAUSE_S = {Pace.QUICK: 60.0, Pace.LASTING: 900.0, Pace.REFUSED: 4 * 3600.0}
"""After a failure; doubled with each further one of its kind."""
LONGEST_PAUSE_S = {Pace.QUICK: 3600.0, Pace.LASTING: 4 * 3600.0, Pace.REFUSED: 24 * 3600.0}
LONGEST_RISEN_S = 4 * 3600.0
"""Where changes cannot be told again and again and everything is gone through instead: the pause
is doubled each time, up to this."""
DOUBLINGS = 10
"""Further doubling changes nothing: every pause has reached its limit."""

MANY_LEFT_OUT = 20
"""So many may be more than bad entries: a DATEV that had just been started, a right withdrawn."""
EARLIER = timedelta(hours=20)
"""The next comparison comes so much earlier then."""

OUR_FAULT = Trouble(
    code="own-fault",
    reason=worded("Something went wrong inside the connector."),
    mender=Mender.VENDOR,
    remedy=worded("Send the log to the vendor."),
    pace=Pace.REFUSED,
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often each grade of freshness is due."""

    changed: timedelta
    compared: timedelta | None = timedelta(days=1)
    """None: never by itself."""
    anew: timedelta | None = timedelta(days=7)
    """None: only the first time."""


class MasterDataWay(Protocol):
    """A way to DATEV's master data."""

    @property
    def name(self) -> str:
        """As people know it, such as `DATEVconnect`."""

    @property
    def rhythm(self) -> Rhythm:
        """How often to go it."""

    async def refresh(self, grade: Grade, tell: Callable[[Progress], None]) -> Outcome:
        """Bring the index up to date. Raises MasterDataTrouble; the old contents stay then."""

    async def close(self) -> None:
        """Close every connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """When which grade was done the last time, by which way. Times are UTC."""

    way: str = ""
    anew_at: datetime | None = None
    compared_at: datetime | None = None

    def due(self, way: MasterDataWay, now: datetime) -> Grade:
        """Return how thorough the next refresh has to be."""
        if self.way != way.name or self.anew_at is None:
            return Grade.ANEW
        if _is_over(self.anew_at, way.rhythm.anew, now):
            return Grade.ANEW
        if _is_over(self.compared_at or self.anew_at, way.rhythm.compared, now):
            return Grade.COMPARED
        return Grade.CHANGED

    def after(self, way: MasterDataWay, grade: Grade, at: datetime, left_out: int = 0) -> Diary:
        """Return the diary with an entry more; `left_out`: how many could not be read."""
        compared_at = at if left_out < MANY_LEFT_OUT else at - EARLIER
        match grade:
            case Grade.ANEW:
                return Diary(way=way.name, anew_at=at, compared_at=compared_at)
            case Grade.COMPARED:
                anew_at = self.anew_at or at
                return replace(self, way=way.name, anew_at=anew_at, compared_at=compared_at)
            case Grade.CHANGED:
                return self


def _is_over(begun: datetime, span: timedelta | None, now: datetime) -> bool:
    # A clock that was set back must not put a refresh off for weeks.
    return span is not None and not begun <= now < begun + span


class DiaryShelf(Protocol):
    """Where the diary is kept."""

    def read(self) -> Diary:
        """Return it as it was left; an empty one if it is missing or unreadable."""

    def write(self, diary: Diary) -> None:
        """Keep it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How the refresh is doing; what the leg has to say."""

    way: str = ""
    progress: Progress | None = None
    """Being read just now."""
    trouble: Trouble | None = None
    """What kept the last one from being done."""
    clients: Trouble | None = None
    """Why client numbers could not be read beside the contacts."""
    left_out: int = 0


class NoMasterData:
    """In place of a refresh where the settings want none."""

    state = None
    refusal = None

    async def run(self) -> None:
        """Do nothing until cancelled."""
        await asyncio.Event().wait()

    def datev_is_there(self) -> None:
        """It does not matter."""


class MasterDataRefresh:
    """Runs beside the engine."""

    def __init__(
        self,
        choose: Callable[[], MasterDataWay | Trouble],
        shelf: DiaryShelf,
        *,
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        """`choose` says by which way, asked anew each time; `changed`: `state` has news.

        `jitter` gives numbers in [0, 1): all the connectors of an office must not come at once.
        """
        self.state = Freshness()
        self._choose = choose
        self._shelf = shelf
        self._now = now
        self._jitter = jitter
        self._changed = changed
        self._failures: dict[Pace, int] = dict.fromkeys(Pace, 0)
        self._risen = 0
        """How often in a row more was done than was due."""
        self._at_once = asyncio.Event()
        self._begin_s = SOON_S * (1 + self._jitter())

    @property
    def refusal(self) -> Trouble | None:
        """How the sign-in was refused; None: it was not."""
        trouble = self.state.trouble
        refused = trouble is not None and trouble.pace is Pace.REFUSED
        return trouble if refused and trouble is not OUR_FAULT else None

    def refused_before(self, refusal: Trouble) -> None:
        """The same sign-in was refused already: it is not shown again before its time."""
        self._begin_s = self._failed(refusal)

    def datev_is_there(self) -> None:
        """DATEV has come up: what failed without it may work now."""
        trouble = self.state.trouble
        if trouble is not None and trouble.pace is not Pace.REFUSED:
            self._at_once.set()

    async def run(self) -> None:
        """Refresh again and again until cancelled."""
        pause_s = self._begin_s
        while True:
            await self._rest(pause_s)
            pause_s = await self.refresh()

    async def _rest(self, pause_s: float) -> None:
        self._at_once.clear()
        try:
            async with asyncio.timeout(pause_s):
                await self._at_once.wait()
        except TimeoutError:
            return

    async def refresh(self) -> float:
        """Refresh once; return how many seconds to wait before the next time."""
        way = self._choose()
        if isinstance(way, Trouble):
            return self._failed(way)
        # What hindered the last one is true until this one has shown otherwise.
        self._say(replace(self.state, way=way.name, progress=Progress(done=0)))
        try:
            diary = self._shelf.read()
            due = diary.due(way, self._now())
            outcome = await way.refresh(due, self._progress)
            after = diary.after(way, outcome.grade, self._now(), outcome.left_out)
            self._shelf.write(after)
        except MasterDataTrouble as failed:
            return self._failed(failed.trouble)
        except Overtaken:
            # Somebody else (`contacts sync`) has just brought them up to date.
            self._say(Freshness(way=way.name))
            return FIRST_PAUSE_S[Pace.QUICK] * (1 + self._jitter())
        except StoreError as fault:
            return self._failed(store_trouble(fault))
        except Exception:  # noqa: BLE001 - the border of the task: calls go on without fresh contacts
            _log.exception("the master data of DATEV could not be taken")
            return self._failed(OUR_FAULT)
        finally:
            await way.close()
        self._failures = dict.fromkeys(Pace, 0)
        _log.info(
            "master data by %s, %s: %d read, %d removed, %d left out",
            way.name,
            outcome.grade,
            outcome.fetched,
            outcome.removed,
            outcome.left_out,
        )
        self._say(Freshness(way=way.name, clients=outcome.clients, left_out=outcome.left_out))
        self._risen = self._risen + 1 if outcome.grade is not due else 0
        return self._pause_s(way.rhythm) * (1 + self._jitter() / 4)

    def _pause_s(self, rhythm: Rhythm) -> float:
        """How long to wait after a refresh; longer where each of them costs a whole list."""
        usual_s = rhythm.changed.total_seconds()
        doubled = usual_s * 2.0 ** min(max(self._risen - 1, 0), DOUBLINGS)
        return min(doubled, max(usual_s, LONGEST_RISEN_S))

    def _progress(self, progress: Progress) -> None:
        self.state = replace(self.state, progress=progress)

    def _failed(self, trouble: Trouble) -> float:
        _log.info("master data of DATEV: %s (%s)", trouble.reason, trouble.code)
        pace, failures = trouble.pace, self._failures[trouble.pace]
        self._failures[pace] += 1
        self._say(Freshness(way=self.state.way, trouble=trouble))
        doubled = FIRST_PAUSE_S[pace] * 2.0 ** min(failures, DOUBLINGS)
        return min(doubled, LONGEST_PAUSE_S[pace]) * (1 + self._jitter() / 4)

    def _say(self, state: Freshness) -> None:
        self.state = state
        self._changed()


def store_trouble(fault: StoreError) -> Trouble:
    """Return what a failure of the store is to master data."""
    return Trouble(code="store", reason=fault.what, mender=Mender.USER, remedy=fault.remedy)
