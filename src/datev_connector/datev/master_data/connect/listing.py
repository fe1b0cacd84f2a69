"""Reads the lists of DATEVconnect while they come in, a few entries at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from datev_connector.datev.master_data.connect.lane import Lane, answer_of, complaint, pieces
from datev_connector.datev.master_data.connect.list_splitter import BadList, CutList, ListSplitter
from datev_connector.datev.master_data.connect.mark import read_clock
from datev_connector.datev.master_data.connect.troubles import Wrong, failed
from datev_connector.datev.master_data.connect.wire import Response
from datev_connector.datev.master_data.trouble import MasterDataTrouble
from datev_connector.domain.wording import worded

MASTER_DATA = "master-data/v1"
ADDRESSEES = f"{MASTER_DATA}/addressees"
CLIENTS = f"{MASTER_DATA}/clients"
DELETION_LOG = "deletion-log"
STEP = 50
"""Entries handed on at a time."""


def since(resource: str, moment: str) -> str:
    """The request for what has changed in a list from this wall-clock time on."""
    return f"{resource}?filter={quote(f'timestamp ge {moment}', safe='')}"


def single(addressee_id: str) -> str:
    """The request for one addressee with its numbers, which lists do not hold."""
    return f"{ADDRESSEES}/{quote(addressee_id, safe='')}?expand=communications"


class Listing:
    """A list under way."""

    def __init__(self, response: Response, what: str, where: str) -> None:
        """`what`: is listed, in plain words."""
        self._response = response
        self._what = what
        self._where = where

    @property
    def clock(self) -> datetime | None:
        """DATEV's time when it began to answer (UTC without zone), if it tells."""
        return read_clock(self._response.header("date"))

    async def steps(self) -> AsyncIterator[list[Any]]:
        """The entries as JSON values, at most `STEP` at a time. Raises MasterDataTrouble.

        A list that ends too soon is an error, never the end.
        """
        splitter = ListSplitter()
        try:
            async for entries in self._pieces(splitter):
                for begin in range(0, len(entries), STEP):
                    yield entries[begin : begin + STEP]
                    await asyncio.sleep(0)  # calls do not wait for a long list
        except CutList as error:
            raise self._cut() from error
        except BadList as error:
            detail = worded("the list of {what}: {error}", what=self._what, error=str(error))
            raise failed(Wrong.NO_JSON, where=self._where, detail=detail) from error

    async def _pieces(self, splitter: ListSplitter) -> AsyncIterator[list[Any]]:
        if self._response.status == HTTPStatus.NO_CONTENT:
            return
        try:
            begun = False
            async for piece in pieces(self._response, self._where):
                if not begun and piece:
                    begun = True
                    self._look_at(piece)
                yield splitter.feed(piece)
        except MasterDataTrouble as failure:
            if failure.trouble.code == Wrong.CUT:
                raise self._cut() from failure
            raise
        yield splitter.close()

    def _look_at(self, piece: bytes) -> None:
        """Raises MasterDataTrouble where the beginning shows that it is no list."""
        beginning = answer_of(self._response, piece)
        wrong = beginning.trouble(self._what, self._where)
        if wrong is not None:
            raise MasterDataTrouble(wrong)

    def _cut(self) -> MasterDataTrouble:
        return failed(Wrong.LIST_CUT, where=self._where, detail=self._what)


@contextlib.asynccontextmanager
async def read_list(lane: Lane, target: str, what: str) -> AsyncIterator[Listing]:
    """Ask for a list. Raises MasterDataTrouble, also for what is no list at all."""
    async with lane.open(target) as response:
        if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            wrong = (await complaint(response, lane.where)).trouble(what, lane.where)
            if wrong is not None:
                raise MasterDataTrouble(wrong)
        yield Listing(response, what, lane.where)
