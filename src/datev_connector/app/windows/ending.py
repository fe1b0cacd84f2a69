"""Orderly ends that come from outside: Ctrl+C, a request to terminate, the end of the session."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class EndOnSignals(QObject):
    """Calls `end` on the thread of Qt when the system asks the program to end.

    Python handles signals between two of its own steps, and Qt may wait for hours between them:
    a byte in a socket wakes it.
    """

    def __init__(self, end: Callable[[], None]) -> None:
        super().__init__()
        self._end = end
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)  # noqa: FBT003 - the interface of the standard library
        self._writing.setblocking(False)  # noqa: FBT003 - the interface of the standard library
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._before = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        self._handlers = {
            number: signal.signal(number, _nothing) for number in (signal.SIGINT, signal.SIGTERM)
        }

    def _woken(self) -> None:
        received = self._reading.recv(64)
        if any(number in self._handlers for number in received):
            self._end()

    def close(self) -> None:
        """Leave signals as they were."""
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._reading.close()
        self._writing.close()


def _nothing(_number: int, _frame: object) -> None:
    """The byte in the socket tells."""
