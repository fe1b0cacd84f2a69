"""Objects of ours that others call: tables of functions, counted references. Windows only."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from datev_connector.datev.com.apartment.abi import HRESULT, Address
from datev_connector.datev.com.hresults import E_NOINTERFACE, E_POINTER, E_UNEXPECTED, S_OK
from datev_connector.datev.com.ids import IID_UNKNOWN

log = logging.getLogger(__name__)

Method = tuple[Any, Callable[..., int]]
"""Prototype and what is called. Arguments arrive as plain numbers and pointers."""

QUERY = ctypes.WINFUNCTYPE(HRESULT, Address, Address, ctypes.POINTER(Address))
COUNT = ctypes.WINFUNCTYPE(ctypes.c_ulong, Address)
_GUID_BYTES = 16


class Served:
    """One object; it has a face (a table of functions) for each kind of interface it answers.

    Whoever makes it keeps it as long as `references` is not 0. It belongs to one apartment, so its
    methods are never called by two threads at once.
    """

    def __init__(self) -> None:
        self.references = 0
        self._faces: dict[bytes, _Face] = {}

    def show(self, interfaces: Iterable[UUID], methods: Sequence[Method]) -> None:
        """Answer to `interfaces` with a table of IUnknown's methods and these."""
        unknown: list[Method] = [
            (QUERY, self._query),
            (COUNT, self._add_reference),
            (COUNT, self._release),
        ]
        face = _Face([*unknown, *methods])
        for interface in interfaces:
            self._faces.setdefault(interface.bytes_le, face)

    def address(self, interface: UUID = IID_UNKNOWN) -> int:
        """Where the object is for one of its interfaces; counts nothing."""
        return self._faces[interface.bytes_le].address

    def _query(self, _this: int, interface: int | None, out: Any) -> int:
        if not out or not interface:
            return E_POINTER
        face = self._faces.get(ctypes.string_at(interface, _GUID_BYTES))
        if face is None:
            out[0] = None
            return E_NOINTERFACE
        out[0] = face.address
        self.references += 1
        return S_OK

    def _add_reference(self, _this: int) -> int:
        self.references += 1
        return self.references

    def _release(self, _this: int) -> int:
        self.references = max(0, self.references - 1)
        return self.references


class _Face:
    """A table of functions, and the cell that points to it: its address is the object's."""

    def __init__(self, methods: Sequence[Method]) -> None:
        self._functions = [prototype(_guarded(function)) for prototype, function in methods]
        self._table = (Address * len(methods))(
            *(ctypes.cast(function, Address).value for function in self._functions)
        )
        self._cell = Address(ctypes.addressof(self._table))
        self.address = ctypes.addressof(self._cell)


def _guarded(function: Callable[..., int]) -> Callable[..., int]:
    """Whatever goes wrong inside must not look like a success to the caller."""

    @wraps(function)
    def answer(*arguments: Any) -> int:
        try:
            return function(*arguments)
        except Exception:  # the border of another process: it gets an HRESULT
            log.exception("a call from DATEV failed")
            return E_UNEXPECTED

    return answer
