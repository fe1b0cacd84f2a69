"""What was found of DATEV and its master data, as the legs report it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.look.words import SectionTitle
from datev_connector.desktop.settings.leg_line import LegLine, leg_words
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg, LegReport

SHOWN = (Leg.DATEV, Leg.CONTACTS_DATEV, Leg.CONTACTS_STARFACE)


class FoundSources(QWidget):
    """A line for each leg that DATEV and contacts have."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        language, look = surroundings.language, surroundings.look
        column.addWidget(SectionTitle(language.say("What is found"), look))
        self._lines = {leg: LegLine(surroundings) for leg in SHOWN}
        for leg, line in self._lines.items():
            column.addWidget(line)
            line.show_leg(leg, None, "")
        self.read()

    def read(self) -> None:
        """Show the last reports."""
        for report in self._surroundings.office.diagnosis.legs():
            self.take(report)

    def take(self, report: LegReport) -> None:
        """Show a new report."""
        line = self._lines.get(report.leg)
        if line is not None:
            language = self._surroundings.language
            words = leg_words(report.reason, report.mender, report.remedy, language)
            line.show_leg(report.leg, report.state, words)
