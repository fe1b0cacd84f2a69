"""What an object needs to be an automation object without a type library."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from comtypes import COMObject

from datev_connector.simulators.datev.hresult import S_OK, UNKNOWN_NAME, signed_hresult
from datev_connector.simulators.datev_com.contract import find_id

E_NOTIMPL = signed_hresult(0x80004001)
MEMBER_NOT_FOUND = signed_hresult(0x80020003)  # DISP_E_MEMBERNOTFOUND
TYPE_MISMATCH = signed_hresult(0x80020005)  # DISP_E_TYPEMISMATCH
BAD_PARAMETER_COUNT = signed_hresult(0x8002000E)  # DISP_E_BADPARAMCOUNT
EXCEPTION = signed_hresult(0x80020009)  # DISP_E_EXCEPTION
_UNKNOWN_ID = -1


class AutomationObject(COMObject):
    """Answers names by `numbers`; what is invoked is the business of those who inherit."""

    numbers: Mapping[str, int] = MappingProxyType({})

    def IDispatch_GetTypeInfoCount(self, this: Any, count: Any) -> int:  # noqa: N802 -- COM's name
        """There is no type information."""
        count[0] = 0
        return S_OK

    def IDispatch_GetTypeInfo(  # noqa: N802 -- COM's name
        self, this: Any, index: int, lcid: int, info: Any
    ) -> int:
        """There is no type information."""
        return E_NOTIMPL

    def IDispatch_GetIDsOfNames(  # noqa: N802 -- COM's name
        self, this: Any, riid: Any, names: Any, count: int, lcid: int, ids: Any
    ) -> int:
        """Numbers for names."""
        code = S_OK
        for index in range(count):
            number = find_id(self.numbers, names[index]) if index == 0 else None
            ids[index] = _UNKNOWN_ID if number is None else number
            code = UNKNOWN_NAME if number is None else code
        return code


def raise_problem(excepinfo: Any, text: str) -> int:
    """Fill in what an exception of automation says of itself."""
    if excepinfo:
        excepinfo[0].bstrSource = "DATEV"
        excepinfo[0].bstrDescription = text
        excepinfo[0].scode = signed_hresult(0x80004005)
    return EXCEPTION
