"""Puts the type library into the registry of the machine; Wine does not look into the user's."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import contextlib
import ctypes
from collections.abc import Iterator
from pathlib import Path

_REGISTER = 1


@contextlib.contextmanager
def registered_for_everybody(path: Path) -> Iterator[None]:
    """Register it for the time of the block. Raises OSError."""
    library = ctypes.c_void_p()
    load = ctypes.OleDLL("oleaut32").LoadTypeLibEx
    load(ctypes.c_wchar_p(str(path)), _REGISTER, ctypes.byref(library))
    yield
