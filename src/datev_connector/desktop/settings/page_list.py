"""The list of pages at the left; a page on which something is wrong is marked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from datev_connector.desktop.look.look import GAP, Look
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.desktop.settings.pages import Page, PageName
from datev_connector.texts.language import Language

ICON = 20
SYMBOLS = {
    PageName.CONNECTION: Symbol.HANDSET,
    PageName.CALLS: Symbol.HANDING_OVER,
    PageName.DIAL_PLAN: Symbol.DIAL_PAD,
    PageName.DATEV: Symbol.PEOPLE,
    PageName.GENERAL: Symbol.CONTROLS,
    PageName.HELP: Symbol.INFORMATION,
}


class PageList(QListWidget):
    """Symbols and names of the pages."""

    chosen = Signal(int)

    def __init__(self, pages: Sequence[Page], look: Look, language: Language) -> None:
        super().__init__()
        self._pages, self._look, self._language = pages, look, language
        self._flawed: frozenset[PageName] = frozenset()
        self.setAccessibleName(language.say("Pages of the settings"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        height = self.fontMetrics().height() + 2 * GAP
        for page in pages:
            item = QListWidgetItem(language.tell(page.title), self)
            item.setSizeHint(QSize(0, height))
        self.setIconSize(QSize(ICON, ICON))
        widest = max(self.fontMetrics().horizontalAdvance(language.tell(p.title)) for p in pages)
        self.setFixedWidth(widest + ICON + 6 * GAP)
        self.currentRowChanged.connect(self.chosen)
        look.changed.connect(self._restyle)
        self._restyle()

    def mark(self, flawed: frozenset[PageName]) -> None:
        """Mark the pages on which something is wrong."""
        self._flawed = flawed
        self._restyle()

    def _restyle(self) -> None:
        for place, page in enumerate(self._pages):
            item, wrong = self.item(place), page.name in self._flawed
            item.setIcon(self._icon(page.name, wrong=wrong))
            title = self._language.tell(page.title)
            words = self._language.say("{page}: something is wrong here", page=title)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words if wrong else title)
            item.setToolTip(words if wrong else "")

    def _icon(self, name: PageName, *, wrong: bool) -> QIcon:
        """In the colour of text, and in that of the selected page."""
        theme, ratio = self._look.theme, self.devicePixelRatioF()
        symbol = Symbol.DOWN if wrong else SYMBOLS[name]
        usual = self._look.pixmap(symbol, ICON, theme.bad if wrong else theme.text, ratio)
        selected = self._look.pixmap(symbol, ICON, theme.on_accent, ratio)
        icon = QIcon(usual)
        icon.addPixmap(selected, QIcon.Mode.Selected)
        return icon
