"""The Running Object Table: who is there, and being there oneself. Windows only."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from datev_connector.datev.com.apartment import abi
from datev_connector.datev.com.apartment.abi import HRESULT, Address
from datev_connector.datev.com.ids import table_name

STRONG: Final = 0
"""ACTIVEOBJECT_STRONG: the table keeps the object until it is revoked."""

_ENUM_RUNNING_SLOT, _NEXT_SLOT, _DISPLAY_NAME_SLOT = 9, 3, 20
_ENUM_RUNNING = ctypes.WINFUNCTYPE(HRESULT, Address, ctypes.POINTER(Address))
_NEXT = ctypes.WINFUNCTYPE(
    HRESULT, Address, ctypes.c_ulong, ctypes.POINTER(Address), ctypes.POINTER(ctypes.c_ulong)
)
_DISPLAY_NAME = ctypes.WINFUNCTYPE(HRESULT, Address, Address, Address, ctypes.POINTER(Address))


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What `RegisterActiveObject` said; `handle` is 0 if it failed."""

    hresult: int
    handle: int


def register(this: int, clsid: UUID) -> Registered:
    """Put an object into the table, strong. 262631 is a success: the handle is good."""
    handle = ctypes.c_uint()
    hresult = abi.register_active_object(this, abi.guid(clsid), STRONG, ctypes.byref(handle))
    return Registered(hresult=hresult, handle=handle.value if hresult >= 0 else 0)


def revoke(handle: int) -> int:
    """Take it out again."""
    hresult: int = abi.revoke_active_object(handle, None)
    return hresult


def active_object(clsid: UUID) -> tuple[int, int]:
    """`GetActiveObject`: HRESULT and, if that is no failure, an address to be released."""
    found = Address()
    hresult = abi.get_active_object(abi.guid(clsid), None, ctypes.byref(found))
    return hresult, found.value or 0


def entries(clsid: UUID) -> int:
    """How many objects are in the table under this class, our own included."""
    wanted = table_name(clsid).lower()
    return sum(1 for name in _names() if name.lower() == wanted)


def _names() -> Iterator[str]:
    table, context, monikers = Address(), Address(), Address()
    if abi.get_running_object_table(0, ctypes.byref(table)) < 0:
        return
    with abi.released(table.value or 0) as at:
        if abi.create_bind_context(0, ctypes.byref(context)) < 0:
            return
        with abi.released(context.value or 0) as binding:
            if abi.call(_ENUM_RUNNING, _ENUM_RUNNING_SLOT, at, ctypes.byref(monikers)) < 0:
                return
            with abi.released(monikers.value or 0) as each:
                yield from _display_names(each, binding)


def _display_names(monikers: int, binding: int) -> Iterator[str]:
    moniker, count = Address(), ctypes.c_ulong()
    while abi.call(_NEXT, _NEXT_SLOT, monikers, 1, ctypes.byref(moniker), ctypes.byref(count)) == 0:
        with abi.released(moniker.value or 0) as this:
            yield _display_name(this, binding)


def _display_name(moniker: int, binding: int) -> str:
    text = Address()
    called = abi.call(_DISPLAY_NAME, _DISPLAY_NAME_SLOT, moniker, binding, None, ctypes.byref(text))
    if called < 0 or not text.value:
        return ""
    name = ctypes.wstring_at(text.value)
    abi.co_task_mem_free(text)
    return name
