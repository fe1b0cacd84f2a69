"""The menu of the icon: how all is, the calls that live, and the way to every window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu

from datev_connector.desktop.legs import LEGS
from datev_connector.desktop.look.marks import state_colour, state_symbol
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.desktop.ports import Counts, Only
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.desktop.tray.words import TrayWords, menu_text
from datev_connector.domain.calls import Call, Direction
from datev_connector.domain.legs import Leg, LegReport


class TrayMenu(QMenu):
    """Is filled anew before it opens, and left alone while it is open."""

    status_wanted = Signal()
    journal_wanted = Signal(Only)
    dial_wanted = Signal()
    settings_wanted = Signal()
    diagnosis_wanted = Signal()
    logs_wanted = Signal()
    help_wanted = Signal()
    quit_wanted = Signal()
    muted = Signal(bool)
    call_wanted = Signal(str)

    def __init__(self, surroundings: Surroundings, words: TrayWords) -> None:
        """`words`: what its lines say."""
        super().__init__()
        self._look, self._words = surroundings.look, words
        self._language = surroundings.language
        self._acts = dict[QAction, Callable[[], None]]()
        # Without a parent, so that it outlives `clear`, which takes its connections to us as well.
        self._mute = QAction(self._language.say("&No windows for calls"))
        self._mute.setCheckable(True)
        self.triggered.connect(self._act)

    @property
    def is_muted(self) -> bool:
        """Whether the person wants no windows for calls."""
        return self._mute.isChecked()

    def fill(
        self,
        legs: Mapping[Leg, LegReport],
        active: Mapping[str, Call],
        counts: Counts,
        now: datetime,
    ) -> None:
        """Show legs, calls and what waits as they are at `now` (UTC)."""
        self.clear()
        self._acts.clear()
        self._add_legs(legs, now)
        self._add_calls(active)
        self._add_waiting(counts)
        self._add_windows()

    def _add_legs(self, legs: Mapping[Leg, LegReport], now: datetime) -> None:
        for leg in LEGS:
            if leg in legs:
                report = legs[leg]
                colour = state_colour(report.state, self._look.theme)
                mark = self._look.icon(state_symbol(report.state), colour)
                text = self._words.status(leg, report, now)
                self._entry(menu_text(text), self.status_wanted.emit, mark)
        self.addSeparator()

    def _add_calls(self, active: Mapping[str, Call]) -> None:
        for call in active.values():
            incoming = call.direction is Direction.INCOMING
            mark = self._look.icon(Symbol.INCOMING if incoming else Symbol.OUTGOING)
            text = menu_text(self._words.call(call))
            self._entry(text, partial(self.call_wanted.emit, call.call), mark)
        self.addSeparator()

    def _add_waiting(self, counts: Counts) -> None:
        for text, only in (
            (self._words.drafts(counts.drafts), Only.DRAFT),
            (self._words.transfers(counts.waiting), Only.NOT_IN_DATEV),
        ):
            if text:
                self._entry(menu_text(text), partial(self.journal_wanted.emit, only))
        self.addSeparator()

    def _add_windows(self) -> None:
        say = self._language.say
        self._entry(say("&Journal"), partial(self.journal_wanted.emit, Only.ALL))
        self._entry(say("&Dial a number …"), self.dial_wanted.emit)
        self.addAction(self._mute)
        self._acts[self._mute] = self._tell_muted
        self.addSeparator()
        self._entry(say("&Settings"), self.settings_wanted.emit)
        self._entry(say("D&iagnosis"), self.diagnosis_wanted.emit)
        self._entry(say("Open &log folder"), self.logs_wanted.emit)
        self._entry(say("&Help"), self.help_wanted.emit)
        self.addSeparator()
        self._entry(say("&Quit"), self.quit_wanted.emit)

    def _entry(self, text: str, act: Callable[[], None], mark: QIcon | None = None) -> None:
        action = self.addAction(text)
        if mark is not None:
            action.setIcon(mark)
            action.setIconVisibleInMenu(True)
        self._acts[action] = act

    def _tell_muted(self) -> None:
        self.muted.emit(self.is_muted)

    @Slot(QAction)
    def _act(self, action: QAction) -> None:
        act = self._acts.get(action)
        if act is not None:
            act()
