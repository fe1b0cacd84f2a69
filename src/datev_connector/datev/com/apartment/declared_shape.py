"""Reads the registered type library for the shape of `IDatevCtiControl`. Windows only."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import logging
import winreg
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from datev_connector.datev.com.apartment import abi
from datev_connector.datev.com.apartment.abi import HRESULT, Address
from datev_connector.datev.com.ids import IID_CONTROL, PROXY_TYPE_LIBRARY, braced
from datev_connector.datev.com.shape import DOCUMENTED, Declared, Shape, shape_of

log = logging.getLogger(__name__)

_TYPE_OF_GUID_SLOT: Final = 6
_ATTRIBUTES_SLOT, _RELEASE_ATTRIBUTES_SLOT = 3, 19
_FUNCTION_SLOT, _NAMES_SLOT, _RELEASE_FUNCTION_SLOT = 5, 7, 20
_MOST_FUNCTIONS: Final = 64
_TYPE_OF_GUID = ctypes.WINFUNCTYPE(HRESULT, Address, ctypes.c_char_p, ctypes.POINTER(Address))
_FUNCTION = ctypes.WINFUNCTYPE(HRESULT, Address, ctypes.c_uint, ctypes.POINTER(Address))
_NAMES = ctypes.WINFUNCTYPE(
    HRESULT,
    Address,
    ctypes.c_long,
    ctypes.POINTER(Address),
    ctypes.c_uint,
    ctypes.POINTER(ctypes.c_uint),
)
_ATTRIBUTES = ctypes.WINFUNCTYPE(HRESULT, Address, ctypes.POINTER(Address))
_RELEASE = ctypes.WINFUNCTYPE(None, Address, Address)
_KIND_DISPATCH: Final = 4
"""TKIND_DISPATCH: there is no table ..."""
_FLAG_DUAL: Final = 0x40
"""... unless it is dual."""


class _Attributes(ctypes.Structure):
    """TYPEATTR up to its flags."""

    _fields_ = (
        ("guid", ctypes.c_byte * 16),
        ("locale", ctypes.c_ulong),
        ("reserved", ctypes.c_ulong),
        ("constructor", ctypes.c_long),
        ("destructor", ctypes.c_long),
        ("schema", ctypes.c_void_p),
        ("instance_size", ctypes.c_ulong),
        ("kind", ctypes.c_int),
        ("function_count", ctypes.c_ushort),
        ("variable_count", ctypes.c_ushort),
        ("implemented_count", ctypes.c_ushort),
        ("table_size", ctypes.c_ushort),
        ("alignment", ctypes.c_ushort),
        ("flags", ctypes.c_ushort),
    )


class _Function(ctypes.Structure):
    """The beginning of FUNCDESC."""

    _fields_ = (
        ("member", ctypes.c_long),
        ("codes", ctypes.c_void_p),
        ("parameters", ctypes.c_void_p),
        ("kind", ctypes.c_int),
        ("invoking", ctypes.c_int),
        ("convention", ctypes.c_int),
        ("parameter_count", ctypes.c_short),
        ("optional_count", ctypes.c_short),
        ("offset", ctypes.c_short),
    )


def declared_shape() -> Shape:
    """What the registered library says; the documented shape if there is none to be read."""
    library = _library()
    if not library:
        return DOCUMENTED
    with abi.released(library):
        info = Address()
        found = abi.call(
            _TYPE_OF_GUID, _TYPE_OF_GUID_SLOT, library, abi.guid(IID_CONTROL), ctypes.byref(info)
        )
        if found < 0 or not info.value:
            return DOCUMENTED
        with abi.released(info.value) as this:
            shape = shape_of(list(_functions(this)))
    if shape.slots != DOCUMENTED.slots:
        log.warning("the registered type library has another shape: %s", dict(shape.slots))
    return shape


def is_carried() -> bool:
    """Tell whether Windows can carry calls of `IDatevCtiControl` from another process to ours.

    It needs a marshaller that is registered for our bitness, and the one that reads type libraries
    needs a library. Whether a marshaller of another kind works only a call shows.
    """
    key = rf"Interface\{braced(IID_CONTROL)}\ProxyStubClsid32"
    try:
        marshaller = UUID(winreg.QueryValue(winreg.HKEY_CLASSES_ROOT, key))
    except (OSError, ValueError):
        return False
    if marshaller != PROXY_TYPE_LIBRARY:
        return True
    library = _library()
    abi.release(library)
    return bool(library)


def _library() -> int:
    """The registered library's address, 0 if there is none that can be loaded."""
    key = rf"Interface\{braced(IID_CONTROL)}\TypeLib"
    try:
        with winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, key) as opened:
            identity = UUID(str(winreg.QueryValueEx(opened, "")[0]))
            version = str(winreg.QueryValueEx(opened, "Version")[0])
        major, minor = (int(part, 16) for part in version.split("."))
    except (OSError, ValueError):
        return 0
    library = Address()
    hresult = abi.load_registered_library(
        abi.guid(identity), major, minor, 0, ctypes.byref(library)
    )
    return library.value or 0 if hresult >= 0 else 0


def _functions(info: int) -> Iterator[Declared]:
    table = _has_table(info)
    for index in range(_MOST_FUNCTIONS):
        described = Address()
        if abi.call(_FUNCTION, _FUNCTION_SLOT, info, index, ctypes.byref(described)) < 0:
            return
        function = ctypes.cast(described, ctypes.POINTER(_Function))[0]
        yield _declared(info, function, table=table)
        abi.call(_RELEASE, _RELEASE_FUNCTION_SLOT, info, described)


def _has_table(info: int) -> bool:
    found = Address()
    if abi.call(_ATTRIBUTES, _ATTRIBUTES_SLOT, info, ctypes.byref(found)) < 0:
        return False
    attributes = ctypes.cast(found, ctypes.POINTER(_Attributes))[0]
    table = attributes.kind != _KIND_DISPATCH or bool(attributes.flags & _FLAG_DUAL)
    abi.call(_RELEASE, _RELEASE_ATTRIBUTES_SLOT, info, found)
    return table


def _declared(info: int, function: Any, *, table: bool) -> Declared:
    name, count = Address(), ctypes.c_uint()
    abi.call(_NAMES, _NAMES_SLOT, info, function.member, ctypes.byref(name), 1, ctypes.byref(count))
    return Declared(
        name=abi.taken_bstr(name.value),
        slot=function.offset // ctypes.sizeof(Address) if table else -1,
        member=function.member,
    )
