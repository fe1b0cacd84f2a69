"""The demo with windows: those of the real connector, and beside them one that stands for DATEV.

The day is played on a thread of its own, for Qt has the main thread. When it is over, whoever looks
on can go on by hand until they close the window.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from datev_connector.app.demo.datev_window import DatevWindow
from datev_connector.app.demo.run import Performance, perform
from datev_connector.app.demo.stage import Stage
from datev_connector.app.demo.story import Story
from datev_connector.app.windows.collecting import CollectHere
from datev_connector.app.windows.core_thread import CoreThread
from datev_connector.app.windows.ending import EndOnSignals
from datev_connector.desktop.asking import Relay
from datev_connector.desktop.look.look import Look

LAST_S = 30.0
"""Longest wait for the connector and both simulators at the end."""


def perform_in_windows(performance: Performance, story: Story) -> int:
    """Play the day in windows; return the exit code."""
    application = QApplication(["datev-connector-demo"])
    look = Look(application)
    play = _Play(performance, story, look)
    signals = EndOnSignals(play.end)
    collecting = CollectHere()
    try:
        play.begin()
        return application.exec()
    finally:
        signals.close()
        play.wait()
        collecting.close()


class _Play(QObject):
    """Between the thread of the day and that of Qt."""

    def __init__(self, performance: Performance, story: Story, look: Look) -> None:
        super().__init__()
        self._performance = performance
        self._story = story
        self._relay = Relay(self)
        self._enough: asyncio.Event | None = None
        self._task: asyncio.Task[int] | None = None
        self._code = 1
        self._core = CoreThread(self._main)
        self._window = DatevWindow(look, performance.language, self._core)
        self._window.closed.connect(self.end)

    def begin(self) -> None:
        """Raise the curtain."""
        self._core.ended.add_done_callback(self._ended)
        self._core.start()

    def end(self) -> None:
        """They have seen enough: after the day the demo ends, before that it is broken off."""
        self._core.do(self._stop)

    def wait(self) -> None:
        """Wait until everything is taken down."""
        self.end()
        self._core.join(LAST_S)

    # --- on the thread of the day ---------------------------------------------------------------

    async def _main(self) -> None:
        self._enough = asyncio.Event()
        self._task = asyncio.current_task()
        self._code = await perform(self._performance, self._story, self)

    def _stop(self) -> None:
        if self._enough is not None and self._window.is_free:
            self._enough.set()
        elif self._task is not None:
            self._task.cancel()

    def enters(self, stage: Stage) -> None:
        """The stage is ready."""
        self._relay.hand(lambda: self._window.show_stage(stage))

    async def stays(self) -> None:
        """Return when the window is closed."""
        assert self._enough is not None  # noqa: S101 -- the day runs
        self._relay.hand(self._window.set_free)
        await self._enough.wait()

    # --- on the thread of Qt --------------------------------------------------------------------

    def _ended(self, done: Future[None]) -> None:
        self._relay.hand(lambda: QApplication.exit(1 if done.exception() else self._code))
