"""The shapes and doors of COM that we use: structures, calls through a table, Automation values.

HRESULTs stay plain numbers here (signed), never exceptions: what became of a notification is told
by the very code. Windows only.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from datev_connector.datev.com.ole_date import ole_date
from datev_connector.datev.wire import Unreadable

VT_EMPTY: Final = 0
VT_NULL: Final = 1
VT_I4: Final = 3
VT_DATE: Final = 7
VT_BSTR: Final = 8
VT_DISPATCH: Final = 9
VT_UNKNOWN: Final = 13
LOCALE_INVARIANT: Final = 0x7F

HRESULT = ctypes.c_long
"""A plain number: ctypes' own HRESULT would raise."""
Address = ctypes.c_void_p


class _Union(ctypes.Union):
    _fields_ = (
        ("long", ctypes.c_long),
        ("double", ctypes.c_double),
        ("pointer", ctypes.c_void_p),
        ("record", ctypes.c_void_p * 2),
    )


class Variant(ctypes.Structure):
    """VARIANT."""

    _fields_ = (
        ("vt", ctypes.c_ushort),
        ("reserved", ctypes.c_ushort * 3),
        ("value", _Union),
    )


class DispatchParameters(ctypes.Structure):
    """DISPPARAMS."""

    _fields_ = (
        ("arguments", ctypes.POINTER(Variant)),
        ("named", ctypes.POINTER(ctypes.c_long)),
        ("count", ctypes.c_uint),
        ("named_count", ctypes.c_uint),
    )


class ExceptionInfo(ctypes.Structure):
    """EXCEPINFO."""

    _fields_ = (
        ("code", ctypes.c_ushort),
        ("reserved", ctypes.c_ushort),
        ("source", ctypes.c_void_p),
        ("description", ctypes.c_void_p),
        ("help_file", ctypes.c_void_p),
        ("help_context", ctypes.c_uint),
        ("reserved_pointer", ctypes.c_void_p),
        ("fill_in", ctypes.c_void_p),
        ("scode", ctypes.c_long),
    )


def _door(library: ctypes.WinDLL, name: str, result: Any, *arguments: Any) -> Any:
    function = getattr(library, name)
    function.restype, function.argtypes = result, arguments
    return function


# Instances of our own: what others set up on ctypes.windll must not change how we are answered.
_ole32 = ctypes.WinDLL("ole32")
_oleaut32 = ctypes.WinDLL("oleaut32")

co_initialize: Final = _door(_ole32, "CoInitializeEx", HRESULT, Address, ctypes.c_uint)
co_uninitialize: Final = _door(_ole32, "CoUninitialize", None)
co_register_message_filter: Final = _door(
    _ole32, "CoRegisterMessageFilter", HRESULT, Address, ctypes.POINTER(Address)
)
co_enable_call_cancellation: Final = _door(_ole32, "CoEnableCallCancellation", HRESULT, Address)
co_disconnect_object: Final = _door(_ole32, "CoDisconnectObject", HRESULT, Address, ctypes.c_uint)
co_wait_for_handles: Final = _door(
    _ole32,
    "CoWaitForMultipleHandles",
    HRESULT,
    ctypes.c_uint,
    ctypes.c_uint,
    ctypes.c_uint,
    ctypes.POINTER(Address),
    ctypes.POINTER(ctypes.c_uint),
)
co_task_mem_free: Final = _door(_ole32, "CoTaskMemFree", None, Address)
co_marshal_interface: Final = _door(
    _ole32,
    "CoMarshalInterface",
    HRESULT,
    Address,
    ctypes.c_char_p,
    Address,
    ctypes.c_uint,
    Address,
    ctypes.c_uint,
)
co_release_marshal_data: Final = _door(_ole32, "CoReleaseMarshalData", HRESULT, Address)
create_stream: Final = _door(
    _ole32, "CreateStreamOnHGlobal", HRESULT, Address, ctypes.c_int, ctypes.POINTER(Address)
)
get_running_object_table: Final = _door(
    _ole32, "GetRunningObjectTable", HRESULT, ctypes.c_uint, ctypes.POINTER(Address)
)
create_bind_context: Final = _door(
    _ole32, "CreateBindCtx", HRESULT, ctypes.c_uint, ctypes.POINTER(Address)
)

