"""What loading master data needs of the contact index; the store fulfils it.

Three grades of freshness, each of them cheap for what it gives:

    anew       everything is fetched into a new set that takes the old one's place at the end
    compared   the whole list is compared with what is there; only what differs is fetched
    changed    only what the source says has changed since the last time

A caller is known throughout by what was there before. All methods are synchronous and short: none
takes more than a few milliseconds for the numbers of entries that its callers hand in (some hundred
at most).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from datev_connector.domain.contacts import Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.master_data import Client, Listed, Versioned


class Intake(Protocol):
    """A load under way, anew or compared. What was taken survives a crash and is gone on with.

    First comes the list, in pieces of any size, then `list_is_complete`; clients in any order
    before `finish`; contacts only after the list. Whatever is handed in twice counts once, the last
    one. A load that is broken off within its list is begun again.

    Another program may do the same at the same time. The two do not mix: of two loads anew the
    later one to finish stays; what compares or changes is told, by an error of the index and before
    it writes, that another load was finished meanwhile, and has to be begun again.
    """

    @property
    def listed(self) -> int | None:
        """How many entries the list has, once it is complete; None before."""

    @property
    def waiting(self) -> int:
        """How many of them are still to be fetched."""

    def add_listed(self, entries: Iterable[Listed]) -> None:
        """Take a piece of the list."""

    def list_is_complete(self, mark: str) -> None:
        """Say that the list was whole; `mark` is kept for the next delta if the load succeeds."""

    def put_clients(self, clients: Iterable[Client]) -> None:
        """Take clients. A load whose clients are replaced at all has them all put before its end.

        An intake that never gets any, nor `no_clients`, keeps those that are there already.
        """

    def no_clients(self) -> None:
        """Say that there are no clients at all: none is kept."""

    def missing(self, limit: int, after: str = "") -> Sequence[Listed]:
        """Return listed entries that are still to be fetched, by id, beginning behind `after`."""

    def put(self, contacts: Iterable[Versioned]) -> None:
        """Take contacts; each takes the place of what was there under its id.

        Those that are not listed are passed over.
        """

    def drop(self, ids: Iterable[str]) -> None:
        """Say that listed entries are not there (any more), or cannot be used."""

    def steps(self) -> Iterable[int]:
        """Do in small steps what is left to do before `finish`; yields how much is done."""

    def finish(self, at: datetime) -> None:
        """Let the new contents count, complete as of `at`, in one step; what is not listed goes."""

    def give_up(self) -> None:
        """Throw away what was taken; the old contents stay."""


class Revision(Protocol):
    """Small changes of what is there."""

    @property
    def mark(self) -> str:
        """As the last load or revision left it; empty if it left none."""

    def stamps(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Return the stamps of those of these contacts that are there."""

    def apply(
        self,
        *,
        contacts: Sequence[Versioned] = (),
        removed: Sequence[str] = (),
        clients: Sequence[Client] = (),
        removed_clients: Sequence[str] = (),
    ) -> None:
        """Take some changes, all or none. Ids that are not there are passed over."""

    def finish(self, mark: str, at: datetime) -> None:
        """Say that all changes up to `mark` were taken: the contents are complete as of `at`."""


class MasterDataIndex(Protocol):
    """The contact index, as far as master data are kept in it."""

    def intake(self, source: Source, plan: DialPlan, at: datetime, *, anew: bool) -> Intake:
        """Begin a load, or go on with one of the same kind and dial plan that was broken off.

        It is gone on with for a day; any other one of this source that was broken off is given up.
        Where there is nothing to compare with, a load is anew.
        """

    def unfinished(self, source: Source) -> datetime | None:
        """Return when a load of this source was begun that can be gone on with, if there is one."""

    def revision(self, source: Source, plan: DialPlan) -> Revision | None:
        """Return the way to change what is there.

        None if there is nothing yet, or if it was read by another dial plan.
        """
