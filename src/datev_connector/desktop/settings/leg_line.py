"""One leg in a few words: shape, name, state, and what to do where something is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from datev_connector.desktop.legs import leg_name, mender_word, state_word
from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.look.marks import state_colour, state_symbol
from datev_connector.desktop.sentences import as_sentence
from datev_connector.desktop.settings.notes import Hint
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.texts.language import Language


class LegLine(QWidget):
    """Shows a leg, or the program itself."""

    def __init__(self, surroundings: Surroundings, *, unknown: str = "") -> None:
        """`unknown`: the word where no state is known, if not the usual one."""
        super().__init__()
        self._surroundings, self._unknown = surroundings, unknown
        self._known: LegState | None = None
        self._shape, self._name, self._state = QLabel(), QLabel(), QLabel()
        self._name.setFont(surroundings.look.font(bold=True))
        self._words = Hint(surroundings.look, scale=1.0)
        head, text, row = QHBoxLayout(), QVBoxLayout(), QHBoxLayout(self)
        head.setSpacing(GAP)
        head.addWidget(self._name)
        head.addWidget(self._state, 1)
        text.setSpacing(2)
        text.addLayout(head)
        text.addWidget(self._words)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(text, 1)
        surroundings.look.changed.connect(self._restyle)

    def show_leg(self, leg: Leg | None, state: LegState | None, words: str) -> None:
        """Show what is known of the leg by now; `words` are said already."""
        language = self._surroundings.language
        self._known = state
        name = leg_name(leg, language)
        known = state_word(state, language)
        word = self._unknown if state is None and self._unknown else known
        self._name.setText(name)
        self._state.setText(word)
        self._words.say(words)
        self.setAccessibleName(language.say("{leg}: {state}", leg=name, state=word))
        self.setAccessibleDescription(words)
        self._restyle()

    def _restyle(self) -> None:
        look = self._surroundings.look
        colour, ratio = state_colour(self._known, look.theme), self.devicePixelRatioF()
        palette = QPalette(self._state.palette())
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        self._state.setPalette(palette)
        height = self._name.fontMetrics().height()
        self._shape.setPixmap(look.pixmap(state_symbol(self._known), height, colour, ratio))


def leg_words(words: str, mender: Mender, remedy: str, language: Language) -> str:
    """What is the matter, who can mend it and how, in lines."""
    lines = [as_sentence(language.tell(words))]
    if mender is not Mender.NOBODY:
        who = mender_word(mender, language)
        lines.append(language.say("Responsible: {mender}", mender=who))
    if remedy:
        lines.append(language.say("What to do: {remedy}", remedy=remedy))
    return "\n".join(filter(None, lines))
