"""`run` with windows: from the first line to the exit code.

One instance a session; the core opens the profile on its own thread while Qt starts; the windows
are made when it is open. The end goes the other way round: what was typed is handed over, the core
ends in order, then Qt does.
"""

from __future__ import annotations

import logging
import sys
import time
from concurrent.futures import Future

import click
from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTimer, QTranslator
from PySide6.QtGui import QSessionManager
from PySide6.QtWidgets import QApplication, QMessageBox

from datev_connector.app.commands.failures import SettingsInvalid
from datev_connector.app.commands.session import Session
from datev_connector.app.running.assembly import settle_memory
from datev_connector.app.settings import missing_for_run
from datev_connector.app.windows.collecting import CollectHere
from datev_connector.app.windows.core import Core, Opened
from datev_connector.app.windows.ending import EndOnSignals
from datev_connector.app.windows.faults import logged_faults
from datev_connector.app.windows.office import RunningOffice
from datev_connector.app.windows.seat_watch import SeatWatch, watch
from datev_connector.desktop.asking import Relay, when_done
from datev_connector.desktop.instance import OneInstance, hand_over, instance_key
from datev_connector.desktop.instance_lines import Message, Wish
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.ports import Refused
from datev_connector.desktop.shell import Shell, bring_to_front
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.inputs import SeatChanged
from datev_connector.domain.seat import Seat
from datev_connector.engine import News
from datev_connector.system.session_mutex import SessionMutex
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments
from datev_connector.texts.wanted import system_locale, wanted_tongue

SETTLED_MS = 6000
"""After this time what a start needs once has been used, and can be given back."""
HAND_OVER_S = 5.0
"""Longest wait for the instance that runs already."""
LAST_S = 10.0
"""Longest wait for the core to end."""
SIGNED_OFF_S = 4.0
"""The same where Windows ends the session: after 5 s it ends the program by force."""
QUIT_AGAIN_S = 60.0
"""Who quits again within this time gives up what cannot be kept."""

_log = logging.getLogger(__name__)


def run_windows(session: Session, *, stream: bool, link: str, gives_way: bool) -> int:
    """Run the desktop program of a profile; return the exit code.

    `gives_way`: where it runs already, this start ends without a word.
    """
    application = QApplication(["datev-connector"])
    application.setApplicationName("DATEV Connector")
    application.setDesktopFileName("datev-connector")
    application.setQuitOnLastWindowClosed(False)
    key = instance_key(session.profile.root)
    # Elsewhere than on Windows the lock in the file is as sure.
    instance = OneInstance(key, mutex=SessionMutex(key) if sys.platform == "win32" else None)
    if not instance.claim():
        return 0 if gives_way else _hand_over(application, key, link)
    program = WindowedProgram(session, application, instance, stream=stream, link=link)
    try:
        with logged_faults():
            return program.run()
    finally:
        instance.release()


def _hand_over(application: QApplication, key: str, link: str) -> int:
    """The program runs already: it shows itself, or offers the number for dialling."""
    message = Message(wish=Wish.DIAL, text=link) if link else Message()
    if hand_over(key, message, HAND_OVER_S):
        return 0
    language = spoken(application, "auto")
    text = language.say("The connector runs already, but does not answer.")
    remedy = language.say(
        "End it (Ctrl+Shift+Esc opens the Task Manager), or sign out of Windows and in again. "
        "Then start it once more."
    )
    click.echo(f"Error: {text} {remedy}", err=True)
    signals = EndOnSignals(application.quit)
    box = failure_box(f"{text}\n\n{remedy}")
    box.finished.connect(application.quit)
    box.open()
    application.exec()
    signals.close()
    return 1


def spoken(application: QApplication, setting: str) -> Language:
    """Have Qt speak the language of the setting `general.language`, and return it."""
    tongue = wanted_tongue(setting, system_locale())
    QLocale.setDefault(QLocale(tongue.value))
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{tongue.value}", folder):
        application.installTranslator(translator)
    return Language.of(tongue)


