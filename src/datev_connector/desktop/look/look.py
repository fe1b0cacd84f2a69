"""The look in use: follows the system, and gives windows colours, symbols and distances."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from datev_connector.desktop.look.symbols import Symbol, symbol_icon, symbol_pixmap
from datev_connector.desktop.look.theme import THEMES, Theme, ThemeName

MARGIN = 16
"""Around the content of a window, in device-independent pixels."""
GAP = 8
"""Between things that belong together."""
SECTION_GAP = 20
"""Between groups."""


class Look(QObject):
    """One for the application. Windows style themselves anew on `changed`."""

    changed = Signal()

    def __init__(self, application: QApplication, fixed: ThemeName | None = None) -> None:
        """`fixed`: a theme in place of the system's, for pictures and tests."""
        super().__init__(application)
        self._application = application
        self._fixed = fixed
        application.setStyle("Fusion")
        self._hints = QGuiApplication.styleHints()
        self._hints.colorSchemeChanged.connect(self._follow)
        self._access = self._hints.accessibility()
        self._access.contrastPreferenceChanged.connect(self._follow)
        self.theme = self._wanted()
        self._dress()

    def icon(self, symbol: Symbol, colour: str = "") -> QIcon:
        """A symbol in the colour of text, or another one of the theme."""
        return symbol_icon(symbol, colour or self.theme.text)

    def pixmap(self, symbol: Symbol, size: int, colour: str = "", ratio: float = 1.0) -> QPixmap:
        """A symbol of `size` device-independent pixels, for a screen of this pixel ratio."""
        return symbol_pixmap(symbol, size, colour or self.theme.text, ratio)

    def font(self, scale: float = 1.0, *, bold: bool = False) -> QFont:
        """The font of the system in another size."""
        font = QFont(self._application.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        font.setBold(bold)
        return font

    def _wanted(self) -> Theme:
        if self._fixed is not None:
            return THEMES[self._fixed]
        if self._access.contrastPreference() == Qt.ContrastPreference.HighContrast:
            return THEMES[ThemeName.HIGH_CONTRAST]
        dark = self._hints.colorScheme() == Qt.ColorScheme.Dark
        return THEMES[ThemeName.DARK if dark else ThemeName.LIGHT]

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted is not self.theme:
            self.theme = wanted
            self._dress()
            self.changed.emit()

    def _dress(self) -> None:
        self._application.setPalette(palette_of(self.theme))


def palette_of(theme: Theme) -> QPalette:
    """The palette of a theme."""
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.window,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.base,
        QPalette.ColorRole.AlternateBase: theme.alternate,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.subdued,
        QPalette.ColorRole.Button: theme.window,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Accent: theme.accent,
        QPalette.ColorRole.Link: theme.link,
        QPalette.ColorRole.ToolTipBase: theme.base,
        QPalette.ColorRole.ToolTipText: theme.text,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.subdued))
    return palette
