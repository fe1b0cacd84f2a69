"""HRESULTs, and what each says of a notification: taken, refused, or nobody can know.

On this rests the promise "at most once". A code counts as "not taken" only where COM says that the
call did not execute; all other failures of the transport leave it open.
"""

from __future__ import annotations

from typing import Final

from datev_connector.datev.wire import signed
from datev_connector.domain.record import Delivery

S_OK: Final = 0
S_FALSE: Final = 1
ALREADY_REGISTERED: Final = 262631
"""MK_S_MONIKERALREADYREGISTERED: a success; another entry of the same name is in the table."""

E_NOTIMPL: Final = signed(0x80004001)
E_NOINTERFACE: Final = signed(0x80004002)
E_POINTER: Final = signed(0x80004003)
E_ABORT: Final = signed(0x80004004)
E_FAIL: Final = signed(0x80004005)
E_UNEXPECTED: Final = signed(0x8000FFFF)
E_INVALIDARG: Final = signed(0x80070057)
E_OUTOFMEMORY: Final = signed(0x8007000E)
E_ACCESSDENIED: Final = signed(0x80070005)

DISP_E_MEMBERNOTFOUND: Final = signed(0x80020003)
DISP_E_TYPEMISMATCH: Final = signed(0x80020005)
DISP_E_UNKNOWNNAME: Final = signed(0x80020006)
DISP_E_EXCEPTION: Final = signed(0x80020009)
DISP_E_BADINDEX: Final = signed(0x8002000B)
DISP_E_BADPARAMCOUNT: Final = signed(0x8002000E)

MK_E_UNAVAILABLE: Final = signed(0x800401E3)
CO_E_NOTINITIALIZED: Final = signed(0x800401F0)
CO_E_OBJNOTCONNECTED: Final = signed(0x800401FD)
REGDB_E_CLASSNOTREG: Final = signed(0x80040154)
REGDB_E_IIDNOTREG: Final = signed(0x80040155)

RPC_E_CALL_REJECTED: Final = signed(0x80010001)
RPC_E_CALL_CANCELED: Final = signed(0x80010002)
RPC_E_CANTCALLOUT_INASYNCCALL: Final = signed(0x80010004)
RPC_E_CANTCALLOUT_INEXTERNALCALL: Final = signed(0x80010005)
RPC_E_CONNECTION_TERMINATED: Final = signed(0x80010006)
RPC_E_SERVER_DIED: Final = signed(0x80010007)
RPC_E_CANTTRANSMIT_CALL: Final = signed(0x8001000A)
RPC_E_CLIENT_CANTMARSHAL_DATA: Final = signed(0x8001000B)
RPC_E_CANTCALLOUT_AGAIN: Final = signed(0x80010011)
RPC_E_SERVER_DIED_DNE: Final = signed(0x80010012)
RPC_E_SERVERFAULT: Final = signed(0x80010105)
RPC_E_DISCONNECTED: Final = signed(0x80010108)
RPC_E_SERVERCALL_RETRYLATER: Final = signed(0x8001010A)
RPC_E_SERVERCALL_REJECTED: Final = signed(0x8001010B)
RPC_E_CANTCALLOUT_ININPUTSYNCCALL: Final = signed(0x8001010D)
RPC_E_WRONG_THREAD: Final = signed(0x8001010E)
RPC_E_THREAD_NOT_INIT: Final = signed(0x8001010F)
RPC_E_ACCESS_DENIED: Final = signed(0x8001011B)
RPC_E_INVALID_IPID: Final = signed(0x80010113)
RPC_E_INVALID_OBJECT: Final = signed(0x80010114)
RPC_S_CALLPENDING: Final = signed(0x80010115)
RPC_S_SERVER_UNAVAILABLE: Final = signed(0x800706BA)
RPC_S_CALL_FAILED: Final = signed(0x800706BE)
RPC_S_CALL_FAILED_DNE: Final = signed(0x800706BF)

BUSY: Final = frozenset(
    {RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, RPC_E_SERVERCALL_REJECTED}
)
"""DATEV was too busy to take it, for instance with a dialogue open; asking again may help."""

OUR_MISTAKE: Final = frozenset(
    {
        CO_E_NOTINITIALIZED,
        RPC_E_CANTCALLOUT_INASYNCCALL,
        RPC_E_CANTCALLOUT_INEXTERNALCALL,
        RPC_E_CANTCALLOUT_AGAIN,
        RPC_E_CANTCALLOUT_ININPUTSYNCCALL,
        RPC_E_CLIENT_CANTMARSHAL_DATA,
        RPC_E_WRONG_THREAD,
        RPC_E_THREAD_NOT_INIT,
    }
)
"""COM would not even send it, because of where it was sent from."""

GONE: Final = frozenset(
    {
        RPC_E_CANTTRANSMIT_CALL,
        RPC_E_SERVER_DIED_DNE,
        RPC_E_DISCONNECTED,
        RPC_E_INVALID_IPID,
        RPC_E_INVALID_OBJECT,
        CO_E_OBJNOTCONNECTED,
        RPC_S_CALL_FAILED_DNE,
    }
)
"""The object was not there any more, and COM says that the call did not execute."""

NOT_TAKEN: Final = OUR_MISTAKE | GONE

_FACILITY_RPC: Final = 1
_FACILITY_WIN32: Final = 7
_RPC_ERRORS: Final = range(1700, 2000)
"""Windows' error numbers that speak of remote calls."""


def delivery(hresult: int, *, left: bool) -> Delivery:
    """What became of a notification that ended with `hresult` (signed).

    `left`: the call to DATEV's method was begun; before that, whatever fails, nothing was taken.
    RPC_S_SERVER_UNAVAILABLE leaves it open: it is meant for a connection that was never made, but
    the look-up just before went well, so it may as well have broken after DATEV had read all of it.
    """
    if not left or hresult in NOT_TAKEN:
        return Delivery.AWAY
    if hresult >= 0:
        return Delivery.CONFIRMED
    if hresult in BUSY or hresult == RPC_E_SERVERFAULT:
        return Delivery.REFUSED
    return Delivery.UNCLEAR if _is_transport(hresult) else Delivery.REFUSED


def spelt(hresult: int) -> str:
    """The usual spelling, `0x80010001`."""
    return f"0x{hresult & 0xFFFFFFFF:08X}"


def _is_transport(hresult: int) -> bool:
    facility, code = (hresult >> 16) & 0x1FFF, hresult & 0xFFFF
    return facility == _FACILITY_RPC or (facility == _FACILITY_WIN32 and code in _RPC_ERRORS)
