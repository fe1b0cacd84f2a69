"""What DATEV keeps on its disk, so that a process that dies and comes back knows its call list.

One JSON line a notification, written before it is answered. Reading it again brings back list and
journal; calls that went on are forgotten, as by every restart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datev_connector.simulators.datev.checker import ContractChecker


class Memory:
    """The notifications of all lives of one DATEV."""

    def __init__(self, path: Path | None) -> None:
        """`path` None keeps nothing."""
        self._path = path

    def keep(self, method: str, fields: object, sender: int) -> None:
        """Write one down. Raises OSError."""
        if self._path is None:
            return
        line = json.dumps({"method": method, "call": fields, "sender": sender})
        with self._path.open("a", encoding="ascii") as file:
            file.write(line + "\n")

    def clear(self) -> None:
        """Throw all of it away. Raises OSError."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def recall(self, checker: ContractChecker) -> int:
        """Tell a new checker of the earlier lives; return how many notifications there were."""
        if self._path is None or not self._path.exists():
            return 0
        told = list(_lines(self._path))
        for one in told:
            checker.notify(one["method"], one["call"], sender=one["sender"])
        checker.restarted()
        return len(told)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """What was written whole; the last line may have been cut off by the death of the process."""
    for line in path.read_text("ascii").splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)
