from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.call_window.stacking import DISTANCE, STEP, Place, place_for

SCREEN = Place(0, 0, 1920, 1048)
areas = st.builds(
    Place,
    st.integers(-3000, 3000),
    st.integers(-2000, 2000),
    st.integers(320, 4000),
    st.integers(240, 2400),
)
sizes = st.tuples(st.integers(80, 700), st.integers(80, 700))


def places_inside(area: Place) -> st.SearchStrategy[Place]:
    return st.builds(
        Place,
        st.integers(area.x - 50, area.right),
        st.integers(area.y - 50, area.bottom),
        st.integers(50, 700),
        st.integers(50, 700),
    )


@given(st.data(), areas, sizes)
def test_a_place_is_inside_and_free_as_long_as_there_is_room(
    data: st.DataObject, area: Place, size: tuple[int, int]
) -> None:
    taken = data.draw(st.lists(places_inside(area), max_size=6))
    place = place_for(area, *size, taken)
    assert area.holds(place)
    free = not any(place.covers(one) for one in taken)
    assert free or not has_room(area, place.width, place.height, taken)


def has_room(area: Place, width: int, height: int, taken: list[Place]) -> bool:
    """Tell whether there is any free place: slow, and thought out in another way.

    A free place can be pushed left and up until an edge or a neighbour stops it.
    """
    lefts = [area.x, *(one.right for one in taken)]
    tops = [area.y, *(one.bottom for one in taken)]
    places = (Place(x, y, width, height) for x in lefts for y in tops)
    return any(area.holds(p) and not any(p.covers(one) for one in taken) for p in places)


@given(areas, sizes, st.integers(1, 12))
def test_windows_one_after_another_cover_none_until_the_screen_is_full(
    area: Place, size: tuple[int, int], count: int
) -> None:
    taken: list[Place] = []
    for _ in range(count):
        if not has_room(area, min(size[0], area.width), min(size[1], area.height), taken):
            break
        taken.append(place_for(area, *size, taken))
    assert not any(one.covers(other) for one, other in combinations(taken, 2))


@given(areas, sizes, st.integers(2, 8))
def test_a_closed_window_frees_its_place(area: Place, size: tuple[int, int], count: int) -> None:
    taken: list[Place] = []
    for _ in range(count):
        taken.append(place_for(area, *size, taken))
    gone = taken.pop(0)
    assert place_for(area, *size, taken) == gone or any(gone.covers(one) for one in taken)


@given(sizes)
def test_the_first_stands_in_the_lower_right_corner(size: tuple[int, int]) -> None:
    place = place_for(SCREEN, *size, [])
    assert (place.right, place.bottom) == (SCREEN.right - DISTANCE, SCREEN.bottom - DISTANCE)


def test_windows_gather_upwards_and_then_to_the_left() -> None:
    taken: list[Place] = []
    for _ in range(4):
        taken.append(place_for(SCREEN, 448, 488, taken))
    assert [(p.x, p.y) for p in taken] == [(1464, 552), (1464, 56), (1008, 552), (1008, 56)]


def test_a_full_screen_cascades_with_every_title_in_sight() -> None:
    taken: list[Place] = []
    for _ in range(40):
        taken.append(place_for(SCREEN, 900, 900, taken))
    corners = {(p.x, p.y) for p in taken}
    assert len(corners) == len(taken)
    cascade = taken[2:]
    first, second = cascade[:2]
    assert (first.x - second.x, first.y - second.y) == (STEP, STEP)


def test_a_window_larger_than_the_screen_is_made_to_fit() -> None:
    small = Place(100, 100, 300, 200)
    assert place_for(small, 448, 488, []) == small
