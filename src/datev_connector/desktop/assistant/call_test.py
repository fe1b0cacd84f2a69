"""The step of the test call: asks for one, and shows the one that came."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from datev_connector.desktop.assistant.proof import Watch
from datev_connector.desktop.assistant.verdict import proof_words
from datev_connector.desktop.look.look import GAP, SECTION_GAP
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.settings.notes import Hint
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.wording import sentence


class CallTest(QWidget):
    """Waits for a call, or dials one."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        language, look = surroundings.language, surroundings.look
        self.state = MessageLine(look)
        self.number = QLineEdit()
        self.dial = QPushButton(language.say("&Dial"))
        label = QLabel(language.say("&Number, such as that of your mobile phone"))
        label.setBuddy(self.number)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(GAP)
        self.number.setMaximumWidth(self.number.fontMetrics().averageCharWidth() * 30)
        row.addWidget(self.number)
        row.addWidget(self.dial)
        row.addStretch(1)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.state)
        column.addSpacing(SECTION_GAP)
        column.addWidget(label)
        column.addLayout(row)
        hint = language.say("Your phone rings first; lift the receiver, and the number is dialled.")
        column.addWidget(Hint(look, hint))
        self.dial.clicked.connect(self._dial)
        self.number.textChanged.connect(self._follow)
        self._follow()

    def show_watch(self, watch: Watch) -> None:
        """Show what came by now."""
        language = self._surroundings.language
        if watch.call is not None and watch.seen_at is not None:
            at = self._surroundings.moments.time(watch.seen_at)
            self.state.tell(Tone.GOOD, proof_words(watch.call, at, language))
        elif watch.refused:
            words = language.say("Not dialled: {reason}", reason=sentence(watch.refused))
            self.state.tell(Tone.BAD, words)
        else:
            self.state.tell(Tone.NEUTRAL, language.say("Waiting for a call …"))

    def _follow(self) -> None:
        self.dial.setEnabled(bool(self.number.text().strip()))

    def _dial(self) -> None:
        self._surroundings.office.calls.dial(self.number.text().strip())
