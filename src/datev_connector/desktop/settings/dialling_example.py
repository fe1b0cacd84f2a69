"""How a number would be dialled, by the dial plan as it was saved."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.look.words import SectionTitle
from datev_connector.desktop.ports import DialPreview, Refused
from datev_connector.desktop.settings.notes import Hint
from datev_connector.desktop.surroundings import Surroundings

EXAMPLE = "0721 9876-0"


class DiallingExample(QWidget):
    """A number to try, and what the phone system would get."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        say, look = surroundings.language.say, surroundings.look
        self._asked = ""
        self.number, self.outcome = QLineEdit(EXAMPLE), Hint(look, scale=1.0)
        self._stale = Hint(look)
        label = QLabel(say("Number to try"))
        label.setBuddy(self.number)
        self.number.setFixedWidth(self.number.fontMetrics().averageCharWidth() * 26)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        row.setSpacing(2 * GAP)
        row.addWidget(label)
        row.addWidget(self.number)
        row.addWidget(self.outcome, 1)
        column.addWidget(SectionTitle(say("Example"), look))
        column.addLayout(row)
        column.addWidget(self._stale)
        self.number.textEdited.connect(self.ask)

    def ask(self) -> None:
        """Ask what would be dialled."""
        self._asked = self.number.text()
        if not self._asked.strip():
            self.outcome.say("")
            return
        preview = self._surroundings.office.dialling.preview(self._asked)
        asked = self._asked
        when_done(self, preview, lambda answer: self._show(asked, answer), self._refused)

    def tell_unsaved(self, *, unsaved: bool) -> None:
        """Say that the example does not know entries that were not saved."""
        say = self._surroundings.language.say
        self._stale.say(
            say("The example counts with your changes once they are saved.") if unsaved else ""
        )

    def _show(self, asked: str, preview: DialPreview) -> None:
        if asked != self._asked:
            return
        language = self._surroundings.language
        if preview.dialled:
            self.outcome.say(language.say("is dialled as {digits}", digits=preview.dialled))
        else:
            self.outcome.say(language.tell(preview.refused) or language.say("cannot be dialled"))

    def _refused(self, refusal: Refused) -> None:
        self.outcome.say(self._surroundings.language.tell(refusal.what))
