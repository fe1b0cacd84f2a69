"""One step: title, words, fields, and what else belongs there; it scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from datev_connector.desktop.assistant.steps import Step
from datev_connector.desktop.ports import Form
from datev_connector.desktop.settings.sheet import FieldSheet
from datev_connector.desktop.settings.titled_page import TitledPage
from datev_connector.desktop.surroundings import Surroundings


class StepPage(TitledPage):
    """A step."""

    def __init__(
        self, step: Step, surroundings: Surroundings, form: Form, *, taken_keys: str
    ) -> None:
        """`taken_keys`: letters that are access keys elsewhere in the window."""
        sheet = FieldSheet(surroundings, step.groups, form, taken_keys=taken_keys)
        super().__init__(step.title, step.intro, sheet, surroundings)

    def focus_first(self, otherwise: QWidget) -> None:
        """Give the keyboard to the first field that can be filled in, else to another."""
        usable = (row.entry for row in self.sheet.rows.values() if row.entry.box.isEnabled())
        first = next((entry.control for entry in usable), otherwise)
        first.setFocus(Qt.FocusReason.TabFocusReason)
