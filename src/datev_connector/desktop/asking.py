"""Brings the answers of the program back to the thread of Qt."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from datev_connector.desktop.ports import Refused
from datev_connector.domain.wording import worded

Answer = TypeVar("Answer")

OUR_FAULT = worded("This failed for a reason that was not foreseen.")
LOOK_INTO_THE_LOG = worded("Try again; if it fails again, send the log to the vendor.")

_log = logging.getLogger(__name__)


class Relay(QObject):
    """Runs what other threads hand over, on the thread of Qt, in order."""

    _handed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Make it on the thread of Qt."""
        super().__init__(parent)
        self._handed.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def hand(self, work: Callable[[], None]) -> None:
        """Have `work` run; may be called from any thread, also after the end of Qt."""
        if shiboken6.isValid(self):
            self._handed.emit(work)

    @Slot(object)
    def _run(self, work: Callable[[], None]) -> None:
        work()


def when_done(
    owner: QObject,
    future: Future[Answer],
    then: Callable[[Answer], None],
    refused: Callable[[Refused], None] | None = None,
) -> None:
    """Call `then` with the answer, or `refused`; neither if the owner is gone by then.

    `refused` is called for a fault of ours as well: whoever waits must not wait for ever.
    """
    relay = _relay_of(owner)

    def answered(done: Future[Answer]) -> None:
        relay.hand(lambda: _deliver(owner, done, then, refused))

    future.add_done_callback(answered)


def _deliver(
    owner: QObject,
    done: Future[Any],
    then: Callable[[Any], None],
    refused: Callable[[Refused], None] | None,
) -> None:
    if not shiboken6.isValid(owner):
        return
    try:
        answer = done.result()
    except CancelledError:
        return
    except Refused as refusal:
        if refused is not None:
            refused(refusal)
        return
    except Exception:  # noqa: BLE001 - the border of a question: one window must not end all others
        _log.exception("a window was not answered")
        if refused is not None:
            refused(Refused(OUR_FAULT, LOOK_INTO_THE_LOG))
        return
    then(answer)


def _relay_of(owner: QObject) -> Relay:
    """The relay of the application, made at its first use."""
    application = QCoreApplication.instance() or owner
    for child in application.children():
        if isinstance(child, Relay):
            return child
    return Relay(application)
