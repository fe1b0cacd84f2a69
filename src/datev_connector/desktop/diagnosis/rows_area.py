"""Rows one below the other, in a field that scrolls and follows the keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPalette, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from datev_connector.desktop.look.look import Look


class RowsArea(QScrollArea):
    """Holds rows; the one with the keyboard is always in sight."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.inside = QWidget()
        self.inside.setAutoFillBackground(True)
        self.rows = QVBoxLayout(self.inside)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(0)
        self.rows.addStretch(1)
        self.setWidget(self.inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._wanted: QWidget | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._bring)
        self.verticalScrollBar().rangeChanged.connect(self._soon.start)
        self.verticalScrollBar().sliderPressed.connect(self._let_be)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        look.changed.connect(self._restyle)
        self._restyle()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def add(self, row: QWidget) -> None:
        """Put a row below the others."""
        self.rows.insertWidget(self.rows.count() - 1, row)

    def clear(self) -> None:
        """Take all rows away."""
        self._wanted = None
        while self.rows.count() > 1:
            item = self.rows.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def bring(self, row: QWidget) -> None:
        """Bring a row into sight, as soon as it has its place."""
        self._wanted = row
        self._soon.start()

    def _bring(self) -> None:
        if self._wanted is not None and self.inside.isAncestorOf(self._wanted):
            self.ensureWidgetVisible(self._wanted, 0, 8)

    def _let_be(self) -> None:
        """The person looks elsewhere."""
        self._wanted = None

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """The person looks elsewhere."""
        self._let_be()
        super().wheelEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Rows have no place before they are shown."""
        super().showEvent(event)
        self._soon.start()

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self.inside.isAncestorOf(new):
            self._let_be()
            self.ensureWidgetVisible(new, 0, 8)

    def _restyle(self) -> None:
        palette = QPalette(self.inside.palette())
        palette.setColor(QPalette.ColorRole.Window, QColor(self._look.theme.base))
        self.inside.setPalette(palette)
