"""A user.config that another program has open for itself alone is taken over once it is free."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import wintypes
from pathlib import Path

from tests.app.settings.original.test_taking_over import Home

READ, EXISTING = 0x8000_0000, 3


@contextmanager
def open_for_nobody_else(file: Path) -> Iterator[None]:
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateFileW.restype = wintypes.HANDLE
    handle = wintypes.HANDLE(
        kernel.CreateFileW(str(file), wintypes.DWORD(READ), 0, None, EXISTING, 0, None)
    )
    try:
        yield
    finally:
        assert kernel.CloseHandle(handle)


def test_a_file_that_is_open_elsewhere_waits_for_another_start(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with open_for_nobody_else(home.roaming / "user.config"):
        first = home.start()
        assert first is not None
        assert "Permission denied" in first.unread
        assert home.start() is None
        assert not home.profile.settings_file.exists()
    assert home.start() is not None
    assert home.settings["starface"]["host"] == "pbx.kanzlei-lindgraefe.example"
