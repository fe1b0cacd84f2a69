"""How well one colour can be told from another. Pure.

The measure is that of the web's accessibility guidelines: from 1 (the same) to 21 (black on white).
"""

from __future__ import annotations

TEXT = 4.5
"""What words need on their ground."""
SHAPE = 3.0
"""What lines, symbols and marks need."""


def contrast(one: str, other: str) -> float:
    """The contrast between two colours (`#rrggbb`)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(ground: str) -> str:
    """Black or white, whichever is better read on a ground; at least 4.5:1 on every ground."""
    return max("#ffffff", "#000000", key=lambda ink: contrast(ink, ground))


def mixed(one: str, other: str, share: float) -> str:
    """`one` with a share (0 to 1) of `other` in it."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def readable(colour: str, grounds: tuple[str, ...], otherwise: str, least: float = TEXT) -> str:
    """`colour` if it can be read on all grounds, else another one."""
    return colour if all(contrast(colour, one) >= least for one in grounds) else otherwise


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
