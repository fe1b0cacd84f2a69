"""Waiting for something to become true."""

from __future__ import annotations

import time
from collections.abc import Callable

LIMIT_S = 90.0
LOOK_S = 0.3


def until(condition: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    """Look again and again. Raises TimeoutError."""
    ends_at = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > ends_at:
            raise TimeoutError("it did not become true")
        time.sleep(LOOK_S)
