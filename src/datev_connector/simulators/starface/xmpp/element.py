"""
XML elements of a stream, and how they are written.

The namespace `""` is the stream's own (`jabber:client` for clients, `jabber:component:accept` for
components), so that one stanza can be built for either and passed on from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr


class Raw(str):
    """Text that is XML already and is written as it is."""

    __slots__ = ()


@dataclass(slots=True)
class Element:
    """An element: name, namespace, attributes, and children or text in their order."""

    name: str
    namespace: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def elements(self) -> Iterator[Element]:
        """Children that are elements."""
        return (child for child in self.children if isinstance(child, Element))

    @property
    def text(self) -> str:
        """The text directly in this element."""
        return "".join(child for child in self.children if isinstance(child, str))

    def child(self, name: str, namespace: str = "") -> Element | None:
        """The first child of that name."""
        found = (e for e in self.elements if (e.name, e.namespace) == (name, namespace))
        return next(found, None)

    def get(self, attribute: str) -> str:
        """An attribute, `""` if absent."""
        return self.attributes.get(attribute, "")

    def xml(self, inherited: str = "") -> str:
        """The element as XML; `inherited` is the namespace that holds around it."""
        parts: list[str] = []
        self._write(parts, inherited)
        return "".join(parts)

    def _write(self, parts: list[str], inherited: str) -> None:
        parts.append(f"<{self.name}")
        if self.namespace != inherited:
            parts.append(f" xmlns={quoteattr(self.namespace)}")
        parts.extend(f" {name}={quoteattr(value)}" for name, value in self.attributes.items())
        if not self.children:
            parts.append("/>")
            return
        parts.append(">")
        for child in self.children:
            match child:
                case Element():
                    child._write(parts, self.namespace)  # noqa: SLF001 -- its own kind
                case Raw():
                    parts.append(child)
                case _:
                    parts.append(escape(child))
        parts.append(f"</{self.name}>")


def build(
    name: str,
    namespace: str = "",
    attributes: Mapping[str, str] | None = None,
    *children: Element | str,
) -> Element:
    """An element with its children; attributes that are empty are left out."""
    kept = {key: value for key, value in (attributes or {}).items() if value}
    return Element(name, namespace, kept, list(children))
