"""Shapes that are drawn finely, whatever a painter was set to before; it is left as it was."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

Points = list[tuple[float, float]]
"""As shares of a room."""


def draw_rounded(
    painter: QPainter,
    room: QRectF,
    radius: float,
    *,
    line: QPen | None = None,
    ground: QColor | None = None,
) -> None:
    """A rounded rectangle; None: no line around it, nothing inside."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(Qt.PenStyle.NoPen) if line is None else line)
    painter.setBrush(QBrush() if ground is None else ground)
    painter.drawRoundedRect(room, radius, radius)
    painter.restore()


def draw_dot(painter: QPainter, middle: QPointF, radius: float, ground: QColor) -> None:
    """A full circle."""
    room = QRectF(middle.x() - radius, middle.y() - radius, radius * 2, radius * 2)
    draw_rounded(painter, room, radius, ground=ground)


def draw_lines(painter: QPainter, room: QRectF, points: Points, pen: QPen) -> None:
    """Lines from point to point, with round ends."""
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.drawPolyline(
        QPolygonF(
            [QPointF(room.x() + x * room.width(), room.y() + y * room.height()) for x, y in points]
        )
    )
    painter.restore()


def draw_arrow(
    painter: QPainter, middle: QPointF, ink: QColor, half: float, *, up: bool = False
) -> None:
    """The tip of an arrow, `half` as high as it is wide to each side."""
    rise = half / 2 * (-1 if up else 1)
    room = QRectF(middle.x() - half, middle.y() - rise + 0.5, half * 2, rise * 2)
    draw_lines(painter, room, [(0.0, 0.0), (0.5, 1.0), (1.0, 0.0)], QPen(ink, 1.5))
