"""Asks whether a server may be known by another certificate from now on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from datev_connector.desktop.asking import when_done
from datev_connector.desktop.diagnosis.words import certificate_words
from datev_connector.desktop.look.message import Tone
from datev_connector.desktop.ports import Refused, ShownCertificate
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg


class Trusting(QObject):
    """Has a certificate shown, puts the question, and does what the person says."""

    told = Signal(object, str)
    """A tone and words on how it goes."""

    def __init__(self, surroundings: Surroundings, window: QWidget) -> None:
        """The question stands before `window`."""
        super().__init__(window)
        self._surroundings = surroundings
        self._window = window
        self.box: QMessageBox | None = None
        """The question, while it is put."""
        self.yes: QPushButton | None = None
        self._shown: ShownCertificate | None = None

    def begin(self, leg: Leg) -> None:
        """Ask the server of a leg for its certificate, then the person."""
        self.told.emit(Tone.NEUTRAL, self._surroundings.language.say("Asking the server …"))
        shown = self._surroundings.office.diagnosis.shown_certificate(leg)
        when_done(self, shown, self._ask, self._refused)

    def _ask(self, shown: ShownCertificate) -> None:
        language = self._surroundings.language
        if shown.is_known:
            words = language.say(
                "The server shows the certificate by which it is known: there is nothing to do."
            )
            self.told.emit(Tone.GOOD, words)
            return
        self.told.emit(Tone.NEUTRAL, "")
        self._shown = shown
        title, text, more = certificate_words(shown, language, self._surroundings.moments)
        self.box = box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text)
        box.setInformativeText(more)
        box.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.yes = box.addButton(
            language.say("&Trust the new certificate"), QMessageBox.ButtonRole.AcceptRole
        )
        # A standard button would speak Qt's language, not ours.
        no = box.addButton(language.say("C&ancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.setEscapeButton(no)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._answered)
        box.open()

    def _answered(self) -> None:
        box, shown, self.box, self._shown = self.box, self._shown, None, None
        if box is not None and shown is not None and box.clickedButton() is self.yes:
            trusted = self._surroundings.office.diagnosis.trust(shown)
            when_done(self, trusted, self._trusted, self._refused)

    def _trusted(self, _: None) -> None:
        words = self._surroundings.language.say(
            "The new certificate is trusted. The connection is being made anew."
        )
        self.told.emit(Tone.GOOD, words)

    def _refused(self, refusal: Refused) -> None:
        tell = self._surroundings.language.tell
        self.told.emit(Tone.BAD, f"{tell(refusal.what)} {tell(refusal.remedy)}".strip())
