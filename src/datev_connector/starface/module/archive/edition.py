"""Which edition of the module this is. Whoever changes what the archive holds, counts it up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

MODULE_VERSION: Final = 1
"""`version` of the module in the PBX, and what `getInfo` answers."""

CREATED_AT: Final = datetime(2026, 11, 2, tzinfo=UTC)
"""When the first edition was made."""

CHANGED_AT: Final = datetime(2026, 11, 23, tzinfo=UTC)
"""When this edition was made."""

VENDOR: Final = "DATEV Connector for STARFACE"
FORM: Final = 5
"""`StarfaceModule_SpecVersion`: the newest that PBXs up to 10 take."""

AFTER: Final = "7.3.0.5"
"""The PBX whose own archives this one takes after; those of 8, 9 and 10 have the same form."""
