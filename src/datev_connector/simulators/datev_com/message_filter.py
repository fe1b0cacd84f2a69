"""A DATEV that is busy, with a window open that wants an answer: it turns calls away unheard."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
from collections.abc import Callable
from ctypes import POINTER, byref, c_long
from typing import Any

from comtypes import COMObject
from comtypes.automation import IDispatch

from datev_connector.simulators.datev_com.interfaces import IDatevCtiNotification, IMessageFilter
from datev_connector.simulators.datev_com.orders import Refusal

_ACCEPTED = 0
_ANSWERS = {Refusal.REJECTED: 1, Refusal.RETRY_LATER: 2}
_WAIT_AND_DISPATCH = 2  # PENDINGMSG_WAITDEFPROCESS
_NEVER_AGAIN = 0xFFFFFFFF
_OURS = (IDispatch._iid_, IDatevCtiNotification._iid_)

_set_filter = ctypes.WinDLL("ole32").CoRegisterMessageFilter
_set_filter.argtypes = [POINTER(IMessageFilter), POINTER(POINTER(IMessageFilter))]
_set_filter.restype = c_long


class BusyFilter(COMObject):
    """Stands before the main thread; lets everything in unless told otherwise."""

    _com_interfaces_ = [IMessageFilter]  # noqa: RUF012 -- as comtypes wants it

    def __init__(self, turned_away: Callable[[Refusal], None]) -> None:
        super().__init__()
        self._turned_away = turned_away
        self._how = Refusal.REJECTED
        self._left = 0

    def install(self) -> None:
        """Have this thread's calls asked for. Raises OSError."""
        before: Any = POINTER(IMessageFilter)()
        hresult = _set_filter(self.QueryInterface(IMessageFilter), byref(before))
        if hresult < 0:
            raise OSError(f"CoRegisterMessageFilter: {hresult:#x}")

    def turn_away(self, how: Refusal, times: int) -> None:
        """Turn the next calls away."""
        self._how, self._left = how, times

    def IMessageFilter_HandleInComingCall(  # noqa: N802 -- COM's name
        self, this: Any, kind: int, task: Any, ticks: int, info: Any
    ) -> int:
        """Whether a call may come in; only calls of our own interfaces are turned away."""
        if not self._left or not info or info[0].iid not in _OURS:
            return _ACCEPTED
        self._left -= 1
        self._turned_away(self._how)
        return _ANSWERS[self._how]

    def IMessageFilter_RetryRejectedCall(  # noqa: N802 -- COM's name
        self, this: Any, task: Any, ticks: int, kind: int
    ) -> int:
        """DATEV itself does not try again."""
        return _NEVER_AGAIN

    def IMessageFilter_MessagePending(  # noqa: N802 -- COM's name
        self, this: Any, task: Any, ticks: int, kind: int
    ) -> int:
        """Keep the windows going while an answer is waited for."""
        return _WAIT_AND_DISPATCH
