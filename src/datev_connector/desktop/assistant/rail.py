"""The steps at the left: which one it is, and which are done."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem

from datev_connector.desktop.assistant.steps import STEPS, StepName
from datev_connector.desktop.look.look import GAP, Look
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.texts.language import Language

ICON = 18


class StepRail(QListWidget):
    """Shows, and leads nowhere: one goes on and back by the buttons."""

    def __init__(self, look: Look, language: Language) -> None:
        super().__init__()
        self._look, self._language = look, language
        self._at, self._done = StepName.WELCOME, frozenset[StepName]()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(language.say("Steps of the first set-up"))
        self.setIconSize(QSize(ICON, ICON))
        height = self.fontMetrics().height() + 2 * GAP
        for number, one in enumerate(STEPS, 1):
            title = language.tell(one.title)
            item = QListWidgetItem(f"{number}. {title}", self)
            item.setSizeHint(QSize(0, height))
        widest = max(
            self.fontMetrics().horizontalAdvance(self.item(i).text()) for i in range(len(STEPS))
        )
        self.setFixedWidth(widest + ICON + 6 * GAP)
        look.changed.connect(self._restyle)

    def show_progress(self, at: StepName, done: frozenset[StepName]) -> None:
        """Mark the step one is at, and those that are done."""
        self._at, self._done = at, done
        self._restyle()
        self.setCurrentRow([one.name for one in STEPS].index(at))

    def _restyle(self) -> None:
        for place, one in enumerate(STEPS):
            done = one.name in self._done
            item = self.item(place)
            item.setIcon(self._icon(done=done))
            title = self._language.tell(one.title)
            told = self._language.say("{step}: done", step=title) if done else title
            item.setData(Qt.ItemDataRole.AccessibleTextRole, told)

    def _icon(self, *, done: bool) -> QIcon:
        ratio, theme = self.devicePixelRatioF(), self._look.theme
        if done:
            return QIcon(self._look.pixmap(Symbol.UP, ICON, theme.good, ratio))
        empty = QPixmap(ICON, ICON)
        empty.fill(Qt.GlobalColor.transparent)
        return QIcon(empty)
