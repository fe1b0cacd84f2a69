"""Faults of windows, written to the log: on Windows nobody sees what a program prints."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

_log = logging.getLogger(__name__)


@contextmanager
def logged_faults() -> Iterator[None]:
    """Log what windows raise into Qt, which goes on without them; it is printed as well."""
    before = sys.excepthook

    def hook(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        _log.error("a window failed", exc_info=(kind, fault, trace))
        before(kind, fault, trace)

    sys.excepthook = hook
    try:
        yield
    finally:
        sys.excepthook = before
