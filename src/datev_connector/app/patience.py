"""Steps on files that Windows refuses while somebody else has the file open.

There nobody can open a file that is just being renamed, nor replace one that is just being read, be
it by another process of ours, by a virus scanner or by a search index. It is over in an instant.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

LIMIT_S = 1.0
PAUSE_S = 0.01


def patiently(
    step: Callable[[], Answer], *, limit_s: float = LIMIT_S, platform: str = sys.platform
) -> Answer:
    """What `step` returns; on Windows it is repeated while it is refused, up to `limit_s`.

    Raises what `step` raises: PermissionError where it is refused for good.
    """
    end = time.monotonic() + (limit_s if platform == "win32" else 0)
    while True:
        try:
            return step()
        except PermissionError:
            if time.monotonic() >= end:
                raise
        time.sleep(PAUSE_S)
