"""The look in use: follows the system, and gives windows colours, symbols and distances."""

from __future__ import annotations

import platform

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from datev_connector.desktop.look.palette import palette_of, theme_of
from datev_connector.desktop.look.program_icon import program_icon
from datev_connector.desktop.look.style import OfficeStyle
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
        self._pixmaps: dict[tuple[Symbol, int, str, float], QPixmap] = {}
        self._icons: dict[tuple[Symbol, str], QIcon] = {}
        self._hints = QGuiApplication.styleHints()
        self._hints.colorSchemeChanged.connect(self._follow)
        self._access = self._hints.accessibility()
        self._access.contrastPreferenceChanged.connect(self._follow)
        self.theme = self._wanted()
        self._style = _style_of(application, self.theme)
        application.setWindowIcon(program_icon())
        application.focusChanged.connect(self._redraw_frames)
        self._dress()

    def icon(self, symbol: Symbol, colour: str = "") -> QIcon:
        """A symbol in the colour of text, or another one of the theme."""
        key = symbol, colour or self.theme.text
        if key not in self._icons:
            self._icons[key] = symbol_icon(*key)
        return self._icons[key]

    def pixmap(self, symbol: Symbol, size: int, colour: str = "", ratio: float = 1.0) -> QPixmap:
        """A symbol of `size` device-independent pixels, for a screen of this pixel ratio."""
        wanted = symbol, size, colour or self.theme.text, ratio
        if wanted not in self._pixmaps:
            self._pixmaps[wanted] = symbol_pixmap(*wanted)
        return self._pixmaps[wanted]

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
            return self._contrast_theme()
        dark = self._hints.colorScheme() == Qt.ColorScheme.Dark
        return THEMES[ThemeName.DARK if dark else ThemeName.LIGHT]

    def _contrast_theme(self) -> Theme:
        """Windows lets people choose the colours of a contrast theme: they are theirs to choose."""
        if platform.system() != "Windows":
            return THEMES[ThemeName.HIGH_CONTRAST]
        self._application.setPalette(QPalette())  # only then Qt tells that of the system
        return theme_of(self._application.palette())

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted != self.theme:
            self.theme = wanted
            self._pixmaps.clear()
            self._dress()
            self.changed.emit()

    def _dress(self) -> None:
        self._icons.clear()
        self._style.theme = self.theme
        self._application.setPalette(palette_of(self.theme))

    def _redraw_frames(self, before: QWidget | None, now: QWidget | None) -> None:
        """Lists and texts do not redraw their frame by themselves when the focus comes or goes."""
        for widget in (before, now):
            if isinstance(widget, QAbstractScrollArea):
                widget.update()


def _style_of(application: QApplication, theme: Theme) -> OfficeStyle:
    """The style of the application, made at its first use: windows may outlive a look."""
    for child in application.children():
        if isinstance(child, OfficeStyle):
            return child
    style = OfficeStyle(theme)
    application.setStyle(style)
    return style
