"""Buttons: the one that a window is for, and those that say why they cannot be pressed."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QAbstractButton

from datev_connector.desktop.look.look import Look


def make_primary(button: QAbstractButton, look: Look) -> None:
    """Set a button apart as what one does next; one of a window, in every theme."""
    _Primary(button, look)


def enable(button: QAbstractButton, refused: str) -> None:
    """Disable a button and have it say why not; enable it where nothing speaks against it.

    The reason takes the place of a tooltip, so it is for buttons that have none.
    """
    button.setEnabled(not refused)
    button.setToolTip(refused)
    button.setAccessibleDescription(refused)


class _Primary(QObject):
    """Colours a button, now and in every theme to come; belongs to the button."""

    def __init__(self, button: QAbstractButton, look: Look) -> None:
        super().__init__(button)
        self._button, self._look = button, look
        look.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        palette, theme = QPalette(), self._look.theme
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
            palette.setColor(group, QPalette.ColorRole.Button, QColor(theme.accent))
            palette.setColor(group, QPalette.ColorRole.ButtonText, QColor(theme.on_accent))
        self._button.setPalette(palette)
