"""How long the COM link waits for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ComTimes:
    """Limits and pauses; seconds."""

    answer_s: float = 10.0
    """For DATEV to answer a notification; then it hangs, and the engine goes on."""
    look_s: float = 3.0
    """For a look whether DATEV answers at all."""
    read_s: float = 5.0
    """For DATEV to let us read or write its own object while it calls us."""
    dial_s: float = 2.0
    """For the desk to answer `Dial`; then it is refused, and nothing is dialled."""
    away_s: float = 5.0
    """Between two looks for DATEV while it is away or in trouble ..."""
    there_s: float = 60.0
    """... and while it is there."""
    busy_pauses_s: tuple[float, ...] = (0.1, 0.3, 1.0)
    """Pauses before a notification is repeated that DATEV was too busy to take."""
    reject_s: float = 3.0
    """How long a call that DATEV rejects is repeated by COM itself."""
    recover_s: float = 30.0
    """For a call that was cancelled to come back; then its apartment is given up."""
    leave_s: float = 3.0
    """For the apartment to be left in good order at the end."""
    keep: timedelta = timedelta(hours=12)
    """How long DATEV may read a snapshot of a call; longer than any call."""
