"""Reads the eleven properties of an object in another process, in the way that is asked for."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

from ctypes import byref, c_uint
from typing import Any

from comtypes import GUID, COMError
from comtypes.automation import DISPATCH_PROPERTYGET, DISPPARAMS, EXCEPINFO, VARIANT

from datev_connector.simulators.datev.record import FIELDS
from datev_connector.simulators.datev_com.contract import PROPERTY_IDS
from datev_connector.simulators.datev_com.interfaces import IDatevCtiData
from datev_connector.simulators.datev_com.manners import By, Reading, Through
from datev_connector.simulators.datev_com.properties import (
    Property,
    ReadObject,
    judge_properties,
)
from datev_connector.simulators.datev_com.variants import taken_from

_NO_IID = byref(GUID())


def read_object(dispatch: Any, reading: Reading) -> ReadObject:
    """Read all eleven; what cannot be read is part of the result."""
    try:
        pointer = _interface(dispatch, reading.through)
    except COMError as error:
        failed = Property(hresult=error.hresult)
        return judge_properties(dict.fromkeys(FIELDS, failed))
    return judge_properties({name: _read(pointer, name, reading.by) for name in FIELDS})


def _interface(dispatch: Any, through: Through) -> Any:
    return dispatch.QueryInterface(IDatevCtiData) if through is Through.DATA else dispatch


def _read(pointer: Any, name: str, by: By) -> Property:
    try:
        return _get(pointer, _number(pointer, name, by))
    except COMError as error:
        return Property(hresult=error.hresult)


def _number(pointer: Any, name: str, by: By) -> int:
    if by is By.NUMBER:
        return PROPERTY_IDS[name]
    number: int = pointer.GetIDsOfNames(name.upper() if by is By.CAPITALS else name)[0]
    return number


def _get(pointer: Any, number: int) -> Property:
    result, problem, wrong = VARIANT(), EXCEPINFO(), c_uint()
    pointer._IDispatch__com_Invoke(  # noqa: SLF001 -- without comtypes' conversions
        number,
        _NO_IID,
        0,
        DISPATCH_PROPERTYGET,
        byref(DISPPARAMS()),
        byref(result),
        byref(problem),
        byref(wrong),
    )
    return taken_from(result)
