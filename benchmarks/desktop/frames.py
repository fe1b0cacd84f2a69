"""Tells when a window was first painted: loaded into the measured process, the same for both sides.

The time is taken when Qt has handled the first paint event of a top-level window and gone through
its loop once more, so that the frame is on its way to the screen. It goes out as a datagram.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from time import perf_counter_ns

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QShowEvent, QWindow
from PySide6.QtWidgets import QWidget

TIMEOUT_S = 30.0
VARIABLE = "BENCHMARK_FRAMES"
"""The UDP port on this machine that wants to know."""


class Observer(QObject):
    """Watches windows of the system, and nothing inside them.

    A filter for all events of the application would cost the side most that has most controls.
    """

    def __init__(self) -> None:
        super().__init__()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._goal = ("127.0.0.1", int(os.environ[VARIABLE]))
        self._shown: set[int] = set()

    def watch(self, window: QWidget) -> None:
        """Look at a window that is about to be shown."""
        handle = window.windowHandle()
        handle.removeEventFilter(self)
        handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Look at a window that comes up."""
        kind = event.type()
        if kind == QEvent.Type.Expose and isinstance(watched, QWindow):
            if watched.isExposed() and watched.winId() not in self._shown:
                self._shown.add(watched.winId())
                QTimer.singleShot(0, self._painted)
        elif kind == QEvent.Type.Hide and isinstance(watched, QWindow):
            self._shown.discard(watched.winId())
        return False

    def _painted(self) -> None:
        self._socket.sendto(str(perf_counter_ns()).encode(), self._goal)


def observe(kind: type[QWidget]) -> None:
    """Have all windows of a class observed, each time they are shown."""
    observer = Observer()

    def show_event(window: QWidget, _event: QShowEvent) -> None:
        observer.watch(window)

    kind.showEvent = show_event  # type: ignore[method-assign]


class FrameClock:
    """The other end, which learns when a window was painted."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(TIMEOUT_S)

    @property
    def port(self) -> int:
        """Where the datagrams must go."""
        return int(self._socket.getsockname()[1])

    def next(self) -> int:
        """Wait for the next painted window; return its time in nanoseconds."""
        return int(self._socket.recv(64))

    def drain(self) -> None:
        """Forget what came before."""
        self._socket.settimeout(0.0)
        with suppress(BlockingIOError):
            while True:
                self._socket.recv(64)
        self._socket.settimeout(TIMEOUT_S)

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()
