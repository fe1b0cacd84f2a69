"""A button that copies what one of those who can mend something needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from datev_connector.desktop.diagnosis.letters import letter, menders
from datev_connector.desktop.legs import mender_word
from datev_connector.desktop.ports import Finding
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Mender


class HandOn(QPushButton):
    """Is there only if somebody has something to mend; `copy_wanted` has the text for them."""

    copy_wanted = Signal(str)

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings.language.say("Cop&y for …"), parent)
        self._surroundings = surroundings
        self._findings: tuple[Finding, ...] = ()
        self.people = QMenu(self)
        self.setMenu(self.people)
        self.hide()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Offer a text for each person whom these concern."""
        self._findings = tuple(findings)
        self.people.clear()
        for mender in menders(findings):
            words = mender_word(mender, self._surroundings.language)
            self.people.addAction(words).triggered.connect(partial(self._copy, mender))
        self.setVisible(not self.people.isEmpty())

    def _copy(self, mender: Mender) -> None:
        version = self._surroundings.office.program.about().version
        text = letter(mender, self._findings, self._surroundings.language, version)
        self.copy_wanted.emit(text)
