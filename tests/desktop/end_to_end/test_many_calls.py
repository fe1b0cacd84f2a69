"""Many calls at about the same moment: each is in sight, and nobody who types is disturbed."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import combinations
from pathlib import Path

from tests.app.end_to_end.office import USER, Office
from tests.desktop.end_to_end.hand import Hand
from tests.desktop.end_to_end.test_program import desk

ACROSS, DOWN = 1920, 1080
PATIENCE_S = 20.0
LOOK_S = 0.2
NUMBERS = "0721 17700"
FRAME = 48
"""Frames are not counted exactly by everybody who measures windows."""

Rect = tuple[int, int, int, int]


async def test_calls_at_any_distance_in_time_cover_none_and_stay_on_the_screen(
    screen: str, hand: Hand, profile: Path
) -> None:
    async with desk(screen, profile) as office:
        for pause_s in (0.0, 0.01, 0.02, 0.03, 0.05, 0.08):
            await ring(office, pause_s)
            places = await settled(hand, 2)
            assert not [place for place in places if not on_screen(place)], pause_s
            assert not [pair for pair in combinations(places, 2) if cover(*pair)], pause_s
            await clear(office, hand)


async def ring(office: Office, pause_s: float) -> None:
    """Two callers, the second so long after the first has its window."""
    calls = [office.starface.pbx.incoming(USER, f"004972117700{n}") for n in (1, 2)]
    for count, call in enumerate(calls, shown(office) + 1):
        call.ring()
        await office.wait_until(partial(at_least, office, count), what="another window")
        await asyncio.sleep(pause_s)


def shown(office: Office) -> int:
    return len(office.connector.told("window", action="open"))


def at_least(office: Office, count: int) -> bool:
    return shown(office) >= count


async def settled(hand: Hand, count: int) -> list[Rect]:
    """The places of so many windows, once they do not move any more."""
    before: list[Rect] = []
    async with asyncio.timeout(PATIENCE_S):
        while True:
            places = await hand.places(NUMBERS)
            if len(places) == count and places == before:
                return places
            before = places
            await asyncio.sleep(LOOK_S)


async def clear(office: Office, hand: Hand) -> None:
    await office.hang_everything_up()
    while await hand.places(NUMBERS):
        await hand.go_to(NUMBERS)
        await hand.press("Escape")
        await asyncio.sleep(LOOK_S)


def on_screen(place: Rect) -> bool:
    left, top, right, bottom = place
    return left >= 0 and top >= 0 and right <= ACROSS + FRAME and bottom <= DOWN + FRAME


def cover(one: Rect, other: Rect) -> bool:
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > FRAME
        and min(one[3], other[3]) - max(one[1], other[1]) > FRAME
    )
