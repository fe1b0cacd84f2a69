"""The object that DATEV hands over with `Dial` and `Drop`, and a diary of who touches it."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from collections.abc import Callable, Collection, Mapping
from ctypes import POINTER, c_long
from ctypes.wintypes import DWORD
from typing import Any

from comtypes import IUnknown
from comtypes.automation import (
    DISPATCH_PROPERTYGET,
    DISPATCH_PROPERTYPUT,
    DISPATCH_PROPERTYPUTREF,
)

from datev_connector.simulators.datev.hresult import S_OK, signed_hresult
from datev_connector.simulators.datev.record import FIELDS
from datev_connector.simulators.datev_com.automation import (
    BAD_PARAMETER_COUNT,
    MEMBER_NOT_FOUND,
    AutomationObject,
    raise_problem,
)
from datev_connector.simulators.datev_com.contract import PROPERTY_IDS
from datev_connector.simulators.datev_com.interfaces import IDatevCtiData
from datev_connector.simulators.datev_com.properties import Property
from datev_connector.simulators.datev_com.variants import put_into, taken_from

READ_ONLY = signed_hresult(0x80070005)  # E_ACCESSDENIED
_PUT = DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF
_NAMES = dict(enumerate(FIELDS, start=1))

_disconnect = ctypes.WinDLL("ole32").CoDisconnectObject
_disconnect.argtypes = [POINTER(IUnknown), DWORD]
_disconnect.restype = c_long


class CallData(AutomationObject):
    """Eleven properties that can be read and set from another process.

    failing: properties that raise when they are read. read_only: none can be set.
    touched_late: called with the name when somebody touches it after `returned`.
    """

    _com_interfaces_ = [IDatevCtiData]  # noqa: RUF012 -- as comtypes wants it
    numbers = PROPERTY_IDS

    def __init__(
        self,
        properties: Mapping[str, Property],
        *,
        failing: Collection[str] = (),
        read_only: bool = False,
        touched_late: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.properties = dict(properties)
        self.reads: list[str] = []
        self.writes: list[str] = []
        self._failing = failing
        self._read_only = read_only
        self._touched_late = touched_late
        self._returned = False

    def returned(self) -> None:
        """The call is over: from now on nobody should touch it."""
        self._returned = True

    def let_go(self) -> None:
        """Cut it off from everybody who may still hold it."""
        _disconnect(self.QueryInterface(IUnknown), 0)

    def IDispatch_Invoke(  # noqa: N802, PLR0913, PLR0917 -- COM's name, COM's parameters
        self,
        this: Any,
        number: int,
        riid: Any,
        lcid: int,
        flags: int,
        params: Any,
        result: Any,
        excepinfo: Any,
        wrong: Any,
    ) -> int:
        """Read or set one property."""
        name = _NAMES.get(number)
        if name is None:
            return MEMBER_NOT_FOUND
        if self._returned:
            self._touched_late(name)
        if flags & _PUT:
            return self._put(name, params, excepinfo)
        return (
            self._get(name, result, excepinfo) if flags & DISPATCH_PROPERTYGET else MEMBER_NOT_FOUND
        )

    def _put(self, name: str, params: Any, excepinfo: Any) -> int:
        if params[0].cArgs != 1:
            return BAD_PARAMETER_COUNT
        if self._read_only:
            return READ_ONLY
        self.writes.append(name)
        self.properties[name] = taken_from(params[0].rgvarg[0])
        return S_OK

    def _get(self, name: str, result: Any, excepinfo: Any) -> int:
        self.reads.append(name)
        if name in self._failing:
            return raise_problem(excepinfo, f"{name} cannot be read")
        if result:
            put_into(result[0], self.properties[name])
        return S_OK
