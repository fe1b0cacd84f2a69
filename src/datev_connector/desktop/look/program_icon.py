"""The icon of the program: a handset and a note."""

from __future__ import annotations

from functools import cache
from importlib import resources

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)


def program_icon() -> QIcon:
    """The icon in all usual sizes."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(program_pixmap(size))
    return icon


def program_pixmap(size: int) -> QPixmap:
    """The icon in one size, in pixels."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(_drawing())).render(painter)
    painter.end()
    return pixmap


@cache
def _drawing() -> bytes:
    return (resources.files(__package__) / "icon.svg").read_bytes()
