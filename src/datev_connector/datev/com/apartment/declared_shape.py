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
from datev_connector.datev.com.ids import IID_CONTROL, braced
from datev_connector.datev.com.shape import DOCUMENTED, Declared, Shape, shape_of

log = logging.getLogger(__name__)

_TYPE_OF_GUID_SLOT: Final = 6
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
_RELEASE_FUNCTION = ctypes.WINFUNCTYPE(None, Address, Address)
_FUNCTION_OF_DISPATCH: Final = 4
"""FUNC_DISPATCH: there is no place in a table."""


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
    if shape != DOCUMENTED:
        log.warning("the registered type library has another shape: %s", dict(shape.slots))
    return shape


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
    for index in range(_MOST_FUNCTIONS):
        described = Address()
        if abi.call(_FUNCTION, _FUNCTION_SLOT, info, index, ctypes.byref(described)) < 0:
            return
        function = ctypes.cast(described, ctypes.POINTER(_Function))[0]
        yield _declared(info, function)
        abi.call(_RELEASE_FUNCTION, _RELEASE_FUNCTION_SLOT, info, described)


def _declared(info: int, function: Any) -> Declared:
    name, count = Address(), ctypes.c_uint()
    abi.call(_NAMES, _NAMES_SLOT, info, function.member, ctypes.byref(name), 1, ctypes.byref(count))
    table = function.kind != _FUNCTION_OF_DISPATCH
    return Declared(
        name=abi.taken_bstr(name.value),
        slot=function.offset // ctypes.sizeof(Address) if table else -1,
        member=function.member,
    )
