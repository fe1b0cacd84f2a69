"""What stands on the other side of COM in these tests: a process of its own, with comtypes.

It obeys lines on its standard input and answers with JSON lines. It shares no code with the link.
"""

from __future__ import annotations

import ctypes
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from comtypes import COMMETHOD, GUID, CoInitialize, COMError, COMObject, IUnknown
from comtypes.automation import IDispatch

DATEV = GUID("{A299D197-E7C3-43E2-8ACC-C608FC2A7806}")
BUDDY = GUID("{D8CA0C15-8585-494A-93DF-07D706629793}")
DATA = GUID("{A4F23D58-64A0-412B-8A9A-0088026DC967}")
NAMES = [
    "CallID",
    "SyncID",
    "Direction",
    "Begin",
    "End",
    "CallState",
    "Adressatenname",
    "AdressatenId",
    "DataSource",
    "CalledNumber",
    "Note",
]
METHODS = ["NewCall", "CallStateChanged", "CallAdressatChanged", "NewJournal"]
GET, PUT, METHOD = 2, 4, 1
DISPATCH_FAILED = -2147352567


class IDatevCtiControl(IUnknown):  # type: ignore[misc] # comtypes is not there for the checker
    _iid_ = GUID("{867665AF-5040-4134-8D8D-3B7E9013EA12}")
    _methods_ = (
        COMMETHOD([], ctypes.c_long, "Dial", (["in"], ctypes.POINTER(IDispatch), "pCallData")),
        COMMETHOD([], ctypes.c_long, "Drop", (["in"], ctypes.POINTER(IDispatch), "pCallData")),
    )


class IDatevCtiControlDual(IDispatch):  # type: ignore[misc] # as above
    """As the foreign type library declares it."""

    _iid_ = IDatevCtiControl._iid_
    _methods_ = (
        COMMETHOD([], ctypes.c_long, "Greet", (["in"], ctypes.POINTER(IDispatch), "pCallData")),
        COMMETHOD([], ctypes.c_long, "Dial", (["in"], ctypes.POINTER(IDispatch), "pCallData")),
        COMMETHOD([], ctypes.c_long, "Drop", (["in"], ctypes.POINTER(IDispatch), "pCallData")),
    )


class IDatevCtiData(IDispatch):  # type: ignore[misc] # as above
    _iid_ = DATA
    _methods_ = ()


TABLES = {"table": IDatevCtiControl, "dual table": IDatevCtiControlDual}


def name_to_id(names: list[str], rgsz: Any, out: Any) -> int:
    for number, name in enumerate(names, 1):
        if rgsz[0].lower() == name.lower():
            out[0] = number
            return 0
    return -2147352570  # DISP_E_UNKNOWNNAME


class Datev(COMObject):  # type: ignore[misc] # as above
    """Answers as it was told to; keeps the objects that it was given."""

    _com_interfaces_ = (IDispatch,)

    def __init__(self) -> None:
        super().__init__()
        self.hresult = 0
        self.manner: Callable[[], None] = lambda: None
        self.kept: list[Any] = []

    def IDispatch_GetIDsOfNames(  # noqa: N802 - comtypes finds it by its name
        self, this: Any, riid: Any, names: Any, count: int, lcid: int, ids: Any
    ) -> int:
        return name_to_id(METHODS, names, ids)

    def IDispatch_Invoke(  # noqa: N802 - as above
        self, this: Any, member: int, riid: Any, lcid: int, flags: int, parameters: Any, *rest: Any
    ) -> int:
        data = parameters[0].rgvarg[0].value
        self.kept.append(data)
        say({"method": METHODS[member - 1]})
        self.manner()
        return self.hresult


class Call(COMObject):  # type: ignore[misc] # as above
    """The object that goes with `Dial`."""

    _com_interfaces_ = (IDispatch,)

    def __init__(self, values: dict[str, Any], failing: Sequence[str], nameless: bool) -> None:
        super().__init__()
        self.values = {name: values.get(name, "") for name in NAMES}
        self.failing = failing
        self.nameless = nameless
        self.touched = 0

    def IDispatch_GetIDsOfNames(  # noqa: N802 - comtypes finds it by its name
        self, this: Any, riid: Any, names: Any, count: int, lcid: int, ids: Any
    ) -> int:
        self.touched += 1
        return -2147467263 if self.nameless else name_to_id(NAMES, names, ids)

    def IDispatch_Invoke(  # noqa: N802 - as above
        self,
        this: Any,
        member: int,
        riid: Any,
        lcid: int,
        flags: int,
        parameters: Any,
        result: Any,
        *rest: Any,
    ) -> int:
        self.touched += 1
        name = NAMES[member - 1]
        if name in self.failing:
            return DISPATCH_FAILED
        if flags & PUT:
            self.values[name] = str(parameters[0].rgvarg[0].value)
        else:
            value = self.values[name]
            result[0].value = (
                "7" * value if isinstance(value, int) and name == "CalledNumber" else value
            )
        return 0


def say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201 - how it talks


def get(data: Any, member: int) -> Any:
    value = data.Invoke(member, _invkind=GET)
    return value if isinstance(value, str | int) else str(value)


