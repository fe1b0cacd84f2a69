"""The colours of the program in each theme. Pure values; contrast is proved by a test.

Every text colour has at least 4.5:1 on every ground it stands on; no state is told by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ThemeName(StrEnum):
    """The themes, as the system asks for them."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours as `#rrggbb`."""

    name: ThemeName
    window: str
    """The ground of windows."""
    base: str
    """The ground of fields and lists."""
    alternate: str
    """Every other row of a list."""
    text: str
    subdued: str
    """Text of less weight: labels, hints."""
    border: str
    """Lines around fields; at least 3:1 on their ground."""
    accent: str
    """What is selected or waits to be pressed."""
    on_accent: str
    link: str
    good: str
    """Marks and words: everything is well."""
    warning: str
    bad: str
    band: str
    """The band at the top of a window that says who it is about."""
    on_band: str
    subdued_on_band: str


LIGHT = Theme(
    name=ThemeName.LIGHT,
    window="#f5f6f8",
    base="#ffffff",
    alternate="#f0f3f6",
    text="#1b1f24",
    subdued="#545c66",
    border="#7b838d",
    accent="#0b6b3a",
    on_accent="#ffffff",
    link="#0b5cad",
    good="#0b6b3a",
    warning="#8a4b00",
    bad="#b3261e",
    band="#e3ede7",
    on_band="#12261b",
    subdued_on_band="#47574e",
)
DARK = Theme(
    name=ThemeName.DARK,
    window="#1e2124",
    base="#26292d",
    alternate="#2c3034",
    text="#e8eaed",
    subdued="#b0b6bd",
    border="#7d858e",
    accent="#5cc28b",
    on_accent="#0c1d14",
    link="#8ab8f5",
    good="#6fcf97",
    warning="#f2b866",
    bad="#ff9b93",
    band="#24372c",
    on_band="#e6f4ec",
    subdued_on_band="#b4c9bd",
)
HIGH_CONTRAST = Theme(
    name=ThemeName.HIGH_CONTRAST,
    window="#000000",
    base="#000000",
    alternate="#000000",
    text="#ffffff",
    subdued="#ffffff",
    border="#ffffff",
    accent="#ffff00",
    on_accent="#000000",
    link="#7fd4ff",
    good="#6cff9c",
    warning="#ffff00",
    bad="#ff9c9c",
    band="#000000",
    on_band="#ffffff",
    subdued_on_band="#ffffff",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK, HIGH_CONTRAST)}
