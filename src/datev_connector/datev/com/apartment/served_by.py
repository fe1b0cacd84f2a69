"""Which object of another process it is, and which program serves it. Windows only."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from collections.abc import Iterator
from ctypes import wintypes
from typing import Final

from datev_connector.datev.com.apartment import abi
from datev_connector.datev.com.apartment.abi import HRESULT, Address
from datev_connector.datev.com.ids import IID_UNKNOWN
from datev_connector.datev.com.object_reference import (
    Thread,
    id_halves,
    identity,
    program_of,
)

_LONGEST_REFERENCE: Final = 4096
_READ_SLOT, _SEEK_SLOT = 3, 5
_READ = ctypes.WINFUNCTYPE(
    HRESULT, Address, Address, ctypes.c_ulong, ctypes.POINTER(ctypes.c_ulong)
)
_SEEK = ctypes.WINFUNCTYPE(HRESULT, Address, ctypes.c_longlong, ctypes.c_uint, Address)

_SNAPSHOT_PROCESSES: Final = 0x2
_SNAPSHOT_THREADS: Final = 0x4
_NO_HANDLE: Final = ctypes.c_void_p(-1).value


class _Process(ctypes.Structure):
    """PROCESSENTRY32W."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("usage", wintypes.DWORD),
        ("id", wintypes.DWORD),
        ("heap", ctypes.c_void_p),
        ("module", wintypes.DWORD),
        ("threads", wintypes.DWORD),
        ("parent", wintypes.DWORD),
        ("priority", wintypes.LONG),
        ("flags", wintypes.DWORD),
        ("program", wintypes.WCHAR * 260),
    )


class _Thread(ctypes.Structure):
    """THREADENTRY32."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("usage", wintypes.DWORD),
        ("id", wintypes.DWORD),
        ("process", wintypes.DWORD),
        ("base_priority", wintypes.LONG),
        ("delta_priority", wintypes.LONG),
        ("flags", wintypes.DWORD),
    )


def identity_of(this: int) -> bytes:
    """What tells the object behind a proxy from every other; empty if it cannot be found out."""
    return identity(_reference(this))


def program_serving(this: int) -> str:
    """The file name of the program behind a proxy; "" if it cannot be found out."""
    halves = id_halves(_reference(this))
    return program_of(halves, _threads()) if halves else ""


def _reference(this: int) -> bytes:
    """The object as COM would send it to another process."""
    stream = Address()
    if abi.create_stream(None, 1, ctypes.byref(stream)) < 0:
        return b""
    with abi.released(stream.value or 0) as at:
        if abi.co_marshal_interface(at, abi.guid(IID_UNKNOWN), this, 0, None, 0) < 0:
            return b""
        try:
            return _read(at)
        finally:
            abi.call(_SEEK, _SEEK_SLOT, at, 0, 0, None)
            abi.co_release_marshal_data(at)


def _read(stream: int) -> bytes:
    abi.call(_SEEK, _SEEK_SLOT, stream, 0, 0, None)
    buffer, count = ctypes.create_string_buffer(_LONGEST_REFERENCE), ctypes.c_ulong()
    abi.call(_READ, _READ_SLOT, stream, ctypes.addressof(buffer), len(buffer), ctypes.byref(count))
    return buffer.raw[: count.value]


def _threads() -> Iterator[Thread]:
    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.CreateToolhelp32Snapshot.restype = wintypes.HANDLE
    snapshot = kernel32.CreateToolhelp32Snapshot(_SNAPSHOT_PROCESSES | _SNAPSHOT_THREADS, 0)
    if snapshot in {None, _NO_HANDLE}:
        return
    handle = wintypes.HANDLE(snapshot)
    try:
        process = _Process(size=ctypes.sizeof(_Process))
        programs: dict[int, str] = {}
        more = kernel32.Process32FirstW(handle, ctypes.byref(process))
        while more:
            programs[process.id] = process.program
            more = kernel32.Process32NextW(handle, ctypes.byref(process))
        thread = _Thread(size=ctypes.sizeof(_Thread))
        more = kernel32.Thread32First(handle, ctypes.byref(thread))
        while more:
            yield Thread(thread.id, thread.process, programs.get(thread.process, ""))
            more = kernel32.Thread32Next(handle, ctypes.byref(thread))
    finally:
        kernel32.CloseHandle(handle)
