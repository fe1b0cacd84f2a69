"""The object that DATEV puts into the table: four methods, found by name, one argument each."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

from collections.abc import Callable
from ctypes import POINTER, cast
from typing import Any

from comtypes.automation import DISPATCH_METHOD, VT_DISPATCH, IDispatch

from datev_connector.simulators.datev_com.automation import (
    BAD_PARAMETER_COUNT,
    EXCEPTION,
    MEMBER_NOT_FOUND,
    TYPE_MISMATCH,
    AutomationObject,
    raise_problem,
)
from datev_connector.simulators.datev_com.contract import METHOD_IDS
from datev_connector.simulators.datev_com.interfaces import IDatevCtiNotification

_NAMES = {number: name for name, number in METHOD_IDS.items()}


class Notification(AutomationObject):
    """Hands each call over as method name and object; what comes back is the result code."""

    _com_interfaces_ = [IDatevCtiNotification]  # noqa: RUF012 -- as comtypes wants it
    numbers = METHOD_IDS

    def __init__(self, take: Callable[[str, Any], int], objection: Callable[[str], None]) -> None:
        """`objection` hears of calls that are none."""
        super().__init__()
        self._take = take
        self._objection = objection

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
        """One of the four methods."""
        name = _NAMES.get(number)
        if name is None or not flags & DISPATCH_METHOD:
            self._objection(f"number {number} with flags {flags} is no method")
            return MEMBER_NOT_FOUND
        if params[0].cArgs != 1 or params[0].cNamedArgs:
            self._objection(f"{name} came with {params[0].cArgs} arguments")
            return BAD_PARAMETER_COUNT
        argument = params[0].rgvarg[0]
        if argument.vt != VT_DISPATCH or not argument._.c_void_p:
            self._objection(f"{name} came with a VARIANT of type {argument.vt} as its object")
            return TYPE_MISMATCH
        code = self._take(name, _owned(argument))
        return raise_problem(excepinfo, "DATEV raises") if code == EXCEPTION else code


def _owned(argument: Any) -> Any:
    """The object as a pointer of our own, that outlives the call."""
    pointer: Any = cast(argument._.c_void_p, POINTER(IDispatch))
    pointer.AddRef()  # what a cast makes releases at its end what it has never counted
    return pointer


class Stranger(AutomationObject):
    """An automation object that has nothing to do with telephony."""

    _com_interfaces_ = [IDispatch]  # noqa: RUF012 -- as comtypes wants it
