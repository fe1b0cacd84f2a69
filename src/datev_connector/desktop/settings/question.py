"""A question inside a window: words, and what one can do; nothing else waits for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from datev_connector.desktop.look.buttons import make_primary
from datev_connector.desktop.look.look import GAP, MARGIN, Look


class QuestionBar(QFrame):
    """Not there while nothing is asked; the first answer has the keyboard."""

    asking = Signal(bool)
    """Whether something is asked now."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Ask something with `ask`."""
        super().__init__(parent)
        self._look = look
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(GAP)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        column.addWidget(self.words)
        column.addLayout(self._row)
        self.hide()

    def ask(self, words: str, *answers: tuple[str, Callable[[], None]]) -> None:
        """Ask; an answer closes the question and is then carried out."""
        self.clear()
        self.words.setText(words)
        self.setAccessibleName(words)
        for text, action in answers:
            self._add(text, action)
        make_primary(self.buttons[0], self._look)
        self.show()
        self.asking.emit(True)  # noqa: FBT003 - what a signal carries
        self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Nothing is asked any more."""
        for button in self.buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self.buttons = []
        self.hide()
        self.asking.emit(False)  # noqa: FBT003 - what a signal carries

    def _add(self, text: str, action: Callable[[], None]) -> None:
        def answer() -> None:
            self.clear()
            action()

        button = QPushButton(text)
        button.setAutoDefault(True)
        button.clicked.connect(answer)
        self._row.addWidget(button)
        self.buttons.append(button)
