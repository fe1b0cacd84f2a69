"""DATEV's side of click-to-dial: find the telephony program in the table and call it."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import comtypes
from comtypes import COMError, COMObject
from comtypes.automation import IDispatch

from datev_connector.simulators.datev.hresult import S_OK
from datev_connector.simulators.datev_com.call_data import CallData
from datev_connector.simulators.datev_com.contract import BUDDY_CLASS
from datev_connector.simulators.datev_com.interfaces import IDatevCtiControl
from datev_connector.simulators.datev_com.running_table import TableFailed, look_up


@dataclass(slots=True, kw_only=True)
class Ringing:
    """One call of `Dial` or `Drop`, and what came of it."""

    method: str
    make: Callable[[], CallData]
    keep: bool = False
    """Leave the object reachable when the call has returned."""
    data: CallData | None = None
    hresult: int = S_OK
    found: bool = True
    """Whether somebody stood in the table."""
    done: Callable[[Ringing], None] | None = None


def call_buddy(ringing: Ringing) -> None:
    """Call it from this thread, which has to have an apartment."""
    ringing.data = ringing.make()
    try:
        control: Any = look_up(BUDDY_CLASS).QueryInterface(IDatevCtiControl)
        dispatch = ringing.data.QueryInterface(IDispatch)
        ringing.hresult = getattr(control, f"_IDatevCtiControl__com_{ringing.method}")(dispatch)
    except TableFailed as failed:
        ringing.hresult, ringing.found = failed.hresult, False
    except COMError as error:
        ringing.hresult = error.hresult
    ringing.data.returned()
    if not ringing.keep:
        ringing.data.let_go()


def call_from_threads(ringings: list[Ringing]) -> None:
    """Call at the same time, each from a thread of its own; each tells its `done`."""
    gate = threading.Barrier(len(ringings))

    def ring(ringing: Ringing) -> None:
        comtypes.CoInitializeEx(comtypes.COINIT_MULTITHREADED)
        try:
            gate.wait()
            call_buddy(ringing)
        finally:
            comtypes.CoUninitialize()
            if ringing.done is not None:
                ringing.done(ringing)

    for ringing in ringings:
        threading.Thread(target=ring, args=(ringing,), daemon=True).start()


class Rival(COMObject):
    """Another telephony program: it takes what it is given and does nothing."""

    _com_interfaces_ = [IDatevCtiControl]  # noqa: RUF012 -- as comtypes wants it

    def __init__(self, called: Callable[[str], None]) -> None:
        super().__init__()
        self._called = called

    def IDatevCtiControl_Dial(self, this: Any, data: Any) -> int:  # noqa: N802 -- COM's name
        """Taken."""
        self._called("Dial")
        return S_OK

    def IDatevCtiControl_Drop(self, this: Any, data: Any) -> int:  # noqa: N802 -- COM's name
        """Taken."""
        self._called("Drop")
        return S_OK
