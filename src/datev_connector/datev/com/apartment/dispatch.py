"""`IDispatch` in both directions: objects of ours that are called by name, and calls to others'.

Windows only.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from datev_connector.datev.com.apartment import abi
from datev_connector.datev.com.apartment.abi import HRESULT, Address, DispatchParameters, Variant
from datev_connector.datev.com.apartment.served import Method, Served
from datev_connector.datev.com.hresults import (
    DISP_E_BADINDEX,
    DISP_E_EXCEPTION,
    DISP_E_UNKNOWNNAME,
    E_POINTER,
    S_OK,
)
from datev_connector.datev.com.ids import (
    DISPID_PROPERTYPUT,
    IID_DISPATCH,
    IID_UNKNOWN,
    Invoking,
)

log = logging.getLogger(__name__)

UNKNOWN_MEMBER = -1
_NO_GUID = bytes(16)

_COUNT = ctypes.WINFUNCTYPE(HRESULT, Address, ctypes.POINTER(ctypes.c_uint))
_TYPE = ctypes.WINFUNCTYPE(HRESULT, Address, ctypes.c_uint, ctypes.c_uint, ctypes.POINTER(Address))
_NAMES = ctypes.WINFUNCTYPE(
    HRESULT,
    Address,
    Address,
    ctypes.POINTER(ctypes.c_wchar_p),
    ctypes.c_uint,
    ctypes.c_uint,
    ctypes.POINTER(ctypes.c_long),
)
_INVOKE = ctypes.WINFUNCTYPE(
    HRESULT,
    Address,
    ctypes.c_long,
    Address,
    ctypes.c_uint,
    ctypes.c_ushort,
    ctypes.POINTER(DispatchParameters),
    ctypes.POINTER(Variant),
    Address,
    Address,
)
NAMES_SLOT, INVOKE_SLOT = 5, 6


# --- what others call -----------------------------------------------------------------------------


class Dispatched(Served):
    """An object that is called by name or number; `invoke` says what its members do."""

    def __init__(
        self, members: Mapping[str, int], *, also: Iterable[UUID] = (), further: bool = False
    ) -> None:
        """`members`: DISPIDs by lower-case name. `also`: interfaces that are the same pointer.

        `further`: the object has another face for IUnknown.
        """
        super().__init__()
        self._members = members
        unknown = () if further else (IID_UNKNOWN,)
        self.show([IID_DISPATCH, *also, *unknown], self.dispatch_methods())

    def dispatch_methods(self) -> list[Method]:
        """The four of `IDispatch`."""
        return [
            (_COUNT, self._type_count),
            (_TYPE, self._type),
            (_NAMES, self._ids_of_names),
            (_INVOKE, self._invoke),
        ]

    def invoke(self, member: int, flags: int, parameters: Any, result: Any) -> int:
        """Do what the member does; return the HRESULT."""
        raise NotImplementedError

    def _type_count(self, _this: int, count: Any) -> int:
        if not count:
            return E_POINTER
        count[0] = 0
        return S_OK

    def _type(self, _this: int, _index: int, _locale: int, info: Any) -> int:
        if info:
            info[0] = None
        return DISP_E_BADINDEX

    def _ids_of_names(
        self, _this: int, _interface: int, names: Any, count: int, _locale: int, ids: Any
    ) -> int:
        if not names or not ids or not count:
            return E_POINTER
        for index in range(count):
            ids[index] = UNKNOWN_MEMBER
        ids[0] = self._members.get((names[0] or "").lower(), UNKNOWN_MEMBER)
        log.debug("%s: asked by name for number %d", type(self).__name__, ids[0])
        # Further names would be those of arguments, which have none.
        return S_OK if count == 1 and ids[0] != UNKNOWN_MEMBER else DISP_E_UNKNOWNNAME

    def _invoke(
        self,
        _this: int,
        member: int,
        _interface: int,
        _locale: int,
        flags: int,
        parameters: Any,
        result: Any,
        _exception: int,
        _argument: int,
    ) -> int:
        log.debug("%s: number %d is used (flags %d)", type(self).__name__, member, flags)
        return self.invoke(member, flags, parameters, result)


# --- what we call ---------------------------------------------------------------------------------


def member_id(this: int, name: str) -> tuple[int, int]:
    """`GetIDsOfNames` for one name: HRESULT and DISPID."""
    names = (ctypes.c_wchar_p * 1)(name)
    ids = (ctypes.c_long * 1)(UNKNOWN_MEMBER)
    hresult = abi.call(_NAMES, NAMES_SLOT, this, _NO_GUID, names, 1, abi.LOCALE_INVARIANT, ids)
    if hresult >= 0 and ids[0] == UNKNOWN_MEMBER:
        hresult = DISP_E_UNKNOWNNAME
    return hresult, ids[0]


def call_with_object(this: int, member: int, argument: int) -> int:
    """Call a method with one object, by its IDispatch address; return the HRESULT."""
    variant = Variant()
    variant.vt, variant.value.pointer = abi.VT_DISPATCH, argument  # not cleared: no reference added
    parameters = DispatchParameters(ctypes.pointer(variant), None, 1, 0)
    return _call(this, member, Invoking.METHOD, parameters, None)


def put(this: int, member: int, value: str | int | datetime) -> int:
    """Write a property; return the HRESULT."""
    variant = Variant()
    abi.fill(variant, value)
    named = ctypes.c_long(DISPID_PROPERTYPUT)
    parameters = DispatchParameters(ctypes.pointer(variant), ctypes.pointer(named), 1, 1)
    try:
        return _call(this, member, Invoking.PUT, parameters, None)
    finally:
        abi.clear(variant)


def get_text(this: int, member: int) -> tuple[int, str]:
    """Read a property as text: HRESULT and text. Raises Unreadable if it cannot be one."""
    result = Variant()
    parameters = DispatchParameters(None, None, 0, 0)
    # Some answer only to both flags together, as scripts ask.
    hresult = _call(this, member, Invoking.GET | Invoking.METHOD, parameters, result)
    try:
        return hresult, abi.text_of(result) if hresult >= 0 else ""
    finally:
        abi.clear(result)


def _call(
    this: int, member: int, flags: int, parameters: DispatchParameters, result: Variant | None
) -> int:
    exception = abi.ExceptionInfo()
    hresult = abi.call(
        _INVOKE,
        INVOKE_SLOT,
        this,
        member,
        _NO_GUID,
        abi.LOCALE_INVARIANT,
        flags,
        ctypes.byref(parameters),
        ctypes.byref(result) if result is not None else None,
        ctypes.addressof(exception),
        None,
    )
    if hresult == DISP_E_EXCEPTION and exception.scode < 0:
        hresult = exception.scode
    abi.free_exception(exception)
    return hresult
