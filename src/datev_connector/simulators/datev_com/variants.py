"""VARIANTs in and out as `Property` values, with nothing converted on the way."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

from typing import Any

from datev_connector.simulators.datev_com.properties import Property

_I2, _I4, _R8, _DATE, _BSTR, _BOOL = 2, 3, 5, 7, 8, 11
_MEMBERS = {_I2: "VT_I2", _I4: "VT_I4", _R8: "VT_R8", _DATE: "VT_R8", _BOOL: "VT_BOOL"}


def taken_from(variant: Any) -> Property:
    """What a VARIANT holds; of types that no property has, the type alone."""
    number = int(variant.vt)
    if number == _BSTR:
        return Property(type_number=number, value=variant._.bstrVal or "")
    member = _MEMBERS.get(number)
    value = None if member is None else getattr(variant._, member)
    return Property(type_number=number, value=value)


def put_into(variant: Any, one: Property) -> None:
    """Fill an empty VARIANT."""
    if one.type_number == _BSTR:
        variant.value = one.value  # allocates the text in the way that the other side frees
    elif one.type_number in _MEMBERS:
        variant.vt = one.type_number
        setattr(variant._, _MEMBERS[one.type_number], one.value)