register_active_object: Final = _door(
    _oleaut32,
    "RegisterActiveObject",
    HRESULT,
    Address,
    ctypes.c_char_p,
    ctypes.c_uint,
    ctypes.POINTER(ctypes.c_uint),
)
revoke_active_object: Final = _door(
    _oleaut32, "RevokeActiveObject", HRESULT, ctypes.c_uint, Address
)
get_active_object: Final = _door(
    _oleaut32,
    "GetActiveObject",
    HRESULT,
    ctypes.c_char_p,
    Address,
    ctypes.POINTER(Address),
)
load_registered_library: Final = _door(
    _oleaut32,
    "LoadRegTypeLib",
    HRESULT,
    ctypes.c_char_p,
    ctypes.c_ushort,
    ctypes.c_ushort,
    ctypes.c_uint,
    ctypes.POINTER(Address),
)
_sys_alloc_string: Final = _door(
    _oleaut32, "SysAllocStringLen", Address, ctypes.c_char_p, ctypes.c_uint
)
_sys_string_length: Final = _door(_oleaut32, "SysStringLen", ctypes.c_uint, Address)
_sys_free_string: Final = _door(_oleaut32, "SysFreeString", None, Address)
_variant_clear: Final = _door(_oleaut32, "VariantClear", HRESULT, ctypes.POINTER(Variant))
_variant_change_type: Final = _door(
    _oleaut32,
    "VariantChangeTypeEx",
    HRESULT,
    ctypes.POINTER(Variant),
    ctypes.POINTER(Variant),
    ctypes.c_uint,
    ctypes.c_ushort,
    ctypes.c_ushort,
)


def guid(identity: UUID) -> bytes:
    """The sixteen bytes as COM has them in memory."""
    return identity.bytes_le


# --- calls through a table ------------------------------------------------------------------------

QUERY: Final = ctypes.WINFUNCTYPE(HRESULT, Address, ctypes.c_char_p, ctypes.POINTER(Address))
COUNT: Final = ctypes.WINFUNCTYPE(ctypes.c_ulong, Address)


def call(prototype: Any, slot: int, this: int, *arguments: Any) -> int:
    """Call the method in `slot` of the object at `this`; return its HRESULT."""
    table = ctypes.cast(this, ctypes.POINTER(ctypes.POINTER(Address)))[0]
    hresult: int = prototype(table[slot])(this, *arguments)
    return hresult


def query(this: int, interface: UUID) -> tuple[int, int]:
    """`QueryInterface`: HRESULT and, if that is no failure, an address to be released."""
    found = Address()
    hresult = call(QUERY, 0, this, guid(interface), ctypes.byref(found))
    return hresult, found.value or 0


def add_reference(this: int) -> None:
    """`AddRef`."""
    call(COUNT, 1, this)


def release(this: int) -> None:
    """`Release`; nothing to do for nothing."""
    if this:
        call(COUNT, 2, this)


@contextmanager
def released(this: int) -> Iterator[int]:
    """Release the object at the end, whatever happens."""
    try:
        yield this
    finally:
        release(this)


# --- Automation values ----------------------------------------------------------------------------


def new_bstr(text: str) -> int:
    """A BSTR with any characters, NUL and halves of pairs too. Raises MemoryError."""
    wide = text.encode("utf-16-le", "surrogatepass")
    address = _sys_alloc_string(wide, len(wide) // 2)
    if not address:
        raise MemoryError("no room for a text")
    return int(address)


def fill(variant: Any, value: str | int | datetime) -> None:
    """Put a value into an empty VARIANT. Raises ValueError for a time that Automation lacks."""
    if isinstance(value, str):
        variant.value.pointer = new_bstr(value)
        variant.vt = VT_BSTR
    elif isinstance(value, datetime):
        variant.value.double = ole_date(value)
        variant.vt = VT_DATE
    else:
        variant.value.long = value
        variant.vt = VT_I4


def clear(variant: Variant) -> None:
    """Free what is in it."""
    _variant_clear(ctypes.byref(variant))


def text_of(variant: Any) -> str:
    """The text of a VARIANT of whatever type, "" of an empty one. Raises Unreadable."""
    if variant.vt in (VT_EMPTY, VT_NULL):
        return ""
    if variant.vt == VT_BSTR:
        return _bstr(variant.value.pointer)
    changed = _changed(variant, VT_BSTR)
    try:
        return _bstr(changed.value.pointer)
    finally:
        clear(changed)


def coerced(variant: Any, like: str | int | datetime) -> str | int | float:
    """The value of a VARIANT as a text, a whole number or days. Raises Unreadable."""
    if isinstance(like, str):
        return text_of(variant)
    changed = _changed(variant, VT_DATE if isinstance(like, datetime) else VT_I4)
    return float(changed.value.double) if isinstance(like, datetime) else int(changed.value.long)


def free_exception(info: ExceptionInfo) -> None:
    """Free the texts of an EXCEPINFO, which nobody reads: they may hold a client's data."""
    for address in (info.source, info.description, info.help_file):
        _sys_free_string(address)


def _changed(variant: Any, wanted: int) -> Variant:
    changed = Variant()
    hresult = _variant_change_type(
        ctypes.byref(changed), ctypes.byref(variant), LOCALE_INVARIANT, 0, wanted
    )
    if hresult < 0:
        raise Unreadable("a value is of a type that does not fit")
    return changed


def taken_bstr(address: int | None) -> str:
    """The text of a BSTR that is ours to free, which is done."""
    text = _bstr(address)
    _sys_free_string(address)
    return text


def _bstr(address: int | None) -> str:
    return ctypes.wstring_at(address, _sys_string_length(address)) if address else ""
