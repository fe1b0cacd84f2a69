"""All call windows: one for each call, side by side, none taking the keyboard by itself."""

from __future__ import annotations

from PySide6.QtCore import QDeadlineTimer, QMargins, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from datev_connector.desktop.call_window.chooser import ChooserWindow
from datev_connector.desktop.call_window.openings import Openings
from datev_connector.desktop.call_window.quiet import (
    USUAL_FRAME,
    frame_of,
    outer_place,
    present,
)
from datev_connector.desktop.call_window.stacking import Place, place_for
from datev_connector.desktop.call_window.window import CallWindow
from datev_connector.desktop.look.room import room_in_use
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.calls import Call, Known
from datev_connector.domain.effects import (
    AskWho,
    CallChanged,
    DialReported,
    TellUser,
    Window,
    WindowAction,
)
from datev_connector.domain.legs import LegReport
from datev_connector.domain.numbers import national_format
from datev_connector.domain.record import Delivery
from datev_connector.domain.wording import sentence
from datev_connector.engine.news import DatevTold, News, NoteKept

SPARE_AFTER_MS = 400
"""So long after a call has its window the next one is prepared."""
SECOND_MS = 1000
SETTLING_MS = 1000
"""So long a new window also keeps the place that was meant for it: its frame comes late."""
ANY_NUMBER = "+49911319"
"""The first number of a run takes longest to write: it is written while nothing happens."""


