"""The first page: how every leg is doing, also of those that have not reported."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from datev_connector.desktop.diagnosis.rows_area import RowsArea
from datev_connector.desktop.diagnosis.state_row import StateRow
from datev_connector.desktop.diagnosis.words import (
    all_legs_text,
    overall,
    reason_told,
    report_details,
)
from datev_connector.desktop.legs import LEGS, leg_name, leg_text, since_words, state_word
from datev_connector.desktop.look.look import GAP, MARGIN
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg, LegReport, LegState

TONES = {
    None: Tone.NEUTRAL,
    LegState.UP: Tone.GOOD,
    LegState.DEGRADED: Tone.WARNING,
    LegState.DOWN: Tone.BAD,
}


class StatusPage(QWidget):
    """Shows reports; `copy_wanted` has a text for the clipboard."""

    copy_wanted = Signal(str)
    check_wanted = Signal(object)
    """A leg whose server shows another certificate."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._surroundings = surroundings
        self._language, self._moments = surroundings.language, surroundings.moments
        self._reports: dict[Leg, LegReport] = {}
        self._shown: dict[Leg, LegReport | None] = {}
        self.sum = MessageLine(surroundings.look)
        self.area = RowsArea(surroundings.look)
        self.rows = {leg: LegRow(leg, surroundings) for leg in LEGS}
        self.copy_all = QPushButton(self._language.say("Copy a&ll"))
        self._lay_out()
        for row in self.rows.values():
            row.copy_wanted.connect(self.copy_wanted)
            row.check_wanted.connect(self.check_wanted)
        self.copy_all.clicked.connect(self._copy_all)

    def show_reports(self, reports: Mapping[Leg, LegReport]) -> None:
        """Show the last report of each leg."""
        before, self._reports = self._sum, dict(reports)
        for leg, row in self.rows.items():
            row.show_report(reports.get(leg))
        if self._sum != before or self.sum.isHidden():
            state, words = self._sum
            self.sum.tell(TONES[state], words)

    @property
    def _sum(self) -> tuple[LegState | None, str]:
        return overall(self._reports, self._language)

    def _lay_out(self) -> None:
        column, top = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, MARGIN, 0, 0)
        column.setSpacing(GAP + 4)
        for row in self.rows.values():
            self.area.add(row)
        top.addWidget(self.sum, 1, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self.copy_all)
        column.addLayout(top)
        column.addWidget(self.area, 1)
        self.area.setAccessibleName(self._language.say("Status of the connections"))

    def _copy_all(self) -> None:
        version = self._surroundings.office.program.about().version
        self.copy_wanted.emit(all_legs_text(self._reports, self._language, self._moments, version))


class LegRow(StateRow):
    """One leg."""

    copy_wanted = Signal(str)
    check_wanted = Signal(object)

    def __init__(self, leg: Leg, surroundings: Surroundings) -> None:
        super().__init__(surroundings.look)
        self._leg, self._surroundings = leg, surroundings
        language = surroundings.language
        self.copy = QPushButton(language.say("Copy text"))
        self.copy.setAccessibleName(language.say("Copy text: {leg}", leg=leg_name(leg, language)))
        self.copy.clicked.connect(self._copy)
        self.check = QPushButton(language.say("Check certificate …"))
        self.check.clicked.connect(self._check)
        self.check.hide()
        self.add_beside(self.check)
        self.add_beside(self.copy)

    def show_report(self, report: LegReport | None) -> None:
        """Show how the leg is doing; None: it has not reported."""
        language, moments = self._surroundings.language, self._surroundings.moments
        state = None if report is None else report.state
        diagnosis = self._surroundings.office.diagnosis
        self.check.setVisible(report is not None and diagnosis.certificate_changed(report))
        well = report is not None and report.state is LegState.UP
        since = ""
        if report is not None:
            since = since_words(report, language, moments, self._surroundings.now())
        self.show_state(
            state,
            title=leg_name(self._leg, language),
            word=state_word(state, language),
            beside=since,
            body=reason_told(report, language) if report is not None and well else "",
            details=[] if report is None else report_details(report, language),
        )
        self.set_text(leg_text(self._leg, report, language, moments))

    def _copy(self) -> None:
        self.copy_wanted.emit(self.text)

    def _check(self) -> None:
        self.check_wanted.emit(self._leg)
