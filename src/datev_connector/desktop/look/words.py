"""Labels that the windows share: titles of sections, and words that may be too long."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from datev_connector.desktop.look.look import Look

LEAST_LETTERS = 8
"""What an elided label shows at least."""


class ElidedLabel(QLabel):
    """One line of plain words; where room is missing it ends in dots, and a tooltip has it all."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        """Assistive programs are told the whole text."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show other words; line breaks become spaces."""
        super().setText(" ".join(text.split()))
        self._offer_the_rest()

    @property
    def is_elided(self) -> bool:
        """Tell whether words are missing."""
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a few letters."""
        few = self.fontMetrics().averageCharWidth() * LEAST_LETTERS
        whole = super().sizeHint()
        return QSize(min(few, whole.width()), whole.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw as many words as there is room for."""
        painter, room = QPainter(self), self.contentsRect()
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        self.style().drawItemText(
            painter,
            room,
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """More or fewer words may be missing now."""
        super().resizeEvent(event)
        self._offer_the_rest()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another font takes another room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._offer_the_rest()

    def _offer_the_rest(self) -> None:
        self.setToolTip(self.text() if self.is_elided else "")


class SectionTitle(QLabel):
    """The title of a group of controls."""

    def __init__(self, text: str, look: Look, parent: QWidget | None = None) -> None:
        """`text` has no access key: a title leads nowhere."""
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(look.font(1.15, bold=True))
