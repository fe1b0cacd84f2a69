"""The Running Object Table: stand in it, look somebody up, read what stands there."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from ctypes import POINTER, byref, c_long, c_void_p
from ctypes.wintypes import DWORD, ULONG
from typing import Any

from comtypes import GUID, IUnknown

from datev_connector.simulators.datev.hresult import hresult_text
from datev_connector.simulators.datev_com.interfaces import (
    IEnumMoniker,
    IMoniker,
    IRunningObjectTable,
)

_oleaut32 = ctypes.WinDLL("oleaut32")
_ole32 = ctypes.WinDLL("ole32")
_STRONG = 0

_register = _oleaut32.RegisterActiveObject
_register.argtypes = [POINTER(IUnknown), POINTER(GUID), DWORD, POINTER(DWORD)]
_register.restype = c_long
_revoke = _oleaut32.RevokeActiveObject
_revoke.argtypes = [DWORD, c_void_p]
_revoke.restype = c_long
_get = _oleaut32.GetActiveObject
_get.argtypes = [POINTER(GUID), c_void_p, POINTER(POINTER(IUnknown))]
_get.restype = c_long
_table = _ole32.GetRunningObjectTable
_table.argtypes = [DWORD, POINTER(POINTER(IRunningObjectTable))]
_table.restype = c_long
_bind_context = _ole32.CreateBindCtx
_bind_context.argtypes = [DWORD, POINTER(POINTER(IUnknown))]
_bind_context.restype = c_long
_free = _ole32.CoTaskMemFree
_free.argtypes = [c_void_p]
_free.restype = None


class TableFailed(OSError):
    """Windows refused; `hresult` is its signed reason."""

    def __init__(self, what: str, hresult: int) -> None:
        super().__init__(f"{what}: {hresult_text(hresult)}")
        self.hresult = hresult


class Entry:
    """One object in the table, strongly held there until it is taken out.

    `hresult` is 0, or 262631 if somebody stands there already.
    """

    def __init__(self, subject: Any, class_id: str) -> None:
        """Raises TableFailed."""
        handle = DWORD()
        unknown = subject.QueryInterface(IUnknown)
        self.hresult: int = _register(unknown, byref(GUID(class_id)), _STRONG, byref(handle))
        if self.hresult < 0:
            raise TableFailed("RegisterActiveObject", self.hresult)
        self._handle = handle.value

    def take_out(self) -> None:
        """Leave the table."""
        _revoke(self._handle, None)


def look_up(class_id: str) -> Any:
    """The IUnknown of whoever stands in the table under the class. Raises TableFailed."""
    found = POINTER(IUnknown)()
    hresult = _get(byref(GUID(class_id)), None, byref(found))
    if hresult < 0:
        raise TableFailed("GetActiveObject", hresult)
    return found


def count_entries(class_id: str) -> int:
    """How many objects stand in the table under the class."""
    return [name.upper() for name in entry_names()].count("!" + class_id.upper())


def entry_names() -> list[str]:
    """The names of all entries, in the order of the table. Raises TableFailed."""
    table: Any = POINTER(IRunningObjectTable)()
    context: Any = POINTER(IUnknown)()
    for what, hresult in (
        ("GetRunningObjectTable", _table(0, byref(table))),
        ("CreateBindCtx", _bind_context(0, byref(context))),
    ):
        if hresult < 0:
            raise TableFailed(what, hresult)
    entries: Any = POINTER(IEnumMoniker)()
    table.EnumRunning(byref(entries))
    names = []
    while (name := _next_name(entries, context)) is not None:
        names.append(name)
    return names


def _next_name(entries: Any, context: Any) -> str | None:
    moniker: Any = POINTER(IMoniker)()
    got = ULONG()
    if entries.Next(1, byref(moniker), byref(got)) != 0 or not got.value:
        return None
    text = c_void_p()
    moniker.GetDisplayName(context, None, byref(text))
    try:
        return ctypes.wstring_at(text.value or 0)
    finally:
        _free(text)
