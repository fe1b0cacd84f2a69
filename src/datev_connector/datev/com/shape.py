"""How DATEV calls the buddy: what a registered type library may say about `IDatevCtiControl`.

The contract names two methods of an interface that extends IUnknown. Should DATEV's own library
declare it otherwise, Windows' marshaller goes by that library, and so must we.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from datev_connector.datev.com.ids import CONTROL_METHODS, FIRST_SLOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One method as a type library declares it; slots count from 0, -1 is none."""

    name: str
    slot: int
    member: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Where the two methods are in the table, and their DISPIDs by lower-case name."""

    slots: Mapping[str, int] = field(default_factory=dict)
    """By name; empty: the interface has no table and is called like IDispatch."""
    members: Mapping[str, int]


DOCUMENTED: Final = Shape(
    slots={name: FIRST_SLOT + index for index, name in enumerate(CONTROL_METHODS)},
    members={name.lower(): number for number, name in enumerate(CONTROL_METHODS, 1)},
)
LAST_SENSIBLE_SLOT: Final = 32


def shape_of(declared: list[Declared]) -> Shape:
    """The shape that a library declares; the documented one if it lacks one of the two methods."""
    found = {one.name.lower(): one for one in declared}
    ours = {name: found.get(name.lower()) for name in CONTROL_METHODS}
    methods = {name: one for name, one in ours.items() if one is not None}
    if len(methods) < len(CONTROL_METHODS):
        return DOCUMENTED
    slots = {name: one.slot for name, one in methods.items()}
    table = len(set(slots.values())) == len(slots) and all(
        FIRST_SLOT <= slot <= LAST_SENSIBLE_SLOT for slot in slots.values()
    )
    return Shape(
        slots=slots if table else {},
        members={name.lower(): one.member for name, one in methods.items()},
    )