class Counterpart:
    def __init__(self) -> None:
        self.datev = Datev()
        self.handles: list[int] = []
        self.objects: list[Any] = [self.datev]
        self.oleaut32 = ctypes.WinDLL("oleaut32")

    def register(self, which: str) -> None:
        pointer = self.datev.QueryInterface(IUnknown)
        handle, clsid = ctypes.c_ulong(), DATEV if which == "datev" else BUDDY
        hresult = self.oleaut32.RegisterActiveObject(
            pointer, ctypes.byref(clsid), 0, ctypes.byref(handle)
        )
        self.handles.append(handle.value)
        say({"registered": hresult})

    def revoke(self) -> None:
        for handle in self.handles:
            self.oleaut32.RevokeActiveObject(handle, None)
        self.handles.clear()
        say({"revoked": True})

    def answer(self, hresult: int) -> None:
        self.datev.hresult = ctypes.c_long(hresult).value

    def hang(self, seconds: float) -> None:
        self.datev.manner = lambda: time.sleep(seconds)

    def read_and_hang(self, seconds: float) -> None:
        """As a DATEV that shows a dialogue when it knows of the call."""

        def manner() -> None:
            get(self.datev.kept[-1], 1)
            time.sleep(seconds)

        self.datev.manner = manner

    def die(self) -> None:
        self.datev.manner = lambda: os._exit(3)

    def read_and_die(self) -> None:
        def manner() -> None:
            get(self.datev.kept[-1], 1)
            os._exit(3)

        self.datev.manner = manner

    def well(self) -> None:
        self.datev.manner = lambda: None

    def read(self) -> None:
        """All properties of the last object, by name in odd case, by number, by its own IID."""
        data = self.datev.kept[-1]
        odd = [name.swapcase() for name in NAMES]
        by_name = [get(data, data.GetIDsOfNames(name)[0]) for name in odd]
        by_number = [get(data, number) for number in range(1, 12)]
        say({"by_name": by_name, "by_number": by_number, "kept": len(self.datev.kept)})

    def readable(self) -> None:
        """Whether the last object can be read."""
        try:
            say({"call_id": get(self.datev.kept[-1], 1)})
        except (COMError, OSError) as fault:
            say({"fault": hex(code_of(fault))})

    def write(self, number: int, value: Any) -> None:
        data = self.datev.kept[-1]
        data.Invoke(number, value, _invkind=PUT)
        say({"now": get(data, number)})

    def unknown(self) -> None:
        data, faults = self.datev.kept[-1], []
        for member in (0, 12, -4):
            try:
                get(data, member)
            except COMError as fault:
                faults.append(fault.hresult & 0xFFFFFFFF)
        try:
            data.GetIDsOfNames("Nonsense")
        except (COMError, OSError) as fault:
            faults.append(code_of(fault))
        say({"faults": [hex(fault) for fault in faults]})

    def own_interface(self) -> None:
        """The last object, asked for by the interface that is DATEV's own."""
        say({"call_id": get(self.datev.kept[-1].QueryInterface(IDatevCtiData), 1)})

    def forget(self) -> None:
        self.datev.kept.clear()
        say({"forgotten": True})

    def buddy(self, interface: Any) -> Any:
        found = ctypes.POINTER(IUnknown)()
        hresult = self.oleaut32.GetActiveObject(ctypes.byref(BUDDY), None, ctypes.byref(found))
        if hresult:
            raise OSError(hresult & 0xFFFFFFFF, "no buddy")
        return found.QueryInterface(interface)

    def dial(
        self,
        through: str,
        values: dict[str, Any],
        failing: Sequence[str] = (),
        nameless: bool = False,
    ) -> None:
        call = Call(values, failing, nameless)
        self.objects.append(call)
        try:
            hresult = self.call("Dial", through, call)
        except (COMError, OSError) as fault:
            hresult = fault.hresult if isinstance(fault, COMError) else fault.errno or 0
        at_return = call.touched
        say(
            {
                "hresult": hex(hresult & 0xFFFFFFFF),
                "values": {n: str(v)[:60] for n, v in call.values.items()},
                "touched": at_return,
            }
        )

    def touched(self) -> None:
        say({"touched": self.objects[-1].touched})

    def drop(self, through: str, call_id: str) -> None:
        hresult = self.call("Drop", through, Call({"CallID": call_id}, [], False))
        say({"hresult": hex(hresult & 0xFFFFFFFF)})

    def call(self, method: str, through: str, call: Call) -> int:
        data = call.QueryInterface(IDispatch)
        if through in TABLES:
            return int(getattr(self.buddy(TABLES[through]), method)(data) or 0)
        buddy = self.buddy(IDispatch)
        buddy.Invoke(buddy.GetIDsOfNames(method)[0], data, _invkind=METHOD)
        return 0

    def two_dials(self) -> None:
        """From two threads at once, each an apartment of its own."""

        def one(number: int) -> None:
            CoInitialize()
            call = Call({"CalledNumber": f"0721 {number}", "SyncID": f"s-{number}"}, [], False)
            self.objects.append(call)
            self.call("Dial", "names", call)
            say({"call_id": call.values["CallID"], "sync_id": call.values["SyncID"]})

        for number in (1, 2):
            threading.Thread(target=one, args=(number,), daemon=True).start()

    def exit(self) -> None:
        self.revoke()
        os._exit(0)


def code_of(fault: COMError | OSError) -> int:
    code: int = fault.hresult if isinstance(fault, COMError) else fault.winerror
    return code & 0xFFFFFFFF


def read_orders(lines: queue.Queue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)


def main() -> None:
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=read_orders, args=(lines,), daemon=True).start()
    counterpart, user32 = Counterpart(), ctypes.WinDLL("user32")
    message = ctypes.create_string_buffer(64)
    say({"ready": True})
    while True:
        while user32.PeekMessageW(message, None, 0, 0, 1):
            user32.DispatchMessageW(message)
        try:
            order, *arguments = json.loads(lines.get_nowait())
        except queue.Empty:
            user32.MsgWaitForMultipleObjectsEx(0, None, 10, 0x4FF, 4)
        else:
            getattr(counterpart, order)(*arguments)


if __name__ == "__main__":
    main()
