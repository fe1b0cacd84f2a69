"""What COM asks while it waits: to repeat a rejected call, and whether to wait on. Windows only."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from collections.abc import Callable
from typing import Final

from datev_connector.datev.com.apartment.abi import Address
from datev_connector.datev.com.apartment.served import Served
from datev_connector.datev.com.ids import IID_MESSAGE_FILTER, IID_UNKNOWN

_DWORD = ctypes.c_ulong
_INCOMING = ctypes.WINFUNCTYPE(_DWORD, Address, _DWORD, Address, _DWORD, Address)
_ASKED = ctypes.WINFUNCTYPE(_DWORD, Address, Address, _DWORD, _DWORD)

SERVERCALL_ISHANDLED: Final = 0
PENDINGMSG_CANCELCALL: Final = 0
PENDINGMSG_WAITDEFPROCESS: Final = 2
GIVE_UP: Final = 0xFFFFFFFF
RETRY_MS: Final = 150
"""From 100 on COM waits so long before it tries again; below, it tries again at once."""


class MessageFilter(Served):
    """`IMessageFilter` of our apartment: takes every call, is patient within limits."""

    def __init__(
        self,
        *,
        expired: Callable[[], bool],
        reject_s: float,
        call_back: Callable[[], None] = lambda: None,
    ) -> None:
        """`expired` tells whether the call under way has outrun its limit.

        `call_back` is called each time before such a call is cancelled.
        """
        super().__init__()
        self._expired = expired
        self._call_back = call_back
        self._reject_ms = int(1000 * reject_s)
        self.show(
            [IID_UNKNOWN, IID_MESSAGE_FILTER],
            [
                (_INCOMING, self._handle_incoming_call),
                (_ASKED, self._retry_rejected_call),
                (_ASKED, self._message_pending),
            ],
        )

    def _handle_incoming_call(
        self, _this: int, _kind: int, _caller: int, _ticks: int, _interface: int
    ) -> int:
        return SERVERCALL_ISHANDLED

    def _retry_rejected_call(self, _this: int, _callee: int, waited_ms: int, _kind: int) -> int:
        patient = waited_ms < self._reject_ms and not self._expired()
        return RETRY_MS if patient else GIVE_UP

    def _message_pending(self, _this: int, _callee: int, _waited_ms: int, _kind: int) -> int:
        if not self._expired():
            return PENDINGMSG_WAITDEFPROCESS
        self._call_back()
        return PENDINGMSG_CANCELCALL
