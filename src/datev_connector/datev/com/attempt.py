"""One try to hand something over between two threads, which one side may give up.

Whoever comes second learns that the other was first: what was given up is never done afterwards.
"""

from __future__ import annotations

import threading


class Attempt:
    """Undecided until it is either begun or given up; nothing changes it afterwards."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: bool | None = None

    def begin(self) -> bool:
        """Tell whether it may be done now; False if it was given up."""
        return self._settle(begun=True)

    def give_up(self) -> bool:
        """Tell whether it will never be done; False if it was begun."""
        return not self._settle(begun=False)

    @property
    def begun(self) -> bool:
        """Tell whether it was begun."""
        return bool(self._begun)

    def _settle(self, *, begun: bool) -> bool:
        with self._lock:
            if self._begun is None:
                self._begun = begun
            return self._begun
