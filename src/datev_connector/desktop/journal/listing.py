"""Brings the rows of the journal, as they are looked at, and keeps them in step with the news.

While a question is under way nothing else is asked: what was typed meanwhile is asked for as soon
as the answer is there, and that answer is dropped. So nobody waits for what nobody wants to know
any more, and typing is never slowed down by a pause.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.journal.rows import BLOCK, FIRST, Request, Rows
from datev_connector.desktop.journal.words import fits
from datev_connector.desktop.ports import Journal, Only, Refused
from datev_connector.domain.calls import Call

AT_ONCE = 2
"""Blocks that are asked for at the same time: more do not fit in a window."""
REFRESH_MS = 250
"""So long after news the list is asked for anew, where it must be: many news come together."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the list shows."""

    text: str = ""
    only: Only = Only.ALL


class Listing(QObject):
    """The rows behind the table."""

    began = Signal()
    """Other rows from now on."""
    renewed = Signal(int)
    """The same list as it is now; the number of rows before."""
    counted = Signal(int)
    """How many rows there are is known; the number of rows before."""
    brought = Signal(int, int)
    """Rows are known: the first and the last."""
    comes = Signal(int)
    """A row is about to be inserted."""
    came = Signal()
    refused = Signal(object)
    """A `Refused`."""

    def __init__(self, journal: Journal, parent: QObject) -> None:
        super().__init__(parent)
        self._journal = journal
        self.rows = Rows()
        self.shown: Wish | None = None
        """What the rows are; None: nothing was brought yet."""
        self._wish = Wish()
        self._asking = False
        self._needed: dict[int, int] = {}
        """By block: a row that is seen and not known; the latest is the last."""
        self._under_way = 0
        self.viewed: Callable[[], tuple[int, int]] = lambda: (0, 0)
        """The first and the last row that are seen."""
        self._load_soon = QTimer(self, singleShot=True, interval=0)
        self._load_soon.timeout.connect(self._load)
        self._renew_soon = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._renew_soon.timeout.connect(self.renew)

    # --- another list -------------------------------------------------------------------------

    def show(self, wish: Wish) -> None:
        """Show other calls, as soon as they are there."""
        self._wish = wish
        if not self._asking:
            self._begin()

    def _begin(self) -> None:
        self._asking, wish = True, self._wish
        self._renew_soon.stop()
        future = self._journal.page(text=wish.text, only=wish.only, after=None, limit=FIRST)
        refused = partial(self._not_begun, wish)
        when_done(self, future, partial(self._begun, wish), refused)

    def _begun(self, wish: Wish, calls: Sequence[Call]) -> None:
        self._asking = False
        if wish != self._wish:
            self._begin()
            return
        self.rows, self.shown = Rows(len(calls)), wish
        self.rows.put(0, calls)
        self._needed.clear()
        self.began.emit()
        if len(calls) == FIRST:
            future = self._journal.total(text=wish.text, only=wish.only)
            when_done(self, future, partial(self._counted, self.rows), self.refused.emit)

    def _counted(self, rows: Rows, total: int) -> None:
        if rows is self.rows and total > rows.total:
            before, rows.total = rows.total, total
            self.counted.emit(before)

    def _not_begun(self, wish: Wish, refusal: Refused) -> None:
        self._refused(refusal)
        if wish != self._wish:
            self._begin()

    def _refused(self, refusal: Refused) -> None:
        self._asking = False
        self.refused.emit(refusal)

    # --- more rows ----------------------------------------------------------------------------

    def need(self, row: int) -> None:
        """A row is seen that is not known."""
        block = row // BLOCK
        self._needed.pop(block, None)
        self._needed[block] = row
        while len(self._needed) > AT_ONCE:
            # Whoever scrolls on does not look at what has passed by.
            del self._needed[next(iter(self._needed))]
        self._load_soon.start()

    def _load(self) -> None:
        while self._needed and self._under_way < AT_ONCE:
            _, row = self._needed.popitem()
            request = self.rows.request(row)
            if request is not None and self.shown is not None:
                self._ask(self.shown, request)

    def _ask(self, wish: Wish, request: Request) -> None:
        self._under_way += 1
        answered = partial(self._answered, self.rows, request)
        refused = partial(self._not_answered, self.rows, request)
        when_done(self, self._page(wish, request), answered, refused)

    def _page(self, wish: Wish, request: Request) -> Future[tuple[Call, ...]]:
        return self._journal.page(
            text=wish.text,
            only=wish.only,
            after=request.after,
            limit=request.limit,
            skip=request.skip,
        )

    def _answered(self, rows: Rows, request: Request, calls: Sequence[Call]) -> None:
        self._under_way -= 1
        if rows is self.rows:
            if rows.answer(request, calls):
                # All that is seen is painted again: what of it is not known asks for itself.
                first, last = self.viewed()
                end = request.first + request.limit - 1
                self.brought.emit(min(first, request.first), min(max(last, end), rows.total - 1))
            else:
                self._renew_soon.start()
        if self._needed:
            self._load_soon.start()

    def _not_answered(self, rows: Rows, request: Request, refusal: Refused) -> None:
        self._under_way -= 1
        rows.forget(request)
        self.refused.emit(refusal)

    # --- the same list, as it is now ----------------------------------------------------------

    def renew(self) -> None:
        """Ask anew for what is seen; the view stays where it is."""
        if self._asking:
            return
        if self.shown is None:
            self._begin()
            return
        self._asking = True
        future = self._journal.total(text=self.shown.text, only=self.shown.only)
        when_done(self, future, partial(self._renewing, self.shown), self._refused)

    def _renewing(self, wish: Wish, total: int) -> None:
        fresh = Rows(total)
        spots = (0, *self.viewed())
        requests = [request for row in spots if (request := fresh.request(row)) is not None]
        self._renew_next(wish, fresh, requests)

    def _renew_next(self, wish: Wish, fresh: Rows, requests: list[Request]) -> None:
        if wish != self._wish or not requests:
            self._renewed(wish, fresh)
            return
        request, *rest = requests

        def answered(calls: Sequence[Call]) -> None:
            fresh.answer(request, calls)
            self._renew_next(wish, fresh, rest)

        when_done(self, self._page(wish, request), answered, self._refused)

    def _renewed(self, wish: Wish, fresh: Rows) -> None:
        self._asking = False
        if wish != self._wish:
            self._begin()
            return
        before, self.rows = self.rows.total, fresh
        self._needed.clear()
        self.renewed.emit(before)

    # --- news ---------------------------------------------------------------------------------

    def take(self, call: Call) -> None:
        """A call is new or has changed."""
        if self.shown is None:
            return
        belongs = fits(call, self.shown.only)
        row = self.rows.row_of(call.call)
        if row is not None:
            self.rows.replace(call, belongs=belongs)
            self.brought.emit(row, row)
            if not belongs and self._under_way:
                self._renew_soon.start()
        elif belongs:
            self._take_in(call, self.shown)

    def _take_in(self, call: Call, shown: Wish) -> None:
        place = None if shown.text.strip() else self.rows.place_for(call)
        if place is not None:
            self.comes.emit(place)
            self.rows.insert(place, call)
            self.came.emit()
        elif shown != Wish():
            # Whether it fits what was typed only the store knows; and where it belongs.
            self._renew_soon.start()
