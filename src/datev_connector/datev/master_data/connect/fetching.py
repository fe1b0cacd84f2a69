"""Fetches single addressees over all lanes: the numbers are in no list.

An addressee that DATEV does not know any more is told as gone. One that cannot be read (a web page,
no JSON, fields of no use, an error of the server) is left out and counted, and whatever the index
holds of it is not touched. A row of either without a readable one between says that something
larger is wrong; then everything stops, and the gone ones of that row were not told.

How long such a row has to be depends on what is known already: an addressee that can never be read
is asked for again by each load that goes on or compares, and is then among few others or none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from datev_connector.datev.master_data.connect.answers import Answer
from datev_connector.datev.master_data.connect.lane import Lane
from datev_connector.datev.master_data.connect.listing import single
from datev_connector.datev.master_data.connect.reading import read_addressee
from datev_connector.datev.master_data.connect.troubles import (
    NOTHING_TO_SEE,
    OF_ONE_ENTRY,
    Wrong,
    failed,
    trouble,
)
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Trouble
from datev_connector.domain.master_data import Listed, Versioned
from datev_connector.domain.wording import worded

STEP = 5
"""Contacts handed over at a time: each costs the index about a millisecond, and calls wait."""
IN_A_ROW = 20
SHARE = 10
"""One in so many of those that are known may be of no use in a row, if that is more."""
BELIEVED = 3
"""So many may be gone though no other one was read."""
WHAT = worded("an addressee")
_CUT = frozenset({Wrong.CUT.value, Wrong.NO_HTTP.value})
_NO_ANSWER = _CUT | {Wrong.SILENT.value}
"""These cost time, and a server that is there answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What was fetched since the last time."""

    contacts: Sequence[Versioned] = ()
    gone: Sequence[str] = ()


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many there were."""

    fetched: int = 0
    gone: int = 0
    left_out: int = 0


class _Nothing(Enum):
    """What came in place of an addressee that is not there any more."""

    GONE = auto()


class Fetching:
    """One run over many addressees."""

    def __init__(
        self,
        entries: Iterable[Listed],
        take: Callable[[Harvest], None],
        tally: Tally,
        *,
        known: int | None = None,
    ) -> None:
        """`entries` is gone through once, lazily; `take` gets what was fetched, in small steps.

        `known`: how many others of the list the index holds as they are. None: it is no whole list,
        and a user who may not read one addressee is taken for one without the right.
        """
        self._entries = iter(entries)
        self._take = take
        self._tally = tally
        self._of_one_entry = OF_ONE_ENTRY if known is None else OF_ONE_ENTRY | NOTHING_TO_SEE
        self._share = (known or 0) // SHARE
        self._most_in_row = max(IN_A_ROW, self._share)
        self._contacts: list[Versioned] = []
        self._gone: list[str] = []
        self._gone_in_row: list[str] = []
        self._unreadable_in_row = 0
        self._any_readable = False

    async def run(self, lanes: Sequence[Lane]) -> None:
        """Fetch them all. Raises MasterDataTrouble; what was fetched until then is handed over."""
        try:
            async with asyncio.TaskGroup() as group:
                for lane in lanes:
                    group.create_task(self._work(lane))
        except BaseExceptionGroup as several:
            raise self._stopped(several.exceptions[0]) from None
        except asyncio.CancelledError:
            self._hand_over()
            raise
        self._end_row()
        self._hand_over()

    async def _work(self, lane: Lane) -> None:
        for entry in self._entries:
            found = await self._fetch(lane, entry)
            if isinstance(found, Versioned):
                self._readable(found)
            elif found is _Nothing.GONE:
                self._count_gone(entry.id)
            else:
                self._unreadable(found)
            if len(self._contacts) + len(self._gone) >= STEP:
                self._hand_over()
                await asyncio.sleep(0)

    async def _fetch(self, lane: Lane, entry: Listed) -> Versioned | _Nothing | Trouble:
        try:
            answer = await _answer(lane, entry.id)
        except MasterDataTrouble as failure:
            if failure.trouble.code not in self._of_one_entry:
                raise
            return failure.trouble
        wrong = answer.trouble(WHAT, lane.where)
        if wrong is None:
            return _read(answer, entry)
        if wrong.code == Wrong.NOT_FOUND:
            return _Nothing.GONE
        if wrong.code not in self._of_one_entry:
            raise MasterDataTrouble(wrong)
        return wrong

    def _readable(self, found: Versioned) -> None:
        self._contacts.append(found)
        self._settle_row()
        self._unreadable_in_row = 0
        self._any_readable = True

    def _count_gone(self, addressee_id: str) -> None:
        self._gone_in_row.append(addressee_id)
        if len(self._gone_in_row) >= self._most_in_row:
            raise failed(Wrong.ENTRIES_GONE)

    def _unreadable(self, wrong: Trouble) -> None:
        self._tally.left_out += 1
        self._unreadable_in_row += 1
        if self._unreadable_in_row >= (IN_A_ROW if wrong.code in _NO_ANSWER else self._most_in_row):
            raise MasterDataTrouble(wrong)

    def _end_row(self) -> None:
        """Believe a row at the end, unless it is all that there was."""
        doubtful = not self._any_readable and len(self._gone_in_row) > BELIEVED
        if doubtful and len(self._gone_in_row) > self._share:
            raise failed(Wrong.ENTRIES_GONE)
        self._settle_row(BELIEVED if doubtful else IN_A_ROW - 1)

    def _settle_row(self, most: int = IN_A_ROW - 1) -> None:
        """Believe a row of gone ones; more than `most` of them are left as they are."""
        if len(self._gone_in_row) <= most:
            self._gone += self._gone_in_row
        else:
            self._tally.left_out += len(self._gone_in_row)
        self._gone_in_row = []

    def _stopped(self, error: BaseException) -> BaseException:
        if isinstance(error, MasterDataTrouble):
            self._hand_over()
        return error

    def _hand_over(self) -> None:
        harvest = Harvest(contacts=self._contacts, gone=self._gone)
        self._contacts, self._gone = [], []
        if harvest.contacts or harvest.gone:
            self._take(harvest)
            self._tally.fetched += len(harvest.contacts)
            self._tally.gone += len(harvest.gone)


async def _answer(lane: Lane, addressee_id: str) -> Answer:
    """The answer for an addressee; a connection that was cut is tried once more."""
    try:
        return await lane.get(single(addressee_id))
    except MasterDataTrouble as failure:
        if failure.trouble.code not in _CUT:
            raise
    return await lane.get(single(addressee_id))


def _read(answer: Answer, entry: Listed) -> Versioned | Trouble:
    try:
        contact = read_addressee(answer.value(), entry.id)
    except ValueError:
        return trouble(Wrong.ENTRY_UNREADABLE, detail=worded("no JSON"))
    if contact is None:
        return trouble(Wrong.ENTRY_UNREADABLE, detail=worded("no name, or another addressee"))
    # The list's stamp, not the answer's own: what lists say later is compared with it.
    return Versioned(contact=contact, stamp=entry.stamp)