class CallWindows(QObject):
    """Takes all news, and shows the calls that the desk wants shown."""

    dial_wanted = Signal(str)
    """The person calls back."""

    def __init__(self, surroundings: Surroundings) -> None:
        """Make it on the thread of Qt."""
        super().__init__()
        self._surroundings = surroundings
        self._windows: dict[str, CallWindow] = {}
        self._choosers: dict[str, ChooserWindow] = {}
        self._places: dict[QWidget, tuple[Place, QDeadlineTimer]] = {}
        self._frame: QMargins = USUAL_FRAME
        self._calls: dict[str, Call] = {}
        """Those that live."""
        self._kept: dict[str, int] = {}
        self._legs = {report.leg: report for report in surroundings.office.diagnosis.legs()}
        self._openings = Openings()
        self._muted = False
        self._dialling = ""
        self._spare: CallWindow | None = None
        self._prepare = QTimer(self, singleShot=True, interval=SPARE_AFTER_MS)
        self._prepare.timeout.connect(self._make_spare)
        self._clock = QTimer(self, interval=SECOND_MS)
        self._clock.timeout.connect(self._tick)
        self._prepare.start()

    # --- what others ask --------------------------------------------------------------------

    def mute(self, muted: bool) -> None:  # noqa: FBT001 - it is the state of a menu entry
        """Let windows open by themselves, or not; what a person asks for is shown always."""
        self._muted = muted

    def flush(self) -> bool:
        """Hand over every note; tell whether the desk has all that was typed."""
        safe = [window.flush() for window in self._windows.values()]
        return all(safe)

    def show_unkept(self) -> None:
        """Bring those windows to the front whose note is too long to be kept."""
        for window in self._windows.values():
            if not window.flush():
                present(window)

    def shows(self, call: str) -> bool:
        """Tell whether the call has a window, so that what goes wrong with it is seen there."""
        return call in self._windows

    def window_of(self, call: str) -> CallWindow | None:
        """Return the window of a call."""
        return self._windows.get(call)

    def chooser_of(self, call: str) -> ChooserWindow | None:
        """Return the window that asks about a call that has none of its own."""
        return self._choosers.get(call)

    @property
    def has_spare(self) -> bool:
        """Tell whether a window is ready for the next call."""
        return self._spare is not None

    @property
    def ticks(self) -> bool:
        """Tell whether something happens every second."""
        return self._clock.isActive()

    # --- news -------------------------------------------------------------------------------

    def take(self, news: News) -> None:
        """Show a piece of news where it concerns a window."""
        asked_for = self._openings.is_asked_for(news)
        self._openings = self._openings.after(news)
        match news.matter:
            case Window(WindowAction.OPEN, call):
                self._remember(call)
                self._open(call, asked_for=asked_for)
            case Window(WindowAction.CLOSE, call):
                self._remember(call)
                self._close(call)
            case Window(_, call) | CallChanged(call):
                self._remember(call)
                self._update(call)
            case AskWho(call_id, _):
                self._ask(call_id)
            case NoteKept(call=call_id, revision=revision):
                self._note_kept(call_id, revision)
            case LegReport() as report:
                self._legs[report.leg] = report
                self._show_legs()
            case _:
                self._tell(news)

    def _tell(self, news: News) -> None:
        language = self._surroundings.language
        match news.matter:
            case TellUser(text, str(call_id)) if call_id in self._windows:
                self._windows[call_id].tell(language.tell(text))
            case DatevTold(delivery=Delivery.REFUSED) as told if told.call in self._windows:
                code = f"0x{told.hresult & 0xFFFFFFFF:08X}"
                words = language.say("DATEV refused the call or its note ({code}).", code=code)
                self._windows[told.call].tell(words)
            case DialReported() as report if self._dialling in self._windows:
                window, self._dialling = self._windows[self._dialling], ""
                if report.refused is not None:
                    why = sentence(report.refused)
                    window.tell(language.say("Not dialled: {reason}", reason=why))
            case _:
                pass

    def _remember(self, call: Call) -> None:
        others_talked = len(self._calls)
        if call.active:
            self._calls[call.call] = call
        else:
            self._calls.pop(call.call, None)
        if len(self._calls) != others_talked:
            self._show_legs()

    def _note_kept(self, call: str, revision: int) -> None:
        self._kept[call] = revision
        if call in self._windows:
            self._windows[call].pad.kept(revision)

    def _show_legs(self) -> None:
        for call, window in self._windows.items():
            self._show_legs_in(call, window)

    def _show_legs_in(self, call: str, window: CallWindow) -> None:
        window.show_legs(self._legs, others_talk=any(one != call for one in self._calls))

    # --- windows ----------------------------------------------------------------------------

    def _open(self, call: Call, *, asked_for: bool) -> None:
        window = self._windows.get(call.call)
        if window is not None:
            window.show_call(call)
            if asked_for:
                present(window)
            return
        if self._muted and not asked_for:
            return
        self._drop_chooser(call.call)
        window = self._window_for(call)
        self._put(window)
        if asked_for:
            present(window)
        else:
            window.show()
        self._run_clock()
        self._prepare.start()

    def _window_for(self, call: Call) -> CallWindow:
        window, self._spare = self._spare or self._made(), None
        self._windows[call.call] = window
        self._show_legs_in(call.call, window)
        window.begin(call, self._kept.get(call.call, 0))
        return window

    def _update(self, call: Call) -> None:
        window, chooser = self._windows.get(call.call), self._choosers.get(call.call)
        if window is not None:
            window.show_call(call)
            self._run_clock()
        if chooser is not None and (call.known is not Known.ASKED or not call.active):
            self._drop_chooser(call.call)
        elif chooser is not None:
            chooser.show_call(call)

    def _close(self, call: Call) -> None:
        self._drop_chooser(call.call)
        window = self._windows.get(call.call)
        if window is not None:
            window.show_call(call)
            window.let_go()
        if call.call not in self._windows:
            self._kept.pop(call.call, None)

    def _gone(self) -> None:
        """A window was closed; it waits for the next call if none does yet."""
        for call, window in list(self._windows.items()):
            if window.call is None:
                del self._windows[call]
                self._places.pop(window, None)
                self._retire(window)
        self._run_clock()

    def _retire(self, window: CallWindow) -> None:
        if self._spare is None:
            self._spare = window
        else:
            window.deleteLater()

    def _made(self) -> CallWindow:
        window = CallWindow(self._surroundings)
        window.closed.connect(self._gone)
        window.dial_wanted.connect(self._dial)
        return window

    def _make_spare(self) -> None:
        """Prepare a window while nothing happens: laid out, with its fonts and its handle."""
        if self._spare is None:
            self._spare = self._made()
            self._spare.resize(self._spare.sizeHint())
            self._spare.winId()
            self._spare.grab()
            national_format(ANY_NUMBER)

    def _dial(self, number: str) -> None:
        window = self.sender()
        self._dialling = next((c for c, one in self._windows.items() if one is window), "")
        self.dial_wanted.emit(number)

    # --- asking without a call window -------------------------------------------------------

    def _ask(self, call_id: str) -> None:
        call = self._calls.get(call_id)
        if call is None or call_id in self._windows or self._muted:
            return
        if call_id in self._choosers:
            self._choosers[call_id].show_call(call)
            return
        chooser = self._choosers[call_id] = ChooserWindow(self._surroundings, call)
        chooser.closed.connect(self._chooser_gone)
        self._put(chooser)
        chooser.show()

    def _drop_chooser(self, call: str) -> None:
        if call in self._choosers:
            self._choosers[call].leave()

    def _chooser_gone(self) -> None:
        for call, chooser in list(self._choosers.items()):
            if chooser.isHidden():
                del self._choosers[call]
                self._places.pop(chooser, None)
                chooser.deleteLater()

    # --- places -----------------------------------------------------------------------------

    def _put(self, window: QWidget) -> None:
        """Give a window its place on the screen in use."""
        frame = frame_of(window, self._frame)
        size = window.sizeHint()
        across, down = frame.left() + frame.right(), frame.top() + frame.bottom()
        area = _area_in_use()
        place = place_for(area, size.width() + across, size.height() + down, self._taken())
        self._places[window] = place, QDeadlineTimer(SETTLING_MS)
        window.resize(place.width - across, place.height - down)
        window.move(place.x, place.y)

    def _taken(self) -> list[Place]:
        """Where windows are, and where new ones are still on their way to."""
        taken = []
        for window, (planned, settling) in self._places.items():
            known = frame_of(window, QMargins())
            if not known.isNull():
                self._frame = known
            if window.isMinimized():
                continue
            if known.isNull() or not settling.hasExpired():
                taken.append(planned)
            if not known.isNull():
                taken.append(outer_place(window))
        return taken

    # --- the running time -------------------------------------------------------------------

    def _run_clock(self) -> None:
        """Tick only while a running time is shown: an idle program does nothing."""
        runs = any(window.is_running for window in self._windows.values())
        if runs and not self._clock.isActive():
            self._clock.start()
        elif not runs:
            self._clock.stop()

    def _tick(self) -> None:
        for window in self._windows.values():
            if window.is_running:
                window.tick()


def _area_in_use() -> Place:
    area = room_in_use()
    return Place(area.x(), area.y(), area.width(), area.height())
