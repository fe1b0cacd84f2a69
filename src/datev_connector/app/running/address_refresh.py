"""Keeps the contacts of the PBX fresh: reads its address book beside everything else.

Soon after the PBX is there, then every few hours; never before another way has shown that the
password is right. Whatever goes wrong, the contacts of before stay, and the leg says how old they
are. Nothing here takes the event loop for longer than a call can wait.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from datev_connector.domain.contacts import Source
from datev_connector.domain.legs import Mender
from datev_connector.domain.wording import worded
from datev_connector.starface.pacing import Pace, Pacing
from datev_connector.starface.trouble import Complaint, LinkTrouble
from datev_connector.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.starface.address_book.book import AddressBook, Progress
    from datev_connector.store.contacts import Contacts

SOON_S = 3.0
"""After the PBX is there: calls that wait for a name go first."""
EVERY_S = 4 * 3600.0
STEP = 10
"""Contacts written in one go: a few milliseconds."""
PAUSES = Pacing(
    quick_s=(60.0, 3600.0), careful_s=(3600.0, 8 * 3600.0), refused_s=(4 * 3600.0, 24 * 3600.0)
)
"""After a failure; longer ones than for calls, since the old contacts serve meanwhile."""

OUR_FAULT = Complaint(
    reason=worded("Something went wrong inside the connector."),
    mender=Mender.VENDOR,
    remedy=worded("Send the log to the vendor."),
)

_log = logging.getLogger(__name__)


class Reader(Protocol):
    """Reads the address book of the PBX."""

    def __call__(self, progress: Progress, /) -> Awaitable[AddressBook]:
        """All of it. Raises LinkTrouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshing:
    """How the refresh is doing."""

    page: int = 0
    of: int = 0
    """Being read just now, if not 0."""
    trouble: Complaint | None = None
    """What kept the last one from being done."""
    empty: bool = False
    """The PBX shows this user no contacts."""
    left_out: int = 0
    """Entries that could not be read."""


@dataclass(slots=True, kw_only=True)
class RefreshTimes:
    """When to read again; in seconds."""

    soon_s: float = SOON_S
    every_s: float = EVERY_S
    pauses: Pacing = field(default_factory=lambda: PAUSES)


class AddressRefresh:
    """Runs beside the engine; `state` is what its leg has to say."""

    def __init__(
        self,
        read: Reader,
        contacts: Contacts,
        plan: DialPlan,
        *,
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        learned: Callable[[frozenset[str]], None],
        changed: Callable[[], None],
        times: RefreshTimes | None = None,
    ) -> None:
        """`learned` is told the extensions of the PBX, `changed` that `state` says another thing.

        `jitter` gives numbers in [0, 1): all the connectors of an office must not come at once.
        """
        self.state = Refreshing()
        self._read = read
        self._contacts = contacts
        self._plan = plan
        self._now = now
        self._jitter = jitter
        self._learned = learned
        self._changed = changed
        self._times = times or RefreshTimes()
        self._there = asyncio.Event()
        self._failures: dict[Pace, int] = dict.fromkeys(Pace, 0)

    def pbx_is_there(self, there: bool) -> None:  # noqa: FBT001 - the only thing it is told
        """Tell whether the PBX is signed in to: only then may it be asked for its contacts."""
        if there:
            self._there.set()
        else:
            self._there.clear()

    def read_by(self, plan: DialPlan) -> None:
        """Read numbers by this plan from the next time on."""
        self._plan = plan

    async def run(self) -> None:
        """Refresh again and again until cancelled."""
        while True:
            await self._there.wait()
            await asyncio.sleep(self._times.soon_s * (1 + self._jitter()))
            if self._there.is_set():
                await asyncio.sleep(await self.refresh())

    async def refresh(self) -> float:
        """Refresh once; return how long to wait before the next time."""
        try:
            self._say(Refreshing(of=1))
            book = await self._read(self._progress)
            if book.extensions is not None:
                self._learned(book.extensions)
            if book.contacts:
                await self._load(book)
        except LinkTrouble as failed:
            pace = failed.trouble.pace(signing_in=True, accepted_before=True)
            return self._failed(failed.trouble.complaint, pace)
        except StoreError as fault:
            wrong = Complaint(reason=fault.what, mender=Mender.USER, remedy=fault.remedy)
            return self._failed(wrong, Pace.QUICK)
        except Exception:  # noqa: BLE001 - the border of the task: calls go on without fresh contacts
            _log.exception("the address book of the PBX could not be taken")
            return self._failed(OUR_FAULT, Pace.REFUSED)
        self._failures = dict.fromkeys(Pace, 0)
        _log.info("address book of the PBX: %d contacts", len(book.contacts))
        self._say(Refreshing(empty=not book.contacts, left_out=book.left_out))
        return self._times.every_s * (1 + self._jitter() / 4)

    async def _load(self, book: AddressBook) -> None:
        load = self._contacts.load(Source.STARFACE, self._plan, self._now(), chunk=STEP)
        with load:
            for done, contact in enumerate(book.contacts, 1):
                load.add(contact)
                if done % STEP == 0:
                    await asyncio.sleep(0)
            for _ in load.steps():
                await asyncio.sleep(0)

    def _progress(self, page: int, of: int, contacts: int) -> None:
        self.state = Refreshing(page=page, of=of)

    def _failed(self, why: Complaint, pace: Pace) -> float:
        _log.info("address book of the PBX: %s", why.reason)
        self._failures[pace] += 1
        self._say(Refreshing(trouble=why))
        return self._times.pauses.pause_s(pace, self._failures[pace], self._jitter())

    def _say(self, state: Refreshing) -> None:
        self.state = state
        self._changed()
