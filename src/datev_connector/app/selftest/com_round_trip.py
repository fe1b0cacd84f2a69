"""One thread offers a data object under a class of its own, another one finds and reads it.

The class is made up for this one time, so that neither DATEV nor a running connector notices.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import threading
from datetime import datetime
from uuid import UUID, uuid4

import comtypes.automation
import comtypes.client.dynamic

from datev_connector.app.selftest.proof import Failed
from datev_connector.datev.com.apartment import running_objects
from datev_connector.datev.com.apartment.data_object import DataObject
from datev_connector.datev.com.apartment.pump import Pump
from datev_connector.datev.com.fields import values_of
from datev_connector.datev.com.ids import IID_DISPATCH
from datev_connector.domain.record import CallRecord, CtiDirection, CtiState

LIMIT_S = 15.0
SINGLE_THREADED, MANY_THREADED = 2, 0
NAME = "Bäckerei Müller"


def round_trip(now: datetime) -> str:
    """Return what was proven; `now` in UTC."""
    ctypes.WinDLL("ole32").CoInitializeEx(None, SINGLE_THREADED)
    clsid, offered = uuid4(), DataObject(values_of(_record(now), None))
    registered = running_objects.register(offered.address(IID_DISPATCH), clsid)
    if not registered.handle:
        raise Failed(f"an object could not be registered ({registered.hresult & 0xFFFFFFFF:08X})")
    try:
        read = _read_from_outside(clsid)
    finally:
        running_objects.revoke(registered.handle)
    if read != NAME:
        raise Failed(f"another apartment read {read!r} instead of the name")
    if running_objects.entries(clsid):
        raise Failed("the object stayed in the table after it was revoked")
    return "an object was registered, found and read from another apartment, and revoked"


def _record(now: datetime) -> CallRecord:
    return CallRecord(
        call_id="selftest",
        direction=CtiDirection.INCOMING,
        begin=now,
        end=now,
        state=CtiState.OFFERED,
        contact_name=NAME,
    )


def _read_from_outside(clsid: UUID) -> object:
    pump, answers = Pump(), list[object]()

    def read() -> None:
        try:
            answers.append(_read(clsid))
        except Exception as fault:  # noqa: BLE001 -- border of a thread: told by the other one
            answers.append(fault)
        pump.wake()

    threading.Thread(target=read, name="COM of the self-test", daemon=True).start()
    if not pump.wait(lambda: bool(answers), LIMIT_S):
        raise Failed(f"COM did not answer within {LIMIT_S:g} seconds")
    if isinstance(answers[0], Exception):
        raise Failed(f"it could not be read: {answers[0]}")
    return answers[0]


def _read(clsid: UUID) -> object:
    ole32 = ctypes.WinDLL("ole32")
    ole32.CoInitializeEx(None, MANY_THREADED)
    hresult, address = running_objects.active_object(clsid)
    if hresult < 0:
        raise Failed(f"GetActiveObject says {hresult & 0xFFFFFFFF:08X}")
    found = ctypes.cast(address, ctypes.POINTER(comtypes.IUnknown))
    call = comtypes.client.dynamic.Dispatch(found.QueryInterface(comtypes.automation.IDispatch))
    return call.Adressatenname
