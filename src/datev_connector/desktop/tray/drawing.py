"""Draws the icon: a handset on a tile, a badge for the state, a mark for what waits.

The dark tile has a light rim, and handset and badges stand out from the tile: it can be seen on
light panels and on dark ones. The state is told by the shape of the badge.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from datev_connector.desktop.tray.steady import Badge

SIZES = (16, 20, 24, 32, 40, 48, 64)
"""In pixels; panels take the one that fits."""
SMALLEST_WITH_NUMBER = 32
"""Below, digits cannot be read: a dot says that something waits."""
MOST = 9
"""More than these are shown as a plus."""

_TILE = (
    "<rect x='.75' y='.75' width='30.5' height='30.5' rx='7' fill='#1f4d38' stroke='#dfe8e3'"
    " stroke-width='1.5'/>"
)
_HANDSET = (
    "<path d='M8.6 5.2 11.7 4.6 14.2 10.4 11.6 12.6A16 16 0 0 0 18.2 19.2L20.4 16.6 26.2 19.1"
    " 25.6 22.2A3.6 3.6 0 0 1 22 25.2 17.4 17.4 0 0 1 5.6 8.8 3.6 3.6 0 0 1 8.6 5.2z'"
    " fill='#fff'/>"
)
_MUTED = (
    "<path d='M4 27 26 5' stroke='#1f4d38' stroke-width='6'/>"
    "<path d='M4 28 26.5 5.5' stroke='#fff' stroke-width='2.6'/>"
)
_BADGES = {
    Badge.UP: (
        "<circle cx='23' cy='23' r='9' fill='#fff'/>"
        "<circle cx='23' cy='23' r='7.6' fill='#128a4a'/>"
        "<path d='m19.2 23.2 2.8 2.9 5-5.6' fill='none' stroke='#fff' stroke-width='2.4'/>"
    ),
    Badge.DEGRADED: (
        "<path d='M22 10.5 32 31.500H12z' fill='#fff' stroke='#fff' stroke-width='1'"
        " stroke-linejoin='round'/>"
        "<path d='M22 13.5 30.5 31H13.500z' fill='#f0a500'/>"
        "<path d='M22 19v6M22 27v2.5' stroke='#201500' stroke-width='2.6'/>"
    ),
    Badge.DOWN: (
        "<rect x='13.5' y='13.5' width='18.5' height='18.5' rx='2.5' fill='#fff'/>"
        "<rect x='15' y='15' width='17' height='17' rx='1.5' fill='#c8241b'/>"
        "<path d='m19 19 9 9m0-9-9 9' stroke='#fff' stroke-width='3'/>"
    ),
    Badge.UNKNOWN: (
        "<circle cx='23' cy='23' r='9' fill='#fff'/>"
        "<circle cx='23' cy='23' r='7.6' fill='#6b747d'/>"
        "<path d='M19 23h8' stroke='#fff' stroke-width='2.8'/>"
    ),
}
_DOT = "<circle cx='25' cy='7' r='7' fill='#fff'/><circle cx='25' cy='7' r='5.2' fill='#1565c0'/>"
_NUMBER = (
    "<circle cx='23.5' cy='8' r='8.5' fill='#fff'/>"
    "<circle cx='23.5' cy='8' r='7.2' fill='#1565c0'/>"
    "<g transform='translate(23.5 8)' fill='none' stroke='#fff' stroke-width='1.9'"
    " stroke-linecap='round' stroke-linejoin='round'>{digit}</g>"
)
# Drawn as lines, since the fonts of SVG differ from one computer to the next.
_DIGITS = (
    "",
    "<path d='M-2-2.5 .6-4.300V4.3'/>",
    "<path d='M-2.6-2.200C-2.6-5.3 2.6-5.3 2.6-2 2.6 .3-1.5 2-2.7 4.200H2.7'/>",
    "<path d='M-2.5-4.200H2.500L-.4-1C4-1 3.5 4.4-.1 4.4-1.6 4.4-2.4 3.7-2.7 3'/>",
    "<path d='M1.6 4.400V-4.300L-2.9 1.900H3'/>",
    "<path d='M2.3-4.300H-1.900L-2.3-.500C4-2 4 4.4-.1 4.4-1.6 4.4-2.4 3.7-2.7 3'/>",
    "<path d='M1.6-4.300C-1.5-3.5-2.7-1-2.7 1.500A2.7 2.8 0 1 0 0-1.200C-1.4-1.2-2.3-.3-2.6 .9'/>",
    "<path d='M-2.7-4.300H2.700L-.8 4.3'/>",
    "<circle cy='-2.1' r='2.2'/><circle cy='2.1' r='2.5'/>",
    "<path d='M-1.6 4.300C1.5 3.5 2.7 1 2.7-1.500A2.7 2.8 0 1 0 0 1.200C1.4 1.2 2.3 .3 2.6-.9'/>",
    "<path d='M-3 0H3M0-3V3'/>",
)


def drawing(badge: Badge, waiting: int, size: int, *, muted: bool) -> str:
    """The icon as SVG for `size` pixels; `waiting`: how much waits for the person."""
    parts = [_TILE, _HANDSET, _MUTED if muted else "", _BADGES[badge]]
    if waiting > 0:
        with_number = size >= SMALLEST_WITH_NUMBER
        digit = _DIGITS[min(waiting, MOST + 1)]
        parts.append(_NUMBER.format(digit=digit) if with_number else _DOT)
    inside = "".join(parts)
    return f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>{inside}</svg>"


def pixmap(badge: Badge, waiting: int, size: int, *, muted: bool) -> QPixmap:
    """The icon in `size` pixels."""
    image = QPixmap(size, size)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    document = drawing(badge, waiting, size, muted=muted)
    QSvgRenderer(QByteArray(document.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def icon(badge: Badge, waiting: int, *, muted: bool) -> QIcon:
    """The icon in all usual sizes."""
    made = QIcon()
    for size in SIZES:
        made.addPixmap(pixmap(badge, waiting, size, muted=muted))
    return made
