"""The buddy: what DATEV calls when somebody clicks a number there. Windows only."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any, Final

from datev_connector.datev.com.apartment import abi, dispatch
from datev_connector.datev.com.apartment.abi import HRESULT, Address
from datev_connector.datev.com.apartment.dispatch import Dispatched
from datev_connector.datev.com.apartment.pump import Pump
from datev_connector.datev.com.apartment.served import Method
from datev_connector.datev.com.apartment.watch import Watch
from datev_connector.datev.com.desk_window import Asked, DeskWindow
from datev_connector.datev.com.fields import DIALLED, NEEDED, plausible, wish_of, written_back
from datev_connector.datev.com.hresults import (
    DISP_E_BADPARAMCOUNT,
    DISP_E_MEMBERNOTFOUND,
    DISP_E_TYPEMISMATCH,
    E_FAIL,
    E_INVALIDARG,
    E_POINTER,
    S_OK,
    spelt,
)
from datev_connector.datev.com.ids import (
    CONTROL_METHODS,
    DISPIDS,
    FIRST_DUAL_SLOT,
    FIRST_SLOT,
    IID_CONTROL,
    IID_DISPATCH,
    IID_UNKNOWN,
)
from datev_connector.datev.com.times import ComTimes
from datev_connector.datev.wire import Unreadable
from datev_connector.domain.record import DialAnswer

log = logging.getLogger(__name__)

_MEMBERS: Final = {name.lower(): number for number, name in enumerate(CONTROL_METHODS, 1)}
_ONE_OBJECT = ctypes.WINFUNCTYPE(HRESULT, Address, Address)


class Buddy(Dispatched):
    """`IDatevCtiControl`, by its table and by names.

    Everything is copied while DATEV waits, and its object is not touched after the return.
    """

    def __init__(
        self,
        *,
        window: DeskWindow,
        pump: Pump,
        watch: Watch,
        times: ComTimes,
        now: Callable[[], datetime],
        zone: tzinfo | None,
        first_slot: int = FIRST_SLOT,
    ) -> None:
        """`first_slot`: where the registered type library has `Dial`."""
        super().__init__(_MEMBERS, further=True)
        self._window = window
        self._pump = pump
        self._watch = watch
        self._times = times
        self._now = now
        self._zone = zone
        before = self.dispatch_methods() if first_slot == FIRST_DUAL_SLOT else []
        own: list[Method] = [(_ONE_OBJECT, self._dial), (_ONE_OBJECT, self._drop)]
        self.show([IID_UNKNOWN, IID_CONTROL], [*before, *own])

    def invoke(self, member: int, flags: int, parameters: Any, result: Any) -> int:
        """`Dial` or `Drop`, called by name."""
        if member not in _MEMBERS.values():
            return DISP_E_MEMBERNOTFOUND
        if not parameters or parameters[0].count != 1:
            return DISP_E_BADPARAMCOUNT
        with _object_in(parameters[0].arguments[0]) as data:
            if not data:
                return DISP_E_TYPEMISMATCH
            return (self._dial if member == _MEMBERS["dial"] else self._drop)(0, data)

    # --- Dial -------------------------------------------------------------------------------------

    def _dial(self, _this: int, data: int | None) -> int:
        if not data:
            return E_POINTER
        try:
            wish = wish_of(self._texts(data, DIALLED))
        except Unreadable as fault:
            log.warning("Dial from DATEV cannot be understood: %s", fault)
            return E_INVALIDARG
        if not wish.sync_id:
            log.warning("Dial from DATEV came without a SyncID")
        answer = self._answer_to(self._window.ask(wish, self._pump.wake))
        return self._hand_over(data, answer) if answer.hresult >= 0 else answer.hresult

    def _answer_to(self, asked: Asked) -> DialAnswer:
        self._pump.wait(lambda: asked.answered, self._times.dial_s)
        if not asked.answered and asked.refuse():
            log.warning("the desk did not answer Dial in time; it is refused")
            return DialAnswer(hresult=E_FAIL)
        return asked.answer or DialAnswer(hresult=E_FAIL)

    def _hand_over(self, data: int, answer: DialAnswer) -> int:
        """Write the `CallID` into DATEV's object; without it DATEV would not know its call."""
        (first, *others) = written_back(answer, self._now(), self._zone)
        hresult = self._put(data, *first)
        if hresult < 0:
            log.warning("DATEV does not take the CallID (%s): the call is ended", spelt(hresult))
            self._window.drop(answer.call_id)
            return hresult
        for name, value in others:
            self._put(data, name, value)
        return S_OK

    # --- Drop -------------------------------------------------------------------------------------

    def _drop(self, _this: int, data: int | None) -> int:
        if not data:
            return E_POINTER
        try:
            texts = self._texts(data, ("CallID",))
        except Unreadable as fault:
            log.warning("Drop from DATEV cannot be understood: %s", fault)
            return E_INVALIDARG
        self._window.drop(texts.get("CallID", ""))
        return S_OK

    # --- DATEV's object ---------------------------------------------------------------------------

    def _texts(self, data: int, names: tuple[str, ...]) -> dict[str, str]:
        """What can be read of them. Raises Unreadable for one that is needed."""
        texts = {}
        with self._watch.limit(self._times.read_s):
            for name in names:
                try:
                    texts[name] = plausible(name, _text(data, name))
                except Unreadable as fault:
                    if name in NEEDED:
                        raise
                    log.warning("a property of DATEV's call is left out: %s", fault)
        return texts

    def _put(self, data: int, name: str, value: str | int | datetime) -> int:
        with self._watch.limit(self._times.read_s):
            return dispatch.put(data, _member(data, name), value)


def _text(data: int, name: str) -> str:
    hresult, text = dispatch.get_text(data, _member(data, name))
    if hresult < 0:
        raise Unreadable(f"{name} cannot be read ({spelt(hresult)})")
    return text


def _member(data: int, name: str) -> int:
    """By name; the numbers of the contract serve where DATEV's object does not know names."""
    hresult, member = dispatch.member_id(data, name)
    return member if hresult >= 0 else DISPIDS[name]


@contextmanager
def _object_in(variant: Any) -> Iterator[int]:
    """The IDispatch in an argument, 0 if there is none."""
    address = variant.value.pointer if variant.vt in {abi.VT_DISPATCH, abi.VT_UNKNOWN} else None
    hresult, data = abi.query(address, IID_DISPATCH) if address else (E_POINTER, 0)
    with abi.released(data if hresult >= 0 else 0) as held:
        yield held
