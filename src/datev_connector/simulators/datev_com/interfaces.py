"""The interfaces of the contract, and those of Windows that go with them, as COM sees them.

The two automation interfaces have nothing beyond `IDispatch`: names and numbers are answered by the
objects themselves, and no type library is read.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

from ctypes import POINTER, Structure, c_int64, c_long, c_void_p
from ctypes.wintypes import DWORD, ULONG, WORD

from comtypes import COMMETHOD, GUID, HRESULT, STDMETHOD, IUnknown
from comtypes.automation import IDispatch

from datev_connector.simulators.datev_com.contract import (
    CONTROL_INTERFACE,
    DATA_INTERFACE,
    NOTIFICATION_INTERFACE,
)


class IDatevCtiData(IDispatch):
    """The eleven properties of a call."""

    _iid_ = GUID(DATA_INTERFACE)
    _methods_ = ()


class IDatevCtiNotification(IDispatch):
    """What the telephony program calls."""

    _iid_ = GUID(NOTIFICATION_INTERFACE)
    _methods_ = ()


class IDatevCtiControl(IUnknown):
    """What DATEV calls, by the table of methods."""

    _iid_ = GUID(CONTROL_INTERFACE)
    _methods_ = (
        COMMETHOD([], HRESULT, "Dial", (["in"], POINTER(IDispatch), "pCallData")),
        COMMETHOD([], HRESULT, "Drop", (["in"], POINTER(IDispatch), "pCallData")),
    )


class InterfaceInfo(Structure):
    """What a message filter is told about a call that comes in."""

    _fields_ = (("object", c_void_p), ("iid", GUID), ("method", WORD))


class IMessageFilter(IUnknown):
    """Asked before a call is let in."""

    _iid_ = GUID("{00000016-0000-0000-C000-000000000046}")
    _methods_ = (
        STDMETHOD(DWORD, "HandleInComingCall", [DWORD, c_void_p, DWORD, POINTER(InterfaceInfo)]),
        STDMETHOD(DWORD, "RetryRejectedCall", [c_void_p, DWORD, DWORD]),
        STDMETHOD(DWORD, "MessagePending", [c_void_p, DWORD, DWORD]),
    )


class IStream(IUnknown):
    """As much of a stream as reading it from its beginning takes."""

    _iid_ = GUID("{0000000C-0000-0000-C000-000000000046}")
    _methods_ = (
        STDMETHOD(HRESULT, "Read", [c_void_p, ULONG, POINTER(ULONG)]),
        STDMETHOD(HRESULT, "Write", [c_void_p, ULONG, POINTER(ULONG)]),
        STDMETHOD(HRESULT, "Seek", [c_int64, DWORD, c_void_p]),
    )


class IMoniker(IUnknown):
    """A name in the Running Object Table; only that name is asked for."""

    _iid_ = GUID("{0000000F-0000-0000-C000-000000000046}")
    _methods_ = (
        *(STDMETHOD(HRESULT, f"Unused{slot}") for slot in range(3, 20)),
        STDMETHOD(HRESULT, "GetDisplayName", [c_void_p, c_void_p, POINTER(c_void_p)]),
    )


class IEnumMoniker(IUnknown):
    """The names one after another."""

    _iid_ = GUID("{00000102-0000-0000-C000-000000000046}")
    _methods_ = (STDMETHOD(c_long, "Next", [ULONG, POINTER(POINTER(IMoniker)), POINTER(ULONG)]),)


class IRunningObjectTable(IUnknown):
    """The table; it is only read here."""

    _iid_ = GUID("{00000010-0000-0000-C000-000000000046}")
    _methods_ = (
        *(STDMETHOD(HRESULT, f"Unused{slot}") for slot in range(3, 9)),
        STDMETHOD(HRESULT, "EnumRunning", [POINTER(POINTER(IEnumMoniker))]),
    )


__all__ = [
    "IDatevCtiControl",
    "IDatevCtiData",
    "IDatevCtiNotification",
    "IEnumMoniker",
    "IMessageFilter",
    "IMoniker",
    "IRunningObjectTable",
    "IStream",
    "InterfaceInfo",
]
