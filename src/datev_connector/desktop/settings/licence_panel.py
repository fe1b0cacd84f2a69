"""Whose licence it is, how long it lasts, and what is the matter with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from datev_connector.desktop.held_licence import HeldLicence
from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.settings.leg_line import LegLine, leg_words
from datev_connector.desktop.surroundings import Surroundings


class LicencePanel(QWidget):
    """Shows the licence as it is whenever it comes to be seen."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        self.line = LegLine(surroundings)
        self._rows = QWidget()
        self.facts = QFormLayout(self._rows)
        self.facts.setContentsMargins(0, 0, 0, 0)
        self.facts.setHorizontalSpacing(2 * GAP)
        self.facts.setVerticalSpacing(2)
        self.facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.line)
        column.addWidget(self._rows)
        self.show_licence()

    def show_licence(self) -> None:
        """Show what counts now."""
        held, language = self._surroundings.office.program.licence(), self._surroundings.language
        report = held.report
        words = leg_words(report.reason, report.mender, report.remedy, language)
        self.line.show_leg(report.leg, report.state, words)
        while self.facts.rowCount():
            self.facts.removeRow(0)
        for heading, text in self._facts(held):
            fact = QLabel(text)
            fact.setTextFormat(Qt.TextFormat.PlainText)
            fact.setWordWrap(True)
            fact.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            fact.setAccessibleName(f"{heading} {text}")
            self.facts.addRow(heading, fact)
        self._rows.setVisible(bool(self.facts.rowCount()))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """It may have become another one meanwhile."""
        super().showEvent(event)
        self.show_licence()

    def _facts(self, held: HeldLicence) -> list[tuple[str, str]]:
        language, moments = self._surroundings.language, self._surroundings.moments
        if not held.customer or held.first_day is None or held.last_day is None:
            return []
        valid = language.say(
            "{first} to {last}",
            first=moments.date(held.first_day),
            last=moments.date(held.last_day),
        )
        logins = language.count(
            "{seats}; used by {number} login on this computer",
            "{seats}; used by {number} logins on this computer",
            held.logins,
            seats=language.whole(held.seats),
        )
        return [
            (language.say("Customer"), held.customer),
            (language.say("Seats"), logins),
            (language.say("Valid"), valid),
            (language.say("Licence number"), held.number),
        ]
