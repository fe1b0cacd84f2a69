"""Which module this program builds, and expects in the PBX."""

from __future__ import annotations

from typing import Final

MODULE_VERSION: Final = 1
"""`version` of the module in the PBX, and what `getInfo` answers; one more for each change."""
