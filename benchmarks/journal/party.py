"""Our side: the journal's window over a store of its own thread, and bare queries on the same file.

Run as a process that takes orders. Nobody sees the window: it is painted into memory, as Qt does
before a picture goes to any screen.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, perf_counter_ns
from types import SimpleNamespace
from typing import Any, cast

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from benchmarks.journal.calls import calls
from benchmarks.orders import serve
from benchmarks.processes import DEADLINE_S
from datev_connector.app.windows.core_thread import CoreThread
from datev_connector.app.windows.journal import StoredJournal
from datev_connector.desktop.journal.rows import BLOCK, FIRST
from datev_connector.desktop.journal.window import JournalWindow
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.ports import Office
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.effects import SaveCall
from datev_connector.store import CallFilter, Store, folding
from datev_connector.store.call_search import BEYOND, CallSearch
from datev_connector.store.database import Database
from datev_connector.texts.language import Language, Tongue
from datev_connector.texts.moments import Moments

KEY = bytes(range(32))
CHUNK = 4_000
WAITING = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
PLAIN = Qt.KeyboardModifier.NoModifier


class House:
    """The store on the thread that it belongs to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: Future[Store] = Future()
        self.thread = CoreThread(self._main)
        self.thread.start()
        self.store = self._opened.result(DEADLINE_S)

    async def _main(self) -> None:
        with Store.open(self._path, KEY, now=datetime.now(UTC), station="bench") as store:
            self._opened.set_result(store)
            await asyncio.Event().wait()


class Painted(QObject):
    """Notices that rows were painted."""

    def __init__(self, window: JournalWindow) -> None:
        super().__init__(window)
        self.seen = False
        viewport = window.table.viewport()
        viewport.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Only look."""
        self.seen = self.seen or event.type() == QEvent.Type.Paint
        return False


class Party:
    """What may be ordered."""

    def __init__(self, path: Path) -> None:
        self._application = QApplication(sys.argv[:1])
        self._house = House(path)
        self._path = path
        self._surroundings = self._made_surroundings()
        self._window: JournalWindow | None = None
        self._bare: CallSearch | None = None

    def _made_surroundings(self) -> Surroundings:
        language = Language.of(Tongue.GERMAN)
        office = SimpleNamespace(
            journal=StoredJournal(self._house.thread, self._house.store),
            diagnosis=SimpleNamespace(legs=tuple),
            calls=SimpleNamespace(),
            people=SimpleNamespace(),
        )
        return Surroundings(
            office=cast(Office, office),
            language=language,
            moments=Moments(language),
            look=Look(self._application),
            now=lambda: datetime.now(UTC),
        )

    async def fill(self, count: int) -> float:
        """Keep so many calls; seconds."""
        begun_s = perf_counter()
        chunk: list[SaveCall] = []
        for call in calls(count):
            chunk.append(SaveCall(call))
            if len(chunk) == CHUNK:
                self._keep(chunk)
                chunk = []
        self._keep(chunk)
        self._house.thread.do(self._house.store.tidy).result(DEADLINE_S)
        return perf_counter() - begun_s

    def _keep(self, chunk: list[SaveCall]) -> None:
        store = self._house.store

        def work() -> None:
            store.commit(chunk)
            store.calls.make_searchable()

        self._house.thread.do(work).result(DEADLINE_S)

    async def open(self) -> int:
        """Make and show the window; nanoseconds until the first rows are painted."""
        self._close()
        gc.collect()
        begun_ns = perf_counter_ns()
        self._window = JournalWindow(self._surroundings)
        painted = Painted(self._window)
        self._window.show()
        window = self._window
        self._until(lambda: window.table.calls.call_at(0) is not None, painted)
        took_ns = perf_counter_ns() - begun_ns
        self._settle()
        return took_ns

    async def type(self, text: str) -> list[int]:
        """Type a text, each sign as a key; nanoseconds until its rows are painted, for each."""
        window = self._shown()
        window.search.clear()
        self._settle()
        took = []
        gc.disable()
        for length in range(1, len(text) + 1):
            took.append(self._press(window, text[length - 1], text[:length]))
            self._settle()
        gc.enable()
        return took

    def _press(self, window: JournalWindow, sign: str, wanted: str) -> int:
        listing, painted = window._listing, Painted(window)  # noqa: SLF001 - measured from inside
        begun_ns = perf_counter_ns()
        QCoreApplication.sendEvent(window.search, QKeyEvent(QEvent.Type.KeyPress, 0, PLAIN, sign))
        self._until(lambda: listing.shown is not None and listing.shown.text == wanted, painted)
        return perf_counter_ns() - begun_ns

    async def jump(self, share: float) -> int:
        """Scroll to a place; nanoseconds until its rows are painted."""
        window = self._shown()
        painted, bar = Painted(window), window.table.verticalScrollBar()
        begun_ns = perf_counter_ns()
        bar.setValue(round(share * bar.maximum()))
        model = window.table.calls
        self._until(lambda: all(model.call_at(row) for row in window.table.seen()), painted)
        return perf_counter_ns() - begun_ns

    async def rows(self) -> int:
        """How many rows the table has."""
        self._settle()
        return self._shown().table.calls.rowCount()

    async def bare(self, text: str, skip: int = 0) -> int:
        """Read the same rows by the same statements, and make nothing of them; nanoseconds."""
        search = self._bare_search()
        begun_ns = perf_counter_ns()
        limit = BLOCK if skip else FIRST
        search.rows(folding.parse(text), CallFilter.ALL, before=BEYOND, skip=skip, limit=limit)
        return perf_counter_ns() - begun_ns

    def _bare_search(self) -> CallSearch:
        if self._bare is None:
            database = Database(self._path, KEY)
            database.prepare()
            self._bare = CallSearch(database)
        return self._bare

    def _shown(self) -> JournalWindow:
        assert self._window is not None
        return self._window

    def _until(self, there: Callable[[], bool], painted: Painted) -> None:
        """Until it is there and was painted since."""
        give_up_s = perf_counter() + DEADLINE_S
        while not there():
            painted.seen = False
            # Waits as an event loop does: who looks all the time keeps the store from its work.
            self._application.processEvents(WAITING)
            if perf_counter() > give_up_s:
                raise RuntimeError("the journal shows nothing")
        while not painted.seen and self._shown().nothing.isHidden():
            self._application.processEvents(WAITING)
        painted.deleteLater()

    def _settle(self) -> None:
        """Let counts and totals come, which nobody waits for."""
        for _ in range(3):
            self._application.processEvents()
            self._house.thread.do(lambda: None).result(DEADLINE_S)
        self._application.processEvents()

    def _close(self) -> None:
        if self._window is not None:
            self._window.close()
            self._window.deleteLater()
            self._window = None
            self._application.processEvents()


async def main(path: str) -> None:
    """Run until standard input ends."""
    party = Party(Path(path))
    orders: tuple[Any, ...] = (
        party.fill,
        party.open,
        party.type,
        party.jump,
        party.rows,
        party.bare,
    )
    await serve({order.__name__: order for order in orders})


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    asyncio.run(main(*sys.argv[1:]))
