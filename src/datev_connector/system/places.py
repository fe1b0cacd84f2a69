r"""Whether a folder lies on this computer or on another one.

The store is written by processes that share memory, which no network drive gives them: what SQLite
writes there can be lost or damaged.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_SHARE = re.compile(r"[\\/]{2}(?:\?[\\/]UNC[\\/])?(?P<server>[^\\/?.][^\\/]*)[\\/]", re.IGNORECASE)
_OF_THIS = re.compile(r"[\\/]{2}[?.][\\/](?!UNC[\\/])", re.IGNORECASE)


def names_a_share(path: str) -> bool:
    r"""Tell whether a path of Windows names another computer, as `\\server\share` does."""
    return _OF_THIS.match(path) is None and _SHARE.match(path) is not None


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _REMOTE = 4
    """DRIVE_REMOTE"""

    def is_elsewhere(folder: Path) -> bool:
        """Tell whether a folder, which need not be there yet, lies on another computer."""
        path = folder.resolve()
        if names_a_share(str(path)) or names_a_share(str(folder)):
            return True
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetDriveTypeW.argtypes = [wintypes.LPCWSTR]
        return bool(kernel.GetDriveTypeW(f"{path.drive}\\") == _REMOTE)

else:

    def is_elsewhere(_folder: Path) -> bool:
        """Elsewhere whoever mounts a file system says how far it can be trusted."""
        return False
