"""The window of the journal: search, filters, the calls, and the selected one below them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeySequence, QPalette, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.call_window.leg_words import no_dialling
from datev_connector.desktop.journal.detail import Detail
from datev_connector.desktop.journal.listing import Listing, Wish
from datev_connector.desktop.journal.table import CallTable, TableFrame
from datev_connector.desktop.journal.words import filter_words, nothing_there
from datev_connector.desktop.look.look import GAP, MARGIN
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.look.room import room_in_use
from datev_connector.desktop.picture import Picture
from datev_connector.desktop.ports import Only, Refused
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.calls import Call
from datev_connector.domain.effects import CallChanged, DialReported, Queued, TellUser, Window
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.engine.news import DatevTold, News, NoteKept

FILTERS = tuple(Only)
COUNT_MS = 400
"""So long after news the counts are asked for: many news come together."""
SIZE = QSize(1080, 760)
ROOM_TAKEN = 0.94
"""Of a small screen; the rest is for the frame."""


class JournalWindow(QWidget):
    """All calls."""

    dial_wanted = Signal(str)

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        """Asks for the newest calls at once."""
        super().__init__(parent)
        self._surroundings, self._office = surroundings, surroundings.office
        self._picture = Picture()
        self._reading: set[str] = set()
        self._dialled = ""
        self._kept_call = ""
        self._listing = Listing(self._office.journal, self)
        self._make_parts()
        self._lay_out()
        self._connect()
        self._restyle()
        for report in self._office.diagnosis.legs():
            self._picture = self._picture.after(News(surroundings.now(), report))
        self._show_circumstances()
        self._ask()

    # --- what others tell ---------------------------------------------------------------------

    def show_only(self, only: Only) -> None:
        """Show what a filter lets through."""
        with QSignalBlocker(self.search), QSignalBlocker(self.tabs):
            self.search.clear()
            self.tabs.setCurrentIndex(FILTERS.index(only))
        self._ask()

    def show_call(self, call_id: str) -> None:
        """Select a call of the list as soon as it is there."""
        self._kept_call = call_id
        if self._listing.shown is not None:
            self._choose_again()

    def take(self, news: News) -> None:
        """Show what is new."""
        self._picture = self._picture.after(news)
        match news.matter:
            case CallChanged(call) | Window(_, call):
                self._take_call(call)
            case NoteKept(call=call_id, revision=revision):
                self.detail.kept(call_id, revision)
                self._read(call_id)
            case Queued(call=call_id) | DatevTold(call=call_id):
                self._read(call_id)
            case DialReported(number=number, refused=str(reason)) if number == self._dialled:
                self._tell(Tone.WARNING, reason)
            case TellUser(text, str(call_id)) if self._is_shown(call_id):
                self._tell(Tone.WARNING, text)
            case _:
                pass
        if isinstance(news.matter, CallChanged | Window | LegReport):
            self._show_circumstances()

    def flush(self) -> bool:
        """Hand over what was typed; tell whether the desk has all of it."""
        return self.detail.flush()

    def show_unkept(self) -> bool:
        """Select a call whose note is too long to be kept; False: there is none."""
        call = self.detail.unkept
        if call is None:
            return False
        if not self._is_shown(call):
            self.show_only(Only.ALL)
            self.show_call(call)
        return True

    def _take_call(self, call: Call) -> None:
        self._listing.take(call)
        self.detail.take_call(call)
        self._count_again.start()

    def _read(self, call_id: str) -> None:
        """Read a call that is looked at as it is kept now."""
        here = self._listing.rows.row_of(call_id) is not None or self._is_shown(call_id)
        if not here or call_id in self._reading:
            return
        self._reading.add(call_id)
        future = self._office.journal.call(call_id)
        when_done(self, future, partial(self._was_read, call_id), partial(self._unread, call_id))

    def _was_read(self, call_id: str, call: Call | None) -> None:
        self._reading.discard(call_id)
        if call is not None:
            self._take_call(call)

    def _unread(self, call_id: str, refusal: Refused) -> None:
        self._reading.discard(call_id)
        self._refused(refusal)

    def _is_shown(self, call_id: str) -> bool:
        return self.detail.call is not None and self.detail.call.call == call_id

    def _show_circumstances(self) -> None:
        report = self._picture.legs.get(Leg.STORE)
        others = self._picture.active.keys() - {self.detail.call.call if self.detail.call else ""}
        self.detail.pad.show_circumstances(
            store_is_down=report is not None and report.state is LegState.DOWN,
            others_talk=bool(others),
        )
        self.detail.show_dialling(no_dialling(self._picture.legs, self._surroundings.language))

    # --- which calls --------------------------------------------------------------------------

    @property
    def only(self) -> Only:
        """The filter that is chosen."""
        return FILTERS[self.tabs.currentIndex()]

    def _ask(self) -> None:
        self._listing.show(Wish(text=self.search.text(), only=self.only))
        self._count_again.start()

    def _began(self) -> None:
        self.message.clear()
        self.table.scrollToTop()
        self._choose_again()
        self._show_total()

    def _renewed(self) -> None:
        # What is shown below stays, wherever its row is now: somebody may be typing there.
        self.table.choose(self._kept_call)
        self._show_total()

    def _choose_again(self) -> None:
        if self._kept_call and not self.table.choose(self._kept_call):
            self.detail.show_call(None)

    def _show_total(self) -> None:
        total, shown = self._listing.rows.total, self._listing.shown
        language = self._surroundings.language
        if shown is not None and not total:
            self.nothing.setText(nothing_there(shown.only, shown.text, language))
        self._lists.setCurrentWidget(self._frame if total else self.nothing)
        self.total.setText(language.count("{number} call", "{number} calls", total))
        self.total.setVisible(bool(total))
        self.detail.offer(selectable=bool(total))

    def _selected(self) -> None:
        call = self.table.calls.call_at(self.table.currentIndex().row())
        if call is not None:
            self._kept_call = call.call
            self.detail.show_call(call)
            self._show_circumstances()

    def _brought(self) -> None:
        """The selected row may be known only now."""
        if self.table.chosen and self.table.chosen != self._kept_call:
            self._selected()

    # --- counts -------------------------------------------------------------------------------

    def _count(self) -> None:
        """Ask for the numbers beside the filters; a hidden window asks when it is shown again."""
        if not self.isVisible():
            return
        for only in FILTERS:
            if only is not Only.ALL:
                total = self._office.journal.total(text="", only=only)
                when_done(self, total, partial(self._counted, only))

    def _counted(self, only: Only, number: int) -> None:
        language = self._surroundings.language
        words = filter_words(only, language)
        if number:
            words = f"{words} ({language.whole(number)})"
        self.tabs.setTabText(FILTERS.index(only), words)

    # --- what the person does -----------------------------------------------------------------

    def _connect(self) -> None:
        self._count_again = QTimer(self, singleShot=True, interval=COUNT_MS)
        self._count_again.timeout.connect(self._count)
        listing = self._listing
        listing.viewed = self.table.seen
        listing.began.connect(self._began)
        listing.renewed.connect(self._renewed)
        listing.counted.connect(self._show_total)
        listing.brought.connect(self._brought)
        listing.came.connect(self._show_total)
        listing.refused.connect(self._refused)
        self.search.textChanged.connect(self._ask)
        self.tabs.currentChanged.connect(self._ask)
        self.table.selected.connect(self._selected)
        self.table.activated.connect(self.detail.open_window)
        self.table.typed.connect(self._type_in_search)
        self.detail.dial_wanted.connect(self._dial)
        self._surroundings.look.changed.connect(self._restyle)
        for keys, work in (
            (QKeySequence.StandardKey.Find, self._to_search),
            (Qt.Key.Key_F5, self.refresh),
            (Qt.Key.Key_Escape, self._escape),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(work)
        below = QShortcut(QKeySequence(Qt.Key.Key_Down), self.search)
        below.setContext(Qt.ShortcutContext.WidgetShortcut)
        below.activated.connect(self.table.choose_first)

    def refresh(self) -> None:
        """Ask anew for what is seen."""
        self.table.calls.forget_words()
        self._listing.renew()
        self._count()

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _type_in_search(self, letters: str) -> None:
        self.search.setFocus()
        self.search.setText(letters)

    def _escape(self) -> None:
        if self.detail.give_up_change():
            return
        if self.search.text():
            self.search.clear()
            self.search.setFocus()
            return
        self.close()

    def _dial(self, number: str) -> None:
        self._dialled = number
        self.message.clear()
        self.dial_wanted.emit(number)

    def _refused(self, refusal: Refused) -> None:
        tell = self._surroundings.language.tell
        self._tell(Tone.BAD, f"{tell(refusal.what)} {tell(refusal.remedy)}".strip())

    def _tell(self, tone: Tone, text: str) -> None:
        self.message.tell(tone, self._surroundings.language.tell(text))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Today may be yesterday by now."""
        super().showEvent(event)
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing that was typed is lost."""
        self.flush()
        super().closeEvent(event)

    # --- building -----------------------------------------------------------------------------

    def _make_parts(self) -> None:
        language = self._surroundings.language
        self.setWindowTitle(language.say("Journal"))
        self.search, self.tabs = QLineEdit(), QTabBar()
        self.search.setPlaceholderText(language.say("Search names, numbers and notes"))
        self.search.setAccessibleName(language.say("Search the journal"))
        self.search.setToolTip(language.say("Ctrl+F"))
        self.search.setClearButtonEnabled(True)
        self.tabs.setAccessibleName(language.say("Which calls are shown"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        for only in FILTERS:
            self.tabs.addTab(filter_words(only, language))
        self.message = MessageLine(self._surroundings.look)
        self.table = CallTable(self._surroundings, self._listing)
        self.table.setAccessibleName(language.say("Calls"))
        self._frame = TableFrame(self.table, self._surroundings.look)
        self.nothing, self.total = QLabel(), QLabel()
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setWordWrap(True)
        self.detail = Detail(self._surroundings)

    def _lay_out(self) -> None:
        whole, top = QVBoxLayout(self), QHBoxLayout()
        whole.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        whole.setSpacing(GAP)
        top.setSpacing(MARGIN)
        top.addWidget(self.search, 1)
        top.addWidget(self.tabs)
        self._lists = QStackedWidget()
        self._lists.addWidget(self._frame)
        self._lists.addWidget(self.nothing)
        upper, above = QWidget(), QVBoxLayout()
        upper.setLayout(above)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(GAP)
        above.addWidget(self._lists, 1)
        above.addWidget(self.total)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(upper)
        splitter.addWidget(self.detail)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([SIZE.height(), self.detail.minimumSizeHint().height()])
        splitter.setHandleWidth(MARGIN)
        whole.addLayout(top)
        whole.addWidget(self.message)
        whole.addWidget(splitter, 1)
        self.resize(SIZE.boundedTo(room_in_use().size() * ROOM_TAKEN))

    def _restyle(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(
            QPalette.ColorRole.WindowText, QColor(self._surroundings.look.theme.subdued)
        )
        self.nothing.setPalette(palette)
        self.total.setPalette(palette)
