"""Reads the XML of a descriptor that may be hostile: no document type, so no entities; limits."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from datev_connector.simulators.starface.module.archive import BadModule


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeLimits:
    """How large a tree may grow."""

    depth: int = 100
    elements: int = 500_000


TREE_LIMITS = TreeLimits()


def read_tree(content: bytes, limits: TreeLimits = TREE_LIMITS) -> Element:
    """The root element. Raises BadModule, and nothing else, whatever the bytes are."""
    tree = _Tree(limits)
    try:
        tree.parser.Parse(content, True)  # noqa: FBT003 -- expat takes it by position only
    except expat.ExpatError as problem:
        why = expat.ErrorString(problem.code)
        raise BadModule(f"the descriptor is no XML: {why}, line {problem.lineno}") from None
    except BadModule:
        raise
    except (ValueError, LookupError):
        # An encoding that is unknown or has several bytes a character.
        raise BadModule("the descriptor names an encoding that is not accepted") from None
    return tree.builder.close()


class _Tree:
    def __init__(self, limits: TreeLimits) -> None:
        self.builder = TreeBuilder()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.StartDoctypeDeclHandler = _doctype
        self._limits = limits
        self._depth = 0
        self._elements = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > self._limits.depth:
            raise BadModule("the descriptor is nested too deeply")
        if self._elements > self._limits.elements:
            raise BadModule("the descriptor has too many elements")
        self.builder.start(name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.builder.end(name)


def _doctype(*_: object) -> None:
    raise BadModule("the descriptor declares a document type, which no descriptor has")
