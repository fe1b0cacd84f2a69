"""The data object: a snapshot of one call that DATEV reads at its leisure. Windows only."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from datev_connector.datev.com.apartment import abi
from datev_connector.datev.com.apartment.dispatch import Dispatched
from datev_connector.datev.com.fields import Value
from datev_connector.datev.com.hresults import (
    DISP_E_BADPARAMCOUNT,
    DISP_E_MEMBERNOTFOUND,
    DISP_E_TYPEMISMATCH,
    S_OK,
)
from datev_connector.datev.com.ids import DISPIDS_BY_LOWER_NAME, IID_DATA, Invoking
from datev_connector.datev.com.ole_date import moment_of
from datev_connector.datev.wire import Unreadable


class DataObject(Dispatched):
    """Eleven properties, by name in any case and by DISPID 1 to 11; all can be read and written.

    `IDispatch` and `IDatevCtiData` are one and the same pointer. What DATEV writes is read back by
    DATEV alone; we never look at it again.
    """

    def __init__(self, values: Mapping[int, Value]) -> None:
        """`values` by DISPID, none missing."""
        super().__init__(DISPIDS_BY_LOWER_NAME, also=(IID_DATA,))
        self._values = dict(values)
        self.was_read = False
        """Whether anybody knows any of it by now."""

    def invoke(self, member: int, flags: int, parameters: Any, result: Any) -> int:
        """Read or write a property."""
        if member not in self._values:
            return DISP_E_MEMBERNOTFOUND
        if flags & (Invoking.PUT | Invoking.PUT_REFERENCE):
            return self._put(member, parameters)
        if parameters and parameters[0].count:
            return DISP_E_BADPARAMCOUNT
        self.was_read = True
        if result:
            ctypes.memset(result, 0, ctypes.sizeof(abi.Variant))
            abi.fill(result[0], self._values[member])
        return S_OK

    def _put(self, member: int, parameters: Any) -> int:
        if not parameters or parameters[0].count != 1:
            return DISP_E_BADPARAMCOUNT
        like = self._values[member]
        try:
            value = abi.coerced(parameters[0].arguments[0], like)
            self._values[member] = (
                moment_of(float(value))
                if isinstance(like, datetime)
                else (value if isinstance(value, str) else int(value))
            )
        except (Unreadable, ValueError):
            return DISP_E_TYPEMISMATCH
        return S_OK
