"""The icon beside the clock: shows how all legs are, and follows the panel it lives in."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QSystemTrayIcon

from datev_connector.desktop.picture import Picture
from datev_connector.desktop.ports import Counts, Only
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.desktop.tray.drawing import icon
from datev_connector.desktop.tray.menu import TrayMenu
from datev_connector.desktop.tray.steady import Badge, Steady
from datev_connector.desktop.tray.words import TrayWords

LOOK_FOR_PANEL_MS = 2000
"""How often a panel is looked for where there was none at the start."""


class Tray(QObject):
    """One for the application; shows itself as soon as there is a panel."""

    status_wanted = Signal()
    journal_wanted = Signal(Only)
    """With what it is to show: all calls, drafts, or what waits for DATEV."""
    dial_wanted = Signal()
    settings_wanted = Signal()
    diagnosis_wanted = Signal()
    logs_wanted = Signal()
    help_wanted = Signal()
    quit_wanted = Signal()
    muted = Signal(bool)
    call_wanted = Signal(str)

    def __init__(self, surroundings: Surroundings, parent: QObject | None = None) -> None:
        """Nothing is known yet: the icon says so."""
        super().__init__(parent)
        self._now = surroundings.now
        self._words = TrayWords(language=surroundings.language, moments=surroundings.moments)
        self._picture = Picture()
        self._steady = Steady()
        self._counts = Counts(drafts=0, waiting=0)
        self._drawn: tuple[Badge, int, bool] | None = None
        self._menu = TrayMenu(surroundings, self._words)
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self.status_wanted)
        self._hold = QTimer(self, singleShot=True)
        self._hold.timeout.connect(self._refresh)
        self._panel = QTimer(self, interval=LOOK_FOR_PANEL_MS)
        self._panel.timeout.connect(self._appear)
        self._connect_menu()
        self._fill_menu()
        self._appear()

    def show_picture(self, picture: Picture) -> None:
        """Show the legs; one that gets worse is shown so when it stays so.

        The calls are in the menu, which is filled when it opens.
        """
        before, self._picture = self._picture, picture
        if picture.legs != before.legs:
            self._refresh()

    def show_counts(self, counts: Counts) -> None:
        """Show what waits for the person."""
        if counts != self._counts:
            self._counts = counts
            self._refresh()

    def tell(self, title: str, text: str) -> None:
        """Show a message beside the icon; where there is no panel, nothing."""
        if self._icon.isVisible():
            self._icon.showMessage(title, text, self._icon.icon())

    @property
    def badge(self) -> Badge:
        """What the icon tells now."""
        return self._steady.badge

    @property
    def icon(self) -> QSystemTrayIcon:
        """The icon itself."""
        return self._icon

    @property
    def menu(self) -> TrayMenu:
        """The menu of the icon."""
        return self._menu

    def _connect_menu(self) -> None:
        menu = self._menu
        menu.status_wanted.connect(self.status_wanted)
        menu.journal_wanted.connect(self.journal_wanted)
        menu.dial_wanted.connect(self.dial_wanted)
        menu.settings_wanted.connect(self.settings_wanted)
        menu.diagnosis_wanted.connect(self.diagnosis_wanted)
        menu.logs_wanted.connect(self.logs_wanted)
        menu.help_wanted.connect(self.help_wanted)
        menu.quit_wanted.connect(self.quit_wanted)
        menu.call_wanted.connect(self.call_wanted)
        menu.muted.connect(self._mute)
        menu.aboutToShow.connect(self._fill_menu)

    @Slot()
    def _refresh(self) -> None:
        now = self._now()
        self._steady = self._steady.after(self._picture.legs, now)
        due = self._steady.due
        if due is None:
            self._hold.stop()
        else:
            left_ms = (due - now) / timedelta(milliseconds=1)
            self._hold.start(max(1, round(left_ms) + 1))
        self._draw()
        self._icon.setToolTip(self._words.tooltip(self._steady.shown, self._counts, now))

    @Slot()
    def _fill_menu(self) -> None:
        self._refresh()
        legs, active = self._steady.shown, self._picture.active
        self._menu.fill(legs, active, self._counts, self._now())

    def _draw(self) -> None:
        wanted = (self.badge, self._counts.drafts + self._counts.waiting, self._menu.is_muted)
        if wanted != self._drawn:
            self._drawn = wanted
            badge, waiting, muted = wanted
            self._icon.setIcon(icon(badge, waiting, muted=muted))

    @Slot(bool)
    def _mute(self, muted: bool) -> None:  # noqa: FBT001 - the signal's form
        self._draw()
        self.muted.emit(muted)

    @Slot()
    def _appear(self) -> None:
        """Show the icon where there is a panel, else look again later.

        Once it is shown, Qt itself brings it back after the panel was gone.
        """
        if not QSystemTrayIcon.isSystemTrayAvailable():
            self._panel.start()
            return
        self._panel.stop()
        self._icon.show()

    @Slot(QSystemTrayIcon.ActivationReason)
    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.journal_wanted.emit(Only.ALL)
