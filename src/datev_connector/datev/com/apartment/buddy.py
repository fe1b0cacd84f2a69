"""The buddy: what DATEV calls when somebody clicks a number there. Windows only."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any

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
    E_NOTIMPL,
    E_POINTER,
    S_OK,
    spelt,
)
from datev_connector.datev.com.ids import (
    DISPIDS,
    FIRST_DUAL_SLOT,
    FIRST_SLOT,
    IID_CONTROL,
    IID_DISPATCH,
    IID_UNKNOWN,
)
from datev_connector.datev.com.shape import DOCUMENTED, Shape
from datev_connector.datev.com.times import ComTimes
from datev_connector.datev.wire import Unreadable
from datev_connector.domain.masking import likeness
from datev_connector.domain.record import DialAnswer

log = logging.getLogger(__name__)

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
        shape: Shape = DOCUMENTED,
    ) -> None:
        """`shape`: how the registered type library declares `IDatevCtiControl`."""
        by_name = () if shape.slots else (IID_CONTROL,)
        super().__init__(shape.members, also=by_name, further=bool(shape.slots))
        self._shape = shape
        self._window = window
        self._pump = pump
        self._watch = watch
        self._times = times
        self._now = now
        self._zone = zone
        if shape.slots:
            self.show([IID_UNKNOWN, IID_CONTROL], self._table(shape.slots))

    def _table(self, slots: Mapping[str, int]) -> list[Method]:
        """The interface's own methods in their places; IDispatch's before them where it is dual."""
        own = {slots["Dial"]: self._dial, slots["Drop"]: self._drop}
        before = self.dispatch_methods() if min(own) >= FIRST_DUAL_SLOT else []
        first = FIRST_SLOT + len(before)
        return [
            *before,
            *((_ONE_OBJECT, own.get(slot, _not_ours)) for slot in range(first, max(own) + 1)),
        ]

    def invoke(self, member: int, flags: int, parameters: Any, result: Any) -> int:
        """`Dial` or `Drop`, called by name."""
        if member not in self._shape.members.values():
            return DISP_E_MEMBERNOTFOUND
        if not parameters or parameters[0].count != 1:
            return DISP_E_BADPARAMCOUNT
        with _object_in(parameters[0].arguments[0]) as data:
            if not data:
                return DISP_E_TYPEMISMATCH
            called = self._dial if member == self._shape.members["dial"] else self._drop
            return called(0, data)

    # --- Dial -------------------------------------------------------------------------------------

    def _dial(self, _this: int, data: int | None) -> int:
        if not data:
            return E_POINTER
        try:
            wish = wish_of(self._texts(data, DIALLED))
        except Unreadable as fault:
            log.warning("Dial from DATEV cannot be understood: %s", fault)
            return E_INVALIDARG
        log.debug("Dial from DATEV with a SyncID like %s", likeness(wish.sync_id))
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


def _not_ours(_this: int, _data: int | None) -> int:
    """What a foreign library declares beside the two methods of the contract."""
    return E_NOTIMPL


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
