"""A window that stands for DATEV: the people in it, each with a button to dial, and its call list.

It shows what the simulated DATEV holds, nothing else, so that it can be seen beside the windows of
the connector what arrives there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from datev_connector.app.demo.language import Language, Text
from datev_connector.app.demo.office import CONTACTS, LENA, PBX_CONTACTS, Contact
from datev_connector.app.demo.phrases import STATES
from datev_connector.app.demo.stage import Stage
from datev_connector.app.windows.core_thread import CoreThread
from datev_connector.desktop.asking import when_done
from datev_connector.desktop.look.look import GAP, MARGIN, Look
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.simulators.datev import CallRecord, ConnectorGone, DatevSimulator, Direction

Answer = TypeVar("Answer")

LOOK_MS = 300
"""How often the window looks what DATEV holds."""

_TITLE = Text("DATEV (nachgestellt)", "DATEV (a stand-in)")
_PEOPLE = Text("Adressaten und Institutionen", "Addressees and institutions")
_CALLS = Text("Anrufliste und Journal", "Call list and journal")
_DIAL = Text("{name} anrufen", "Call {name}")
_CALLER = Text("Es ruft an:", "Somebody calls:")
_RING = Text("Klingeln lassen", "Let it ring")
_ANSWER = Text("Abheben", "Answer")
_HANG_UP = Text("Auflegen", "Hang up")
_PLAYING = Text(
    "Der Arbeitstag wird gespielt. Danach können Sie selbst wählen und anrufen lassen.",
    "The working day is being played. Afterwards you can dial and let people call yourself.",
)
_FREE = Text(
    "Der Tag ist gespielt. Jetzt sind Sie dran: wählen Sie hier jemanden an, oder lassen Sie es "
    "klingeln. Schließen Sie dieses Fenster, um die Vorführung zu beenden.",
    "The day is over. Now it is your turn: dial somebody here, or let it ring. Close this window "
    "to end the demo.",
)
_NOT_THERE = Text("DATEV ist gerade nicht gestartet.", "DATEV is not running at the moment.")
_REFUSED = Text(
    "Der Connector hat nicht gewählt; er sagt, warum.", "The connector did not dial; it says why."
)
_HEADINGS = (
    Text("Beginn", "Begin"),
    Text("Richtung", "Direction"),
    Text("Adressat", "Addressee"),
    Text("Nummer", "Number"),
    Text("Stand", "State"),
    Text("Notiz", "Note"),
)
_IN = Text("ankommend", "incoming")
_OUT = Text("abgehend", "outgoing")
_JOURNAL = Text("im Journal", "in the journal")
STRANGER = "0221 4710-999"


@dataclass(frozen=True, slots=True)
class Shown:
    """What DATEV holds."""

    listening: bool
    rows: tuple[tuple[str, Direction, str, str, Text, str], ...]


class DatevWindow(QWidget):
    """Shows a stage; `closed` when the person has seen enough."""

    closed = Signal()

    def __init__(self, look: Look, language: Language, core: CoreThread) -> None:
        """`core` runs the stage."""
        super().__init__()
        self._look = look
        self._language = language
        self._core = core
        self._stage: Stage | None = None
        self._shown: Shown | None = None
        self.is_free = False
        """The person may dial and let people call."""
        self.setWindowTitle(_TITLE.say(language))
        self._hint = QLabel(_PLAYING.say(language), wordWrap=True)
        self._people = self._people_table()
        self._calls = self._table([one.say(language) for one in _HEADINGS])
        self._caller = QComboBox()
        self._by_hand: list[QPushButton] = []
        self._arrange()
        self._enable()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look_again)

    # --- what it is made of -----------------------------------------------------------------------

    def _arrange(self) -> None:
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.addWidget(self._titled(_PEOPLE, self._people))
        sides.addWidget(self._titled(_CALLS, self._calls))
        sides.setStretchFactor(0, 3)
        sides.setStretchFactor(1, 5)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        lines.setSpacing(GAP)
        lines.addWidget(self._hint)
        lines.addWidget(sides, 1)
        lines.addLayout(self._callers_row())
        unit = self.fontMetrics().horizontalAdvance("x")
        self.resize(unit * 165, unit * 60)
        sides.setSizes([unit * 58, unit * 107])
        # Call windows come up at the lower right.
        self.move(self.screen().availableGeometry().topLeft() + QPoint(MARGIN, MARGIN))

    def _titled(self, title: Text, content: QWidget) -> QWidget:
        side = QWidget()
        lines = QVBoxLayout(side)
        lines.setContentsMargins(0, 0, 0, 0)
        label = QLabel(title.say(self._language))
        label.setFont(self._look.font(1.1, bold=True))
        label.setBuddy(content)
        lines.addWidget(label)
        lines.addWidget(content, 1)
        return side

    def _table(self, headings: list[str]) -> QTableWidget:
        table = QTableWidget(0, len(headings))
        table.setHorizontalHeaderLabels(headings)
        table.verticalHeader().hide()
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setStretchLastSection(True)
        return table

    def _people_table(self) -> QTableWidget:
        table = self._table(
            ["", _HEADINGS[2].say(self._language), _HEADINGS[3].say(self._language)]
        )
        table.setRowCount(len(CONTACTS))
        for row, contact in enumerate(CONTACTS):
            button = QPushButton(self._look.icon(Symbol.HANDSET, self._look.theme.good), "")
            name = _DIAL.fill(name=contact.name).say(self._language)
            button.setToolTip(name)
            button.setAccessibleName(name)
            button.clicked.connect(_with(self._dial, contact))
            table.setCellWidget(row, 0, button)
            table.setItem(row, 1, QTableWidgetItem(contact.name))
            table.setItem(row, 2, QTableWidgetItem(contact.number))
        return table

    def _callers_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        label = QLabel(_CALLER.say(self._language))
        label.setBuddy(self._caller)
        for contact in (*CONTACTS, *PBX_CONTACTS):
            self._caller.addItem(f"{contact.name}, {contact.number}", contact.number)
        self._caller.addItem(STRANGER, STRANGER)
        row.addWidget(label)
        row.addWidget(self._caller, 1)
        for text, act in (
            (_RING, self._ring),
            (_ANSWER, self._answer),
            (_HANG_UP, self._hang_up),
        ):
            button = QPushButton(text.say(self._language))
            button.clicked.connect(act)
            self._by_hand.append(button)
            row.addWidget(button)
        return row

    # --- what it shows ----------------------------------------------------------------------------

    def show_stage(self, stage: Stage) -> None:
        """Begin to show what DATEV holds."""
        self._stage = stage
        self._timer.start()
        self.show()

    def set_free(self) -> None:
        """The day is over: from now on the person plays."""
        self.is_free = True
        self._hint.setText(_FREE.say(self._language))
        self._enable()

    def _enable(self) -> None:
        for row in range(self._people.rowCount()):
            self._people.cellWidget(row, 0).setEnabled(self.is_free)
        for button in self._by_hand:
            button.setEnabled(self.is_free)

    def _look_again(self) -> None:
        if self._stage is not None:
            when_done(self, self._core.do(_with(held, self._stage.datev)), self._show)

    def _show(self, shown: Shown) -> None:
        if shown == self._shown:
            return
        self._shown = shown
        if not shown.listening:
            self._hint.setText(_NOT_THERE.say(self._language))
        else:
            self._hint.setText((_FREE if self.is_free else _PLAYING).say(self._language))
        self._calls.setRowCount(len(shown.rows))
        for row, (begin, direction, name, number, state, note) in enumerate(reversed(shown.rows)):
            way = _IN if direction is Direction.INCOMING else _OUT
            said = (begin, way.say(self._language), name, number, state.say(self._language), note)
            for column, text in enumerate(said):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self._calls.setItem(row, column, item)

    # --- what the person does ---------------------------------------------------------------------

    def _dial(self, contact: Contact) -> None:
        stage = self._stage
        if stage is None:
            return

        self._hint.setText(_FREE.say(self._language))
        when_done(self, self._core.do_long(lambda: _dialled(stage, contact)), self._dialled)

    def _dialled(self, accepted: bool) -> None:  # noqa: FBT001 - an answer
        if not accepted:
            self._hint.setText(_REFUSED.say(self._language))

    def _ring(self) -> None:
        number = str(self._caller.currentData())

        def ring(stage: Stage) -> None:
            stage.starface.pbx.incoming(LENA.login, number).ring()

        self._on_stage(ring)

    def _answer(self) -> None:
        self._on_stage(_answer_all)

    def _hang_up(self) -> None:
        self._on_stage(_end_all)

    def _on_stage(self, act: Callable[[Stage], None]) -> None:
        stage = self._stage
        if stage is not None:
            self._core.do(lambda: act(stage))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """They have seen enough."""
        self.closed.emit()
        event.accept()


def held(datev: DatevSimulator) -> Shown:
    """What DATEV holds now; to be asked on its loop."""
    calls = [(entry.last, STATES[entry.state]) for entry in datev.calls]
    journal = [(entry.record, _JOURNAL) for entry in datev.journal]
    both = sorted([*calls, *journal], key=lambda one: one[0].begin)
    return Shown(datev.listening, tuple(_row(record, state) for record, state in both))


def _answer_all(stage: Stage) -> None:
    for call in stage.starface.pbx.calls:
        call.answer()


def _end_all(stage: Stage) -> None:
    for call in stage.starface.pbx.calls:
        call.hangup()


def _row(record: CallRecord, state: Text) -> tuple[str, Direction, str, str, Text, str]:
    return (
        f"{record.begin:%H:%M:%S}",
        record.direction,
        record.name,
        record.number,
        state,
        record.note,
    )


async def _dialled(stage: Stage, contact: Contact) -> bool:
    """Click the number of a contact; tell whether the connector dials."""
    try:
        answer = await stage.datev.dial(
            contact.number, contact.name, contact.id, contact.data_source
        )
    except (ConnectorGone, TimeoutError):
        return False
    if answer.accepted:
        (await stage.starface.pbx.dialled()).ring()
    return answer.accepted


def _with(act: Callable[..., Answer], *values: object) -> Callable[[], Answer]:
    return lambda *_: act(*values)
