"""Entry points of modules at the XML-RPC door (STARFACE, XML-RPC of module entry points).

One struct in, one struct out. An entry point of type XMLRPC_noauth answers everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datev_connector.simulators.starface.module.descriptor import EntryPoint
from datev_connector.simulators.starface.module.modules import Configuration, Modules
from datev_connector.simulators.starface.module.running import CannotRun
from datev_connector.simulators.starface.wire import write_fault, write_response

LIST_METHODS = "system.listMethods"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleFaults:
    """Numbers of the faults; those of a PBX are not published."""

    wrong_call: int
    stale: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A `methodResponse`, and what became of the request in a few words."""

    body: bytes
    outcome: str


class ModuleDesk:
    """Answers calls of entry points."""

    def __init__(self, modules: Modules, faults: ModuleFaults) -> None:
        self._modules = modules
        self._faults = faults

    def knows(self, method: str) -> bool:
        """Whether that is an entry point which can be called now."""
        return self._modules.entry(method) is not None

    def open_to_all(self, method: str) -> bool:
        """Whether it answers those who do not sign in."""
        found = self._modules.entry(method)
        return found is not None and found[1].open_to_all

    def methods(self) -> list[str]:
        """The full names of all entry points that can be called now."""
        return [name for one in self._modules if one.works for name in one.methods]

    def reply(self, method: str, params: tuple[Any, ...]) -> Reply:
        """What an entry point answers. Raises LookupError for a method that is none."""
        found = self._modules.entry(method)
        if found is None:
            raise LookupError(method)
        configuration, entry = found
        if configuration.stale:
            return _fault(self._faults.stale, "No item with that key")
        if len(params) != 1 or not isinstance(params[0], Mapping):
            return _fault(self._faults.wrong_call, f"{method} takes one struct")
        return self._run(configuration, entry, params[0])

    def _run(
        self, configuration: Configuration, entry: EntryPoint, given: Mapping[str, object]
    ) -> Reply:
        try:
            answer = configuration.call(entry, given, self._modules.now())
        except CannotRun as problem:
            return _fault(self._faults.failed, str(problem))
        return Reply(body=write_response(answer), outcome="ok")


def _fault(code: int, text: str) -> Reply:
    return Reply(body=write_fault(code, text), outcome=text)
