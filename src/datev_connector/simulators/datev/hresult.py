"""COM result codes as they stand on the link: signed 32-bit integers, negative means failure."""

from __future__ import annotations

_WORD = 1 << 32


def signed_hresult(code: int) -> int:
    """Fold 0x80010001 and the like into a signed 32-bit integer; raises ValueError if too large."""
    if not -(_WORD // 2) <= code < _WORD:
        raise ValueError(f"{code:#x} is no 32-bit result code")
    return code - _WORD if code >= _WORD // 2 else code


def hresult_text(code: int) -> str:
    """The usual spelling, 0x80010001."""
    return f"0x{code % _WORD:08X}"


S_OK = 0
E_INVALIDARG = signed_hresult(0x80070057)
UNKNOWN_NAME = signed_hresult(0x80020006)  # DISP_E_UNKNOWNNAME
CALL_REJECTED = signed_hresult(0x80010001)  # RPC_E_CALL_REJECTED: DATEV is busy
SERVER_FAULT = signed_hresult(0x80010105)  # RPC_E_SERVERFAULT: exception inside DATEV
