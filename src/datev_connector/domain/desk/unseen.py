"""Calls that ended while nobody watched: DATEV waits for what the call list says of them.

Whether such a call was answered, and how long it lasted, only the PBX knows, and DATEV cannot be
told twice. So its end is held back until the list was read with the call in it. The list may lag,
and is read twice; a PBX that has none, or does not find the call, is not waited for long; and one
that stays away is given up as its calls are.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from datev_connector.domain.effects import WakeAt
from datev_connector.domain.legs import Leg

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from datev_connector.domain.calls import Call
    from datev_connector.domain.desk.book import Book

LIST_COMES = timedelta(seconds=10)
"""How long DATEV waits for the list when the PBX is back: it is asked for at once, and once more.

Meanwhile DATEV takes the call for a living one, and no journal entry of another can go out.
"""
LIST_LAGS = timedelta(seconds=8)
"""... and how long after a reading in which the call was missing: there will be a second one."""


def hold_back(book: Book, call: Call, at: datetime) -> None:
    """Keep the end of a call from DATEV for now."""
    book.in_the_dark[call.call] = None
    if book.leg_up(Leg.STARFACE):
        _wait(book, call.call, at + LIST_COMES)


def pbx_is_back(book: Book, at: datetime) -> None:
    """From now on the list can be read."""
    for call_id, until in list(book.in_the_dark.items()):
        if until is None:
            _wait(book, call_id, at + LIST_COMES)


def pbx_is_gone(book: Book) -> None:
    """The list cannot be read before it is back."""
    for call_id in book.in_the_dark:
        book.in_the_dark[call_id] = None


def list_was_read(book: Book, at: datetime, found: Collection[str]) -> None:
    """Let go of the calls that the list had, and of the others at its second reading."""
    soon = at + LIST_LAGS
    for call_id, until in list(book.in_the_dark.items()):
        if call_id in found or (until is not None and until <= soon):
            let_go(book, call_id)
        else:
            _wait(book, call_id, soon)


def time_passed(book: Book, at: datetime) -> None:
    """Let go of the calls that were waited for long enough."""
    for call_id, until in list(book.in_the_dark.items()):
        if until is None:
            continue
        if until - LIST_COMES <= at < until:  # before: the clock was put back
            book.emit(WakeAt(until))
        else:
            let_go(book, call_id)


def let_go(book: Book, call_id: str) -> None:
    """Have DATEV told what is known."""
    call = book.get(call_id)
    if call_id in book.in_the_dark and call is not None:
        del book.in_the_dark[call_id]
        book.put(call)


def _wait(book: Book, call_id: str, until: datetime) -> None:
    book.in_the_dark[call_id] = until
    book.emit(WakeAt(until))
