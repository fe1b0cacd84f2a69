"""Turns frozen dataclasses of the domain into JSON and back, by their field types.

A field that a document does not have gets the default of its class: so fields can be added to the
domain without touching old rows. A field that the class no longer has is ignored. What must
change in another way is done by an upgrade of the document (see `Codec.upgrades`).
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from operator import attrgetter
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Turn = Callable[[Any], Any]
Document = dict[str, Any]

WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_microseconds(at: datetime) -> int:
    """Return an aware time as whole microseconds since 1970."""
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_microseconds(value: int) -> datetime:
    """Return the UTC time of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


@dataclass(frozen=True, slots=True)
class Field:
    """How one field travels."""

    name: str
    encode: Turn | None
    """None: as it is."""
    decode: Turn | None


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """Writes and reads values of one class."""

    made: type[T]
    fields: tuple[Field, ...]
    version: int = 1
    upgrades: Mapping[int, Callable[[Document], Document]] = field(default_factory=dict)
    """By version: turns a document of this version into one of the next."""

    turned: tuple[tuple[str, Turn], ...] = field(init=False)
    """The fields that do not travel as they are; found once, since a ringing call is in a hurry."""

    def __post_init__(self) -> None:
        turned = tuple((each.name, each.encode) for each in self.fields if each.encode is not None)
        object.__setattr__(self, "turned", turned)

    def dump(self, value: T) -> str:
        """Return the document of a value."""
        return WRITER.encode(self.encode(value))

    def load(self, version: int, text: str) -> T:
        """Return the value of a document that was written in `version`."""
        document: Document = json.loads(text)
        for old in range(version, self.version):
            document = self.upgrades[old](document)
        return self.decode(document)

    def encode(self, value: T) -> Document:
        """Return the value as plain JSON types."""
        document: Document = {each.name: getattr(value, each.name) for each in self.fields}
        for name, encode in self.turned:
            raw = document[name]
            if raw is not None:
                document[name] = encode(raw)
        return document

    def decode(self, document: Document) -> T:
        """Return the value of plain JSON types."""
        arguments: Document = {}
        for each in self.fields:
            if each.name in document:
                raw = document[each.name]
                turned = raw if each.decode is None or raw is None else each.decode(raw)
                arguments[each.name] = turned
        return self.made(**arguments)


def codec_for(made: type[T], names: Mapping[str, type]) -> Codec[T]:
    """Return the codec of a dataclass; `names` are those its annotations know for checkers only."""
    hints = get_type_hints(made, localns=dict(names))
    fields = []
    for each in dataclasses.fields(made):  # type: ignore[arg-type]
        encode, decode = _turns(hints[each.name], names)
        fields.append(Field(each.name, encode, decode))
    return Codec(made, tuple(fields))


def _turns(kind: Any, names: Mapping[str, type]) -> tuple[Turn | None, Turn | None]:
    if kind in (str, int, bool, float):
        return None, None
    if kind is datetime:
        return to_microseconds, from_microseconds
    if get_origin(kind) in (Union, types.UnionType):
        (inner,) = (each for each in get_args(kind) if each is not type(None))
        return _turns(inner, names)
    if get_origin(kind) is tuple:
        return _tuple_turns(get_args(kind)[0], names)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return attrgetter("value"), kind
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        codec = codec_for(kind, names)
        return codec.encode, codec.decode
    raise TypeError(f"no way to keep a field of type {kind}")


def _tuple_turns(inner: Any, names: Mapping[str, type]) -> tuple[Turn, Turn]:
    encode, decode = _turns(inner, names)

    def to_list(values: tuple[Any, ...]) -> list[Any]:
        return [value if encode is None else encode(value) for value in values]

    def to_tuple(values: list[Any]) -> tuple[Any, ...]:
        return tuple(value if decode is None else decode(value) for value in values)

    return to_list, to_tuple
