"""DATEV's way into this program, gone by the program itself."""

from __future__ import annotations

import sys
from datetime import datetime

from datev_connector.app.selftest.proof import Skipped


def com_answers(now: datetime) -> str:
    """Put a call as DATEV reads it where programs find each other, find it, and read it."""
    if sys.platform == "win32":
        from datev_connector.app.selftest.com_round_trip import round_trip

        return round_trip(now)
    raise Skipped("COM is there on Windows only")
