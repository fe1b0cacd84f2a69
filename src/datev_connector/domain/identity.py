"""Ids that never repeat, without a random source: station, run and a running number.

`station` is drawn once when the profile is made; `run` counts the starts of the program and
is stored before the first id is made. So a replay makes the same ids again.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

_NAMESPACE = UUID("6f0b1c0e-7d0e-5c53-9f0a-5b8f4f1f2a11")


@dataclass(slots=True)
class IdSequence:
    """Makes the ids of one run."""

    station: str
    run: int
    issued: int = 0

    def next_id(self) -> str:
        """Return our id for a call or a journal entry; it also serves as DATEV's `CallID`."""
        self.issued += 1
        return f"{self.station}-{self.run}-{self.issued}"

    def pbx_id(self, call: str) -> str:
        """Return the UUID under which the PBX shall run `call` (STARFACE UCI: ids are UUIDs)."""
        return str(uuid5(_NAMESPACE, call))