def failure_box(text: str) -> QMessageBox:
    """A window that says what keeps the program from running."""
    box = QMessageBox(
        QMessageBox.Icon.Critical, "DATEV Connector", text, QMessageBox.StandardButton.Close
    )
    box.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return box


class WindowedProgram(QObject):
    """The program from its start to its end, on the thread of Qt."""

    def __init__(
        self,
        session: Session,
        application: QApplication,
        instance: OneInstance,
        *,
        stream: bool,
        link: str,
    ) -> None:
        super().__init__()
        self._session = session
        self._application = application
        self._instance = instance
        self._stream = stream
        self._link = link
        self._relay = Relay(self)
        self._shell: Shell | None = None
        self._early: list[News] = []
        self._core: Core | None = None
        self._ending = False
        self._held_at: float | None = None
        self._gave_up = False
        self._box: QMessageBox | None = None
        # A link that comes while the profile is being opened waits for the windows.
        instance.dial_wanted.connect(self._dial)
        instance.quit_wanted.connect(self.end_now)
        instance.show_wanted.connect(self._come_to_front)
        self.language = spoken(application, "auto")

    # --- the beginning ----------------------------------------------------------------------

    def run(self) -> int:
        """Run until the end; return the exit code."""
        signals = EndOnSignals(self.end_now)
        collecting = CollectHere()
        if sys.platform != "win32":  # there it only asks whether the session may end
            self._application.commitDataRequest.connect(self._session_ends)
        seat = SeatWatch(flush=self._flush, pass_on=self._pass_on, end=self._session_ended)
        unwatch = None
        try:
            self._begin()
            unwatch = watch(seat.heard, self.end_now)
            return self._application.exec()
        finally:
            signals.close()
            if unwatch is not None:
                unwatch()
            self._stop_core()
            collecting.close()

    def _begin(self) -> None:
        try:
            setting = self._session.settings.general.language.value
        except SettingsInvalid as invalid:
            self._cannot_start(self._bad_settings(invalid), code=invalid.exit_code)
            return
        self.language = spoken(self._application, setting)
        quit_by_stream = (lambda: self._relay.hand(self.end_now)) if self._stream else None
        self._core = core = Core(self._session, self._heard, stream=quit_by_stream)
        when_done(self, core.opened, self._opened, self._not_opened)
        core.thread.ended.add_done_callback(
            lambda done: self._relay.hand(lambda: self._ended(done))
        )
        core.thread.start()

    def _opened(self, opened: Opened) -> None:
        core = self._core
        assert core is not None  # noqa: S101 -- it has just opened
        try:
            self._shell = shell = self._make_shell(core, opened)
        except Exception as fault:  # noqa: BLE001 - without a tray nobody could end the program
            _log.exception("the windows could not be made")
            self._cannot_go_on(fault)
            return
        early, self._early = self._early, []
        for news in early:
            shell.take(news)
        if missing_for_run(self._session.settings) or self._session.taken_over is not None:
            shell.show_assistant()
        if self._link:
            self._dial(self._link)
        QTimer.singleShot(SETTLED_MS, settle_memory)

    def _make_shell(self, core: Core, opened: Opened) -> Shell:
        office = RunningOffice(self._session, core, opened, tell=self._heard, end=self.end)
        surroundings = Surroundings(
            office=office,
            language=self.language,
            moments=Moments(self.language),
            look=Look(self._application),
            now=self._session.now,
        )
        return Shell(surroundings)

    # --- between the threads ----------------------------------------------------------------

    def _heard(self, news: News) -> None:
        """News, on any thread."""
        self._relay.hand(lambda: self._take(news))

    def _take(self, news: News) -> None:
        if self._shell is None:
            self._early.append(news)
        else:
            self._shell.take(news)

    def _come_to_front(self) -> None:
        """A second start: show what is there."""
        if self._box is not None:
            bring_to_front(self._box)
        elif self._shell is not None:
            self._shell.come_to_front()

    def _dial(self, link: str) -> None:
        if self._shell is None:
            self._link = link
        else:
            self._shell.show_dialler(link)

    # --- the end ----------------------------------------------------------------------------

    def end(self) -> None:
        """A person quits: what cannot be kept is told, and holds the end back once."""
        if self._ending or self._is_held():
            return
        self.end_now()

    def end_now(self) -> None:
        """End in order: what was typed is kept, windows go, the core signs out, then Qt ends."""
        if self._ending:
            return
        self._ending = True
        if self._core is None or self._core.thread.ended.done():
            self._application.exit(0)
            return
        if self._shell is not None:
            self._shell.flush()
        for window in self._application.topLevelWidgets():
            window.hide()  # what is typed from now on would be lost
        self._core.stop()
        QTimer.singleShot(round(LAST_S * 1000), self._end_anyway)

    def _is_held(self) -> bool:
        held_at, now = self._held_at, time.monotonic()
        self._held_at = None
        if self._shell is None or (held_at is not None and now - held_at < QUIT_AGAIN_S):
            return False
        if self._shell.keeps_all():
            return False
        self._held_at = now
        return True

    def _end_anyway(self) -> None:
        """The core does not come to its end: it may wait for a keyring, or for a dead network."""
        self._gave_up = True
        self._application.exit(1)

    def _session_ends(self, _manager: QSessionManager) -> None:
        """The person signs off: there is little time, and no loop to wait in."""
        self._flush()
        self._stop_core()

    def _session_ended(self) -> None:
        """Windows ends the process when this returns, or a little later if it does not."""
        self._flush()
        self._stop_core(SIGNED_OFF_S)
        self._application.exit(0)

    def _flush(self) -> None:
        if self._shell is not None:
            self._shell.flush()

    def _pass_on(self, seat: Seat) -> Future[None] | None:
        """What happens to the session concerns the desk, if there is one yet."""
        core = self._core
        if core is None or not core.opened.done() or core.opened.exception() is not None:
            return None
        engine, now = core.opened.result().connector.engine, self._session.now
        return core.thread.do(lambda: engine.feed(SeatChanged(at=now(), seat=seat)))

    def _stop_core(self, patience_s: float = LAST_S) -> None:
        if self._core is not None:
            self._core.stop()
            # Where it was waited for in vain there is no use in waiting once more.
            if not self._core.thread.join(0.0 if self._gave_up else patience_s):
                _log.warning("the core did not end in time")

    def _ended(self, done: Future[None]) -> None:
        fault = done.exception()
        if fault is None:
            if self._box is None:
                self._application.exit(0)
            return
        _log.error("the core ended with a fault", exc_info=fault)
        self._cannot_go_on(fault)

    # --- what keeps the program from running --------------------------------------------------

    def _not_opened(self, refusal: Refused) -> None:
        tell = self.language.tell
        text = "\n\n".join(filter(None, (tell(refusal.what), tell(refusal.remedy))))
        self._cannot_start(text, code=1)

    def _bad_settings(self, invalid: SettingsInvalid) -> str:
        first = self.language.say("The settings cannot be used:")
        return "\n".join([first, "", *map(self.language.tell, invalid.problems)])

    def _cannot_go_on(self, fault: BaseException) -> None:
        say = self.language.say
        text = say("Something went wrong inside the connector; it has to be started again.")
        where = say(
            "Every note that was shown as saved is kept. The log says what happened: {folder}",
            folder=self._session.profile.logs_folder,
        )
        self._cannot_start(f"{text}\n\n{where}\n\n{type(fault).__name__}", code=1)

    def _cannot_start(self, text: str, *, code: int) -> None:
        self._box = box = failure_box(text)
        box.finished.connect(lambda _: self._application.exit(code))
        box.open()
