"""Puts the windows together: news go to whom they concern, wishes to the window that grants them.

Only tray and call windows are there from the start. The others are loaded and made when they are
first wanted: a session that only takes calls does not hold them in memory.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.call_window.windows import CallWindows
from datev_connector.desktop.folders import open_folder
from datev_connector.desktop.picture import Picture
from datev_connector.desktop.ports import Counts, Only
from datev_connector.desktop.shortcut.shortcut import GlobalShortcut
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.desktop.tray.tray import Tray
from datev_connector.domain.effects import CallChanged, DialReported, Queued, TellUser, Window
from datev_connector.domain.legs import Leg, LegState
from datev_connector.engine.news import DatevTold, News, NoteKept

if TYPE_CHECKING:
    from datev_connector.desktop.assistant.window import Assistant
    from datev_connector.desktop.diagnosis.window import DiagnosisWindow
    from datev_connector.desktop.dialler.window import DialWindow
    from datev_connector.desktop.journal.window import JournalWindow
    from datev_connector.desktop.settings.window import SettingsWindow

COUNT_AGAIN_MS = 400
"""So long after news the counts are asked for: many news come together."""


class Shell(QObject):
    """All windows of one program."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        self._office = surroundings.office
        self._picture = Picture()
        self._tray = Tray(surroundings)
        self._calls = CallWindows(surroundings)
        self._journal: JournalWindow | None = None
        self._dialler: DialWindow | None = None
        self._settings: SettingsWindow | None = None
        self._diagnosis: DiagnosisWindow | None = None
        self._assistant: Assistant | None = None
        self._count_again = QTimer(self, singleShot=True, interval=COUNT_AGAIN_MS)
        self._count_again.timeout.connect(self._count)
        self._shortcut = GlobalShortcut(self)
        self._connect()
        self._use_shortcut(aloud=sys.platform == "win32")
        self._count()

    def _connect(self) -> None:
        tray = self._tray
        tray.status_wanted.connect(self.show_status)
        tray.journal_wanted.connect(self.show_journal)
        tray.dial_wanted.connect(self.show_dialler)
        tray.settings_wanted.connect(self.show_settings)
        tray.diagnosis_wanted.connect(self.show_diagnosis)
        tray.logs_wanted.connect(self.open_logs)
        tray.help_wanted.connect(self.show_help)
        tray.quit_wanted.connect(self._office.program.quit)
        tray.muted.connect(self._calls.mute)
        tray.call_wanted.connect(self._office.calls.open)
        self._calls.dial_wanted.connect(self._office.calls.dial)
        self._shortcut.pressed.connect(self.show_dialler)

    def _use_shortcut(self, *, aloud: bool = True) -> None:
        """Have the dialler come up by the shortcut of the settings; say why it cannot."""
        wanted = self._office.settings.form().field("general.dial_shortcut").value
        refused = self._shortcut.use(str(wanted))
        if refused and aloud:
            language = self._surroundings.language
            self._tray.tell(language.say("Key combination"), language.tell(refused))

    # --- news -------------------------------------------------------------------------------

    def take(self, news: News) -> None:
        """Show a piece of news wherever it concerns somebody."""
        self._calls.take(news)
        picture = self._picture.after(news)
        if picture is not self._picture:
            self._picture = picture
            self._tray.show_picture(picture)
            if self._diagnosis is not None:
                self._diagnosis.show_legs(picture)
        for window in (self._journal, self._dialler, self._assistant):
            if window is not None:
                window.take(news)
        self._tell(news)
        if isinstance(news.matter, CallChanged | Window | NoteKept | DatevTold | Queued):
            self._count_again.start()

    def _tell(self, news: News) -> None:
        """What concerns no window that is open is told beside the tray."""
        say, tell = self._surroundings.language.say, self._surroundings.language.tell
        match news.matter:
            case TellUser(text, call) if call is None or not self._calls.shows(call):
                self._tray.tell(say("DATEV Connector"), tell(text))
            case DialReported(refused=str(refused)) if not self._dialler_shown():
                self._tray.tell(say("Not dialled"), tell(refused))
            case _:
                pass

    def _dialler_shown(self) -> bool:
        return self._dialler is not None and self._dialler.isVisible()

    def _count(self) -> None:
        when_done(self, self._office.journal.counts(), self._counted)

    def _counted(self, counts: Counts) -> None:
        self._tray.show_counts(counts)

    def flush(self) -> bool:
        """Hand over every note that was typed; tell whether the desk has all of it.

        It does not take a note without end; its window says so.
        """
        calls = self._calls.flush()
        return (self._journal is None or self._journal.flush()) and calls

    def keeps_all(self) -> bool:
        """Hand over every note; tell whether none is lost by ending now, and say what would be."""
        if not self.flush():
            self.show_unkept()
            return False
        store = self._picture.legs.get(Leg.STORE)
        if store is not None and store.state is LegState.DOWN:
            say = self._surroundings.language.say
            text = say(
                "Nothing can be saved at the moment. Have that mended, or quit once more to drop "
                "what is not saved."
            )
            self._tray.tell(say("Not ended"), text)
            return False
        return True

    def show_unkept(self) -> None:
        """A note that is too long to be kept keeps the program from ending."""
        say = self._surroundings.language.say
        text = say(
            "A note is too long to be kept. Shorten it, or quit once more to drop what was "
            "added last."
        )
        self._calls.show_unkept()
        if self._journal is not None and self._journal.show_unkept():
            bring_to_front(self._journal)
        self._tray.tell(say("Not ended"), text)

    # --- windows ----------------------------------------------------------------------------

    def come_to_front(self) -> None:
        """A second start: show that the program is there."""
        self.show_status()

    def show_status(self) -> None:
        """Show how every leg is doing."""
        self._shown_diagnosis().show_status()

    def show_diagnosis(self) -> None:
        """Show the examination, and begin it."""
        window = self._shown_diagnosis()
        window.start()

    def _shown_diagnosis(self) -> DiagnosisWindow:
        if self._diagnosis is None:
            from datev_connector.desktop.diagnosis.window import DiagnosisWindow

            self._diagnosis = DiagnosisWindow(self._surroundings)
        self._diagnosis.show_legs(self._picture)
        bring_to_front(self._diagnosis)
        return self._diagnosis

    def show_journal(self, only: Only = Only.ALL) -> None:
        """Show the calls."""
        if self._journal is None:
            from datev_connector.desktop.journal.window import JournalWindow

            self._journal = JournalWindow(self._surroundings)
            self._journal.dial_wanted.connect(self._office.calls.dial)
        self._journal.show_only(only)
        bring_to_front(self._journal)

    def show_dialler(self, text: str = "") -> None:
        """Show the dialler; `text` is offered, not dialled."""
        if self._dialler is None:
            from datev_connector.desktop.dialler.window import DialWindow

            self._dialler = DialWindow(self._surroundings)
        self._dialler.offer(text)
        bring_to_front(self._dialler)

    def show_settings(self, page: str = "") -> None:
        """Show the settings."""
        if self._settings is None:
            from datev_connector.desktop.settings.window import SettingsWindow

            self._settings = SettingsWindow(self._surroundings)
            self._settings.diagnosis_wanted.connect(self.show_diagnosis)
            self._settings.kept.connect(self._use_shortcut)
            self._settings.assistant_wanted.connect(self.show_assistant)
        if page:
            self._settings.show_page(page)
        bring_to_front(self._settings)

    def show_help(self) -> None:
        """Show version, licence and imprint."""
        self.show_settings("help")

    def show_assistant(self) -> None:
        """Show the first steps."""
        if self._assistant is None:
            from datev_connector.desktop.assistant.window import Assistant

            self._assistant = Assistant(self._surroundings)
        bring_to_front(self._assistant)

    def open_logs(self) -> None:
        """Show the folder of the logs; where the system cannot, say where it is."""
        folder = self._office.program.about().logs_folder
        if not open_folder(folder):
            language = self._surroundings.language
            text = language.say("{what} could not be opened. Does it exist?", what=str(folder))
            self._tray.tell(language.say("DATEV Connector"), text)


def bring_to_front(window: QWidget) -> None:
    """Show a window that the person asked for, with the keyboard in it."""
    if window.isMinimized():
        window.showNormal()
    window.show()
    window.raise_()
    window.activateWindow()
