"""The last step: proven, or what is missing and who mends it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from datev_connector.desktop.assistant.proof import Watch
from datev_connector.desktop.assistant.verdict import (
    Missing,
    Verdict,
    missing_words,
    proof_words,
    verdict_text,
)
from datev_connector.desktop.look.look import GAP, SECTION_GAP
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.look.words import SectionTitle
from datev_connector.desktop.settings.help_page import copy_text
from datev_connector.desktop.settings.notes import Hint
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import LegState


class EndPage(QWidget):
    """Shows a verdict, and copies it."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        self._text = ""
        language, look = surroundings.language, surroundings.look
        self.proof = MessageLine(look)
        self._title = SectionTitle(language.say("What is still missing"), look)
        self.copy = QPushButton(language.say("&Copy as text"))
        self._copied = MessageLine(look)
        self.lines: list[MessageLine] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(GAP)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(GAP)
        row.addWidget(self.copy)
        row.addWidget(self._copied, 1)
        row.addStretch(0)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SECTION_GAP - GAP)
        column.addWidget(self.proof)
        column.addWidget(self._title)
        column.addLayout(self._list)
        column.addLayout(row)
        where = language.say(
            "The program goes on in the background; its symbol stands beside the clock. "
            "You find this set-up again in the settings, under General."
        )
        column.addWidget(Hint(look, where, scale=1.0))
        self.copy.clicked.connect(self._copy)

    def show_verdict(self, judged: Verdict, watch: Watch) -> None:
        """Show how it ended."""
        language, moments = self._surroundings.language, self._surroundings.moments
        self._text = verdict_text(judged, watch, language, moments)
        self._show_proof(judged, watch)
        self._title.setVisible(bool(judged.missing))
        self.copy.setVisible(bool(judged.missing))
        self._copied.clear()
        for line in self.lines:
            self._list.removeWidget(line)
            line.deleteLater()
        self.lines = [self._line(one) for one in judged.missing]

    def _show_proof(self, judged: Verdict, watch: Watch) -> None:
        language = self._surroundings.language
        if judged.proven is None or watch.seen_at is None:
            words = language.say("It is not proven yet that calls are seen.")
            self.proof.tell(Tone.WARNING, words)
            return
        at = self._surroundings.moments.time(watch.seen_at)
        tone = Tone.GOOD if judged.good else Tone.WARNING
        self.proof.tell(tone, proof_words(judged.proven, at, language))

    def _line(self, missing: Missing) -> MessageLine:
        line = MessageLine(self._surroundings.look)
        self._list.addWidget(line)
        tone = Tone.BAD if missing.state is LegState.DOWN else Tone.WARNING
        line.tell(tone, missing_words(missing, self._surroundings.language))
        return line

    def _copy(self) -> None:
        copy_text(self._text)
        words = self._surroundings.language.say("The text is on the clipboard.")
        self._copied.tell(Tone.GOOD, words)
