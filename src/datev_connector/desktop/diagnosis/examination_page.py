"""The second page: an examination, its findings as they come, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from datev_connector.desktop.asking import Relay, when_done
from datev_connector.desktop.diagnosis import words
from datev_connector.desktop.diagnosis.hand_on import HandOn
from datev_connector.desktop.diagnosis.rows_area import RowsArea
from datev_connector.desktop.diagnosis.state_row import StateRow
from datev_connector.desktop.diagnosis.status_page import TONES
from datev_connector.desktop.legs import leg_name
from datev_connector.desktop.look.buttons import make_primary
from datev_connector.desktop.look.look import GAP, MARGIN
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.look.words import SectionTitle
from datev_connector.desktop.ports import Examination, Finding, Refused
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg, LegState

EVENTS_S = 60.0
"""How long a call is waited for, if the person makes one."""


class ExaminationPage(QWidget):
    """Runs one examination at a time; `copy_wanted` has a text for the clipboard."""

    copy_wanted = Signal(str)

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._surroundings = surroundings
        self._language = surroundings.language
        self._relay = Relay(self)
        self._run: Run | None = None
        self._findings: list[Finding] = []
        self._groups: dict[Leg | None, Group] = {}
        self._stopped = False
        self.message = MessageLine(surroundings.look)
        self.area = RowsArea(surroundings.look)
        self.with_call = QCheckBox(self._language.say("&Wait for a call that you make"))
        self.begin, self.copy = QPushButton(), QPushButton(self._language.say("Copy &result"))
        self.hand_on = HandOn(surroundings)
        make_primary(self.begin, surroundings.look)
        self._lay_out()
        self._show_running(running=False)
        self.begin.clicked.connect(self._begin_or_stop)
        self.copy.clicked.connect(self._copy)
        self.hand_on.copy_wanted.connect(self.copy_wanted)

    @property
    def running(self) -> bool:
        """Tell whether an examination goes on."""
        return self._run is not None

    def start(self) -> None:
        """Begin an examination, unless one goes on."""
        if self._run is not None:
            return
        self.area.clear()
        self._groups.clear()
        self._findings = []
        self._stopped = False
        self._run = run = Run()
        self._show_running(running=True)
        self.message.tell(Tone.NEUTRAL, words.progress([], self._language))
        with_call = self.with_call.isChecked()
        run.examination, ended = self._surroundings.office.diagnosis.examine(
            lambda finding: self._relay.hand(lambda: self._found(run, finding)),
            events_s=EVENTS_S if with_call else 0.0,
            call_now=lambda: self._relay.hand(lambda: self._call_now(run)),
        )
        when_done(self, ended, lambda _: self._ended(run), lambda no: self._failed(run, no))

    def stop(self) -> None:
        """Break the examination off; what it found stays."""
        if self._run is not None and self._run.examination is not None:
            self._stopped = True
            self.begin.setEnabled(False)
            self._run.examination.stop()

    # --- what comes -------------------------------------------------------------------------------

    def _found(self, run: Run, finding: Finding) -> None:
        if run is not self._run:
            return
        self._findings.append(finding)
        group = self._groups.get(finding.leg)
        if group is None:
            group = self._groups[finding.leg] = Group(finding.leg, self._surroundings)
            self.area.add(group)
        row = group.add(finding)
        self._put_in_order(row)
        self.area.bring(row)
        self.message.tell(Tone.NEUTRAL, words.progress(self._findings, self._language))

    def _put_in_order(self, row: StateRow) -> None:
        """The tab key leads from row to row, not over the buttons below."""
        rows = [one for group in self._groups.values() for one in group.rows]
        at = rows.index(row)
        QWidget.setTabOrder(rows[at - 1] if at else self.begin, row)

    def _call_now(self, run: Run) -> None:
        if run is self._run:
            text = self._language.say(
                "Please call your telephone now from another one, or dial from it. "
                "The program waits {seconds} seconds for it at most.",
                seconds=round(EVENTS_S),
            )
            self.message.tell(Tone.WARNING, text)

    def _ended(self, run: Run) -> None:
        if run is self._run:
            self._run = None
            self._show_running(running=False)
            self._show_worst()
            state, text = words.summary(self._findings, self._language, stopped=self._stopped)
            self.message.tell(TONES[state], text)

    def _show_worst(self) -> None:
        """Bring the first fault into sight, or the first remark; else the beginning."""
        rows = [row for group in self._groups.values() for row in group.rows]
        for state in (LegState.DOWN, LegState.DEGRADED, LegState.UP):
            for row in rows:
                if row.state is state:
                    self.area.bring(row)
                    return

    def _failed(self, run: Run, refusal: Refused) -> None:
        if run is self._run:
            self._run = None
            self._show_running(running=False)
            self.message.tell(Tone.BAD, self._language.tell(refusal.what))

    # --- how it looks -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column, top = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, MARGIN, 0, 0)
        column.setSpacing(GAP + 4)
        what = QLabel(
            self._language.say(
                "Every connection is tried, one step after another. Calls go on meanwhile."
            )
        )
        what.setWordWrap(True)
        what.setTextFormat(Qt.TextFormat.PlainText)
        top.addWidget(self.with_call)
        top.addStretch(1)
        top.addWidget(self.hand_on)
        top.addWidget(self.copy)
        top.addWidget(self.begin)
        top.setSpacing(GAP)
        column.addWidget(what)
        column.addLayout(top)
        column.addWidget(self.message)
        column.addWidget(self.area, 1)
        self.area.setAccessibleName(self._language.say("Findings"))

    def _show_running(self, *, running: bool) -> None:
        say = self._language.say
        self.begin.setText(say("S&top diagnosis") if running else say("S&tart diagnosis"))
        self.begin.setEnabled(True)
        self.with_call.setEnabled(not running)
        self.copy.setEnabled(bool(self._findings) and not running)
        self.hand_on.show_findings([] if running else self._findings)

    def _begin_or_stop(self) -> None:
        if self._run is None:
            self.start()
        else:
            self.stop()

    def _copy(self) -> None:
        version = self._surroundings.office.program.about().version
        self.copy_wanted.emit(
            words.examination_text(
                self._findings, self._language, stopped=self._stopped, version=version
            )
        )


class Run:
    """One examination; what comes of an earlier one is no news any more."""

    def __init__(self) -> None:
        self.examination: Examination | None = None


class Group(QWidget):
    """The findings of one leg, below its name."""

    def __init__(self, leg: Leg | None, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        title = SectionTitle(leg_name(leg, surroundings.language), surroundings.look)
        title.setContentsMargins(MARGIN, GAP + 4, MARGIN, 4)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(title)
        self.rows: list[StateRow] = []

    def add(self, finding: Finding) -> StateRow:
        """Put a finding below the others; return its row."""
        language, row = self._surroundings.language, StateRow(self._surroundings.look)
        row.show_state(
            words.finding_state(finding),
            title=language.tell(finding.step),
            word="" if finding.state is LegState.UP else words.finding_word(finding, language),
            beside=words.duration_word(finding, language),
            body=words.headline(finding, language),
            details=words.details(finding, language),
        )
        row.set_text(words.finding_text(finding, language).strip())
        self.rows.append(row)
        self._column.addWidget(row)
        return row
