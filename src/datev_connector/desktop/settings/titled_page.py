"""A page with a title, fields, and what else belongs there; it scrolls."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from datev_connector.desktop.look.look import MARGIN, SECTION_GAP
from datev_connector.desktop.settings.notes import Hint
from datev_connector.desktop.settings.row import FieldRow
from datev_connector.desktop.settings.sheet import FieldSheet
from datev_connector.desktop.surroundings import Surroundings

TITLE_SCALE = 1.4


class TitledPage(QScrollArea):
    """A page of the settings, or a step of the assistant."""

    def __init__(
        self, title: str, intro: str, sheet: FieldSheet, surroundings: Surroundings
    ) -> None:
        """`title` and `intro` are worded; `sheet` holds the fields."""
        super().__init__()
        tell, look = surroundings.language.tell, surroundings.look
        self.sheet = sheet
        self._inside = Inside()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._column.setSpacing(SECTION_GAP)
        heading = QLabel(tell(title))
        heading.setFont(look.font(TITLE_SCALE, bold=True))
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(heading)
        head.addWidget(Hint(look, tell(intro), scale=1.0))
        self._column.addLayout(head)
        self._column.addWidget(sheet)
        self._column.addStretch(1)
        sheet.setVisible(bool(sheet.rows))
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def add(self, widget: QWidget) -> None:
        """Put something below the fields."""
        self._column.insertWidget(self._column.count() - 1, widget)

    def add_button(self, button: QPushButton) -> None:
        """Put a button below the fields, at the left and no wider than its words."""
        left = Qt.AlignmentFlag.AlignLeft
        self._column.insertWidget(self._column.count() - 1, button, 0, left)

    def go_to(self, row: FieldRow) -> None:
        """Show a field, with the keyboard in it."""
        self.ensureWidgetVisible(row.under)
        row.entry.control.setFocus(Qt.FocusReason.TabFocusReason)


class Inside(QWidget):
    """As high as its words need at the width that it has, and no higher."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Only a width: words that wrap guess their height for a narrow one."""
        return QSize(super().minimumSizeHint().width(), 0)
