"""What goes over the lines to PBX and DATEV, in the log at TRACE: forms, and nothing they say.

A form keeps what faults are found by: which message, which members, of what kind and how long, the
states of calls, and ids that are known again by a number. See `capture.forms`.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from typing import Final

from datev_connector.app.capture.forms import Forms
from datev_connector.app.capture.notes import method_form
from datev_connector.domain.masking import likeness, mask_note
from datev_connector.domain.record import (
    ADDRESSEES,
    INSTITUTIONS,
    OWN_SOURCE,
    CallRecord,
    Delivery,
    DialAnswer,
    DialWish,
    Method,
)
from datev_connector.domain.tracing import TRACE
from datev_connector.starface.commands import Transport
from datev_connector.starface.wire.uci import fault_name
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse

MOST_IDS = 10_000
"""Ids that are known again; after so many they are numbered anew."""

_uci = logging.getLogger("datev_connector.trace.starface")
_datev = logging.getLogger("datev_connector.trace.datev")


class UciTrace:
    """Fulfils `starface.overhearing.Overhears`. One for the whole run: ids keep their numbers."""

    def __init__(self) -> None:
        """Know no id yet."""
        self._forms = Forms()

    def event(self, way: Transport, call: MethodCall) -> None:
        """The PBX told something by itself."""
        if _uci.isEnabledFor(TRACE):
            _uci.log(TRACE, "%s event %s %s", way.value, method_form(call), self._all(call.params))

    def answer(self, way: Transport, call: MethodCall, answer: MethodResponse | Fault) -> None:
        """It answered a request."""
        if not _uci.isEnabledFor(TRACE):
            return
        if isinstance(answer, Fault):
            shown: object = f"fault {answer.code} {likeness(fault_name(answer))}"
        else:
            shown = self._form(answer.value)
        asked = self._all(call.params)
        _uci.log(TRACE, "%s request %s %s: %s", way.value, method_form(call), asked, shown)

    def trouble(self, way: Transport, call: MethodCall, kind: str) -> None:
        """It did not answer a request."""
        if _uci.isEnabledFor(TRACE):
            asked = self._all(call.params)
            _uci.log(TRACE, "%s request %s %s: %s", way.value, method_form(call), asked, kind)

    def _all(self, params: tuple[object, ...]) -> list[object]:
        return [self._form(param) for param in params]

    def _form(self, value: object) -> object:
        if self._forms.known > MOST_IDS:
            self._forms = Forms()
        return self._forms.of(value)


UCI_TRACE: Final = UciTrace()


def trace_notification(method: Method, record: CallRecord, result: tuple[Delivery, int]) -> None:
    """What DATEV was told, and what it answered."""
    if _datev.isEnabledFor(TRACE):
        delivery, hresult = result
        _datev.log(TRACE, "%s %s: %s, hresult %d", method, _fields(record), delivery.value, hresult)


def traced_dial(
    dial: Callable[[DialWish], DialAnswer],
) -> Callable[[DialWish], DialAnswer]:
    """DATEV's `Dial`, told as well."""

    def traced(wish: DialWish) -> DialAnswer:
        answer = dial(wish)
        if _datev.isEnabledFor(TRACE):
            told = answer.call_id or "no call"
            _datev.log(TRACE, "Dial %s: %s, hresult %d", _fields(wish), told, answer.hresult)
        return answer

    return traced


def traced_drop(drop: Callable[[str], None]) -> Callable[[str], None]:
    """DATEV's `Drop`, told as well."""

    def traced(call_id: str) -> None:
        if _datev.isEnabledFor(TRACE):
            _datev.log(TRACE, "Drop of an id like %s", likeness(call_id))
        drop(call_id)

    return traced


_OPEN: Final = frozenset({"call_id", "direction", "begin", "end", "state"})
"""Fields that we make ourselves, and that tell of nobody."""


def _fields(value: CallRecord | DialWish) -> str:
    """The fields of a record; of notes their length, of all else the form."""
    return " ".join(
        f"{field.name}={_shown(field.name, getattr(value, field.name))}"
        for field in dataclasses.fields(value)
    )


def _shown(name: str, value: object) -> str:
    if name in _OPEN:
        return str(getattr(value, "name", value))
    text = str(value)
    if text in {OWN_SOURCE, ADDRESSEES, INSTITUTIONS}:
        return text
    if name == "note":
        return mask_note(text) or "-"
    return likeness(text) or "-"
