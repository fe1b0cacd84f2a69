"""Which edition of the module this is.

Whoever changes what the archive holds counts up its version and sets the day.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from datev_connector.starface.module.edition import MODULE_VERSION

__all__ = ["AFTER", "CHANGED_AT", "CREATED_AT", "FORM", "MODULE_VERSION", "VENDOR"]

CREATED_AT: Final = datetime(2026, 11, 2, tzinfo=UTC)
"""When the first edition was made."""

CHANGED_AT: Final = datetime(2026, 11, 23, tzinfo=UTC)
"""When this edition was made."""

VENDOR: Final = "DATEV Connector for STARFACE"
FORM: Final = 5
"""`StarfaceModule_SpecVersion`: the newest that PBXs up to 10 take."""

AFTER: Final = "7.3.0.5"
"""The PBX whose own archives this one takes after; those of 8, 9 and 10 have the same form."""
