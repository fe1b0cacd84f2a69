"""One page of the settings: title, fields, and what else belongs there; it scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from datev_connector.desktop.look.look import MARGIN, SECTION_GAP
from datev_connector.desktop.ports import Form
from datev_connector.desktop.settings.notes import Hint
from datev_connector.desktop.settings.pages import Page
from datev_connector.desktop.settings.row import FieldRow
from datev_connector.desktop.settings.sheet import FieldSheet
from datev_connector.desktop.surroundings import Surroundings

TITLE_SCALE = 1.4


class SettingsPage(QScrollArea):
    """A page."""

    def __init__(
        self, page: Page, surroundings: Surroundings, form: Form, *, taken_keys: str
    ) -> None:
        """`taken_keys`: letters that are access keys elsewhere in the window."""
        super().__init__()
        self.page = page
        tell, look = surroundings.language.tell, surroundings.look
        self.sheet = FieldSheet(surroundings, page.groups, form, taken_keys=taken_keys)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._column.setSpacing(SECTION_GAP)
        title = QLabel(tell(page.title))
        title.setFont(look.font(TITLE_SCALE, bold=True))
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(title)
        head.addWidget(Hint(look, tell(page.intro), scale=1.0))
        self._column.addLayout(head)
        self._column.addWidget(self.sheet)
        self._column.addStretch(1)
        self.sheet.setVisible(bool(self.sheet.rows))
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def add(self, widget: QWidget) -> None:
        """Put something below the fields."""
        self._column.insertWidget(self._column.count() - 1, widget)

    def go_to(self, row: FieldRow) -> None:
        """Show a field, with the keyboard in it."""
        self.ensureWidgetVisible(row.under)
        row.entry.control.setFocus(Qt.FocusReason.OtherFocusReason)
