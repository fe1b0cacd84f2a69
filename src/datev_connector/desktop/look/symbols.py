"""The symbols of the program, drawn as lines, in any colour and size.

Each is a path in a square of 24 by 24, as SVG writes it. A state is told by its shape.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from datev_connector.desktop.look.contrast import ink_on

SIZES = (16, 20, 24, 32, 48, 64)


class Symbol(StrEnum):
    """What is drawn; the value is the inside of the SVG.

    `C` stands for the colour, `D` for marks on it.
    """

    HANDSET = (
        "<path d='M5 3.5h3.2l1.6 4.2-2.1 1.6a12 12 0 0 0 7 7l1.6-2.1 4.2 1.6V19a2 2 0 0 1-2.2 2"
        "A17 17 0 0 1 3 5.7a2 2 0 0 1 2-2.2z' fill='none' stroke='C' stroke-width='1.8'/>"
    )
    INCOMING = (
        "<path d='M19 5 7 17M7 8v9h9' fill='none' stroke='C' stroke-width='2.2' "
        "stroke-linecap='round' stroke-linejoin='round'/>"
    )
    OUTGOING = (
        "<path d='M5 19 17 7M8 7h9v9' fill='none' stroke='C' stroke-width='2.2' "
        "stroke-linecap='round' stroke-linejoin='round'/>"
    )
    MISSED = (
        "<path d='m4 6 8 8 8-8M4 6v6M4 6h6' fill='none' stroke='C' stroke-width='2.2' "
        "stroke-linecap='round' stroke-linejoin='round'/>"
    )
    ELSEWHERE = (
        "<path d='M19 5 11 13M11 6v7h7M4 19h16' fill='none' stroke='C' stroke-width='2.2' "
        "stroke-linecap='round' stroke-linejoin='round'/>"
    )
    UNREACHED = (
        "<path d='M5 19 15 9M8 8h8v8M17.5 3.5l4 4m0-4-4 4' fill='none' stroke='C' "
        "stroke-width='2' stroke-linecap='round' stroke-linejoin='round'/>"
    )
    UP = (
        "<circle cx='12' cy='12' r='9.5' fill='C'/>"
        "<path d='m7.5 12.3 3.1 3.2 6-6.6' fill='none' stroke='D' stroke-width='2.2'/>"
    )
    DEGRADED = (
        "<path d='M12 2.5 22.5 21h-21z' fill='C'/>"
        "<path d='M12 9v5.4M12 16.6v2' stroke='D' stroke-width='2.2'/>"
    )
    DOWN = (
        "<rect x='2.5' y='2.5' width='19' height='19' rx='2.5' fill='C'/>"
        "<path d='m8 8 8 8m0-8-8 8' stroke='D' stroke-width='2.4'/>"
    )
    INFORMATION = (
        "<circle cx='12' cy='12' r='9' fill='none' stroke='C' stroke-width='1.8'/>"
        "<path d='M12 11v6M12 6.8v2.2' stroke='C' stroke-width='2.2'/>"
    )
    UNKNOWN = (
        "<circle cx='12' cy='12' r='9' fill='none' stroke='C' stroke-width='1.8'/>"
        "<path d='M8 12h8' stroke='C' stroke-width='2.2'/>"
    )
    PAUSE = "<path d='M8.5 5v14M15.5 5v14' stroke='C' stroke-width='3' stroke-linecap='round'/>"
    WAITING = (
        "<circle cx='12' cy='12' r='9' fill='none' stroke='C' stroke-width='1.8'/>"
        "<path d='M12 6.5V12l3.8 2.6' fill='none' stroke='C' stroke-width='1.8' "
        "stroke-linecap='round' stroke-linejoin='round'/>"
    )
    LOCK = (
        "<rect x='5' y='10.5' width='14' height='10' rx='1.8' fill='none' stroke='C' "
        "stroke-width='1.8'/><path d='M8 10.5V7.5a4 4 0 0 1 8 0v3M12 14v3' fill='none' "
        "stroke='C' stroke-width='1.8' stroke-linecap='round'/>"
    )
    DIAL_PAD = (
        "<g fill='C'><circle cx='6' cy='5' r='1.9'/><circle cx='12' cy='5' r='1.9'/>"
        "<circle cx='18' cy='5' r='1.9'/><circle cx='6' cy='11' r='1.9'/>"
        "<circle cx='12' cy='11' r='1.9'/><circle cx='18' cy='11' r='1.9'/>"
        "<circle cx='6' cy='17' r='1.9'/><circle cx='12' cy='17' r='1.9'/>"
        "<circle cx='18' cy='17' r='1.9'/></g>"
    )
    PEOPLE = (
        "<g fill='none' stroke='C' stroke-width='1.8' stroke-linecap='round'>"
        "<circle cx='9' cy='8' r='3.6'/><path d='M2.5 20a6.5 6.5 0 0 1 13 0'/>"
        "<path d='M16 4.8a3.4 3.4 0 0 1 0 6.4M18 14.2a6 6 0 0 1 3.5 5.8'/></g>"
    )
    HANDING_OVER = (
        "<path d='M3 8h14m-4.5-4.5L17 8l-4.5 4.5M21 16H7m4.5-4.5L7 16l4.5 4.5' fill='none' "
        "stroke='C' stroke-width='1.8' stroke-linecap='round' stroke-linejoin='round'/>"
    )
    CONTROLS = (
        "<g fill='none' stroke='C' stroke-width='1.8' stroke-linecap='round'>"
        "<path d='M3 7h8M17 7h4M3 17h4M13 17h8'/><circle cx='14' cy='7' r='2.6'/>"
        "<circle cx='10' cy='17' r='2.6'/></g>"
    )


def symbol_pixmap(symbol: Symbol, size: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """Draw a symbol of `size` device-independent pixels in a colour (`#rrggbb`)."""
    drawing = symbol.value.replace("'C'", f"'{colour}'").replace("'D'", f"'{ink_on(colour)}'")
    document = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>{drawing}</svg>"
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(document.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def symbol_icon(symbol: Symbol, colour: str) -> QIcon:
    """A symbol as an icon in all usual sizes."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(symbol_pixmap(symbol, size, colour))
    return icon
