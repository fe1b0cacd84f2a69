"""Where a new window goes, so that none covers another. Pure geometry, no Qt.

Windows gather in the lower right corner: upwards first, then in the next column to the left.
Those that are there never move.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

DISTANCE = 8
"""Between two windows and to the edge of the screen, as far as there is room."""
STEP = 32
"""From one window to the next in a cascade: its title stays visible."""


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on the desktop, in device-independent pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row beyond it."""
        return self.y + self.height

    def covers(self, other: Place) -> bool:
        """Tell whether the two have a point in common."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def holds(self, other: Place) -> bool:
        """Tell whether the other lies inside."""
        return (
            self.x <= other.x
            and other.right <= self.right
            and self.y <= other.y
            and other.bottom <= self.bottom
        )


def place_for(area: Place, width: int, height: int, taken: Sequence[Place]) -> Place:
    """Return a place of this size inside `area` that covers none of `taken`.

    With room for nothing but close neighbours they stand without distance. Without any room the
    place is the next step of a cascade. What is larger than the area is made smaller.
    """
    width, height = min(width, area.width), min(height, area.height)
    for distance in (DISTANCE, 0):
        for place in _corners(area, width, height, taken, distance):
            if area.holds(place) and not any(place.covers(one) for one in taken):
                return place
    return _cascaded(area, width, height, taken)


def _corners(
    area: Place, width: int, height: int, taken: Sequence[Place], distance: int
) -> Iterator[Place]:
    """All places that are pushed as far to the right and down as their neighbours let them."""
    rights = {area.right - distance} | {one.x - distance for one in taken}
    bottoms = {area.bottom - distance} | {one.y - distance for one in taken}
    for right in sorted(rights, reverse=True):
        for bottom in sorted(bottoms, reverse=True):
            yield Place(right - width, bottom - height, width, height)


def _cascaded(area: Place, width: int, height: int, taken: Sequence[Place]) -> Place:
    """The first step of the cascade where no other window has its corner."""
    corners = {(one.x, one.y) for one in taken}
    room = (area.width - width) // STEP, (area.height - height) // STEP
    steps = max(1, (room[0] + 1) * (room[1] + 1))
    places = (_step(area, width, height, room, number) for number in count())
    free = (one for one in islice(places, steps) if (one.x, one.y) not in corners)
    return next(free, _step(area, width, height, room, len(taken)))


def _step(area: Place, width: int, height: int, room: tuple[int, int], number: int) -> Place:
    """Go up and to the left with each step; at an edge that direction begins anew."""
    columns, rows = max(0, room[0]) + 1, max(0, room[1]) + 1
    # Each round through the rows begins one column further, so that all steps differ.
    column = (number + number // _common(columns, rows)) % columns
    return Place(
        area.right - width - STEP * column,
        area.bottom - height - STEP * (number % rows),
        width,
        height,
    )


def _common(columns: int, rows: int) -> int:
    """After so many steps a cascade over columns and rows is back where it began."""
    a, b = columns, rows
    while b:
        a, b = b, a % b
    return columns * rows // a
