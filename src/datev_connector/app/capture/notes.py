"""Notes of what was asked, answered and told, as forms; made while a diagnosis runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from datev_connector.app.capture.forms import Forms
from datev_connector.domain.masking import likeness
from datev_connector.starface.commands import Transport
from datev_connector.starface.wire.uci import fault_name
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse

MOST = 2000
"""Notes in one capture; a busy PBX must not fill the disk."""
METHOD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,40}(?:\.[A-Za-z][A-Za-z0-9]{0,40}){0,8}")


@dataclass(slots=True)
class CaptureNotes:
    """Everything that one capture holds but the findings."""

    clock: Callable[[], float]
    """Seconds; only differences count."""
    forms: Forms = field(default_factory=Forms)
    told: list[dict[str, object]] = field(default_factory=list)
    """What went over the links, in the order in which it came."""
    facts: dict[str, object] = field(default_factory=dict)
    """Answers to questions that only a capture asks."""
    places: set[str] = field(default_factory=set)
    """Names of servers that turned up; they are not to be told."""
    _began_s: float | None = None

    def event(self, way: Transport, call: MethodCall) -> None:
        """The PBX told something by itself."""
        params = [self.forms.of(param) for param in call.params]
        self._note(way, "event", call, {"params": params})

    def answer(self, way: Transport, call: MethodCall, answer: MethodResponse | Fault) -> None:
        """It answered a request."""
        self._note(way, "answer", call, self.form_of(answer))

    def trouble(self, way: Transport, call: MethodCall, kind: str) -> None:
        """It did not answer a request."""
        self._note(way, "trouble", call, {"trouble": kind})

    def form_of(self, answer: MethodResponse | Fault) -> dict[str, object]:
        """What an answer is like."""
        if isinstance(answer, Fault):
            return {"fault": answer.code, "name": fault_name(answer)}
        return {"value": self.forms.of(answer.value)}

    def _note(self, way: Transport, what: str, call: MethodCall, more: dict[str, object]) -> None:
        if len(self.told) >= MOST:
            return
        now_s = self.clock()
        began_s = self._began_s = now_s if self._began_s is None else self._began_s
        row = {"after_s": round(now_s - began_s, 2), "way": way.value, what: method_form(call)}
        self.told.append(row | more)


def method_form(call: MethodCall) -> str:
    """The name of a method; of what is no such name, what it is like."""
    method = call.method
    return method if METHOD.fullmatch(method) else f"a name like {likeness(method)}"
