"""How much memory a process of Windows needs."""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from typing import Final

_QUERY_AND_READ: Final = 0x0410
_MIB: Final = 1 << 20
_SIZES: Final = (
    "peak_working_set",
    "working_set",
    "peak_paged_pool",
    "paged_pool",
    "peak_nonpaged_pool",
    "nonpaged_pool",
    "page_file",
    "peak_page_file",
)


class _Memory(ctypes.Structure):
    """PROCESS_MEMORY_COUNTERS."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("page_faults", wintypes.DWORD),
        *((name, ctypes.c_size_t) for name in _SIZES),
    )


def own_memory_mib(pid: int) -> float:
    """What a process has for itself alone, in memory and page file."""
    kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel32.OpenProcess.restype = wintypes.HANDLE
    kernel32.K32GetProcessMemoryInfo.argtypes = [wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD]
    kernel32.CloseHandle.argtypes = [wintypes.HANDLE]
    process = kernel32.OpenProcess(_QUERY_AND_READ, False, pid)
    assert process, ctypes.WinError(ctypes.get_last_error())
    memory = _Memory(size=ctypes.sizeof(_Memory))
    told = kernel32.K32GetProcessMemoryInfo(process, ctypes.byref(memory), memory.size)
    kernel32.CloseHandle(process)
    assert told, ctypes.WinError(ctypes.get_last_error())
    return int(memory.page_file) / _MIB
