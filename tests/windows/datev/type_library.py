"""Puts the type library into the registry of the machine; Wine does not look into the user's."""

from __future__ import annotations

import ctypes
from pathlib import Path

_REGISTER = 1


def register_for_everybody(path: Path) -> None:
    """Register it; it stays, as the tests have a Windows of their own. Raises OSError."""
    library = ctypes.c_void_p()
    load = ctypes.OleDLL("oleaut32").LoadTypeLibEx
    load(ctypes.c_wchar_p(str(path.resolve(strict=True))), _REGISTER, ctypes.byref(library))
