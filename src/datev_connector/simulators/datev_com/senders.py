"""Tells telephony programs apart by the apartment in which their objects live."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from ctypes import POINTER, byref, c_int, c_long, c_uint64, c_void_p
from ctypes.wintypes import DWORD, ULONG
from typing import Any

from comtypes import GUID, IUnknown

from datev_connector.simulators.datev_com.interfaces import IStream

_ole32 = ctypes.WinDLL("ole32")
_stream = _ole32.CreateStreamOnHGlobal
_stream.argtypes = [c_void_p, c_int, POINTER(POINTER(IStream))]
_stream.restype = c_long
_marshal = _ole32.CoMarshalInterface
_marshal.argtypes = [POINTER(IStream), POINTER(GUID), POINTER(IUnknown), DWORD, c_void_p, DWORD]
_marshal.restype = c_long
_unmarshal = _ole32.CoUnmarshalInterface
_unmarshal.argtypes = [POINTER(IStream), POINTER(GUID), POINTER(POINTER(IUnknown))]
_unmarshal.restype = c_long

_OXID_AT = 4 + 4 + 16 + 4 + 4
"""In a marshalled reference: signature, flags, interface id, flags and count stand before it."""


class Senders:
    """Gives each telephony program a number, from 1, in the order of their first object."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    @property
    def known(self) -> tuple[int, ...]:
        """All numbers given so far."""
        return tuple(self._numbers.values())

    def number_of(self, dispatch: Any) -> int:
        """Whose object it is; 0 if that cannot be told, because its process is gone."""
        home = _apartment(dispatch)
        return 0 if home is None else self._numbers.setdefault(home, len(self._numbers) + 1)


def _apartment(dispatch: Any) -> int | None:
    stream: Any = POINTER(IStream)()
    if _stream(None, 1, byref(stream)) < 0:
        return None
    unknown = dispatch.QueryInterface(IUnknown)
    if _marshal(stream, byref(IUnknown._iid_), unknown, 0, None, 0) < 0:
        return None
    found = c_uint64()
    stream.Seek(_OXID_AT, 0, None)
    stream.Read(byref(found), ctypes.sizeof(found), byref(ULONG()))
    stream.Seek(0, 0, None)
    # Used up by being read again: Wine does not release a reference to somebody else's object.
    again: Any = POINTER(IUnknown)()
    _unmarshal(stream, byref(IUnknown._iid_), byref(again))
    return found.value
