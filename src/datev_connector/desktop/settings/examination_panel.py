"""An examination inside a window: every leg with its state, as soon as it is known."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from datev_connector.desktop.asking import Relay, when_done
from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.ports import Examination, Finding, Refused
from datev_connector.desktop.settings.leg_line import LegLine, leg_words
from datev_connector.desktop.settings.trial import LegTrial, Trial
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg, LegState


class ExaminationPanel(QWidget):
    """Starts an examination, shows it, and stops it when it is no longer wanted."""

    changed = Signal(object)
    """The `Trial` as it is now."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        self._relay = Relay(self)
        self._running: Examination | None = None
        self._round = 0
        self._lines: dict[Leg | None, LegLine] = {}
        self.trial = Trial()
        self.message = MessageLine(surroundings.look)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self._column.addWidget(self.message)

    def start(self) -> None:
        """Examine everything anew."""
        self.stop()
        self._round += 1
        self._forget_lines()
        self._show(Trial(running=True))
        found = partial(self._hand, self._round)
        self._running, ended = self._surroundings.office.diagnosis.examine(found)
        when_done(
            self, ended, partial(self._ended, self._round), partial(self._refused, self._round)
        )

    def stop(self) -> None:
        """Break it off, if one is running."""
        running, self._running = self._running, None
        if running is not None:
            self._round += 1
            running.stop()
            self._show(Trial(legs=self.trial.legs, broken_off=True))

    def forget(self) -> None:
        """What was found counts no longer, such as after a change of the settings."""
        self.stop()
        self._round += 1
        self._forget_lines()
        self._show(Trial())
        self.message.clear()

    def _hand(self, of_round: int, finding: Finding) -> None:
        """Called on a thread of the program."""
        self._relay.hand(partial(self._take, of_round, finding))

    def _take(self, of_round: int, finding: Finding) -> None:
        if of_round == self._round:
            self._show(self.trial.after(finding))

    def _ended(self, of_round: int, _: None) -> None:
        # Findings that came before the end are still on their way through the relay.
        self._relay.hand(partial(self._over, of_round))

    def _over(self, of_round: int) -> None:
        if of_round == self._round:
            self._running = None
            self._show(Trial(legs=self.trial.legs))

    def _refused(self, of_round: int, refusal: Refused) -> None:
        if of_round != self._round:
            return
        self._running = None
        self._show(Trial(legs=self.trial.legs, unanswered=True))
        tell = self._surroundings.language.tell
        self.message.tell(Tone.BAD, f"{tell(refusal.what)} {tell(refusal.remedy)}".strip())

    def _show(self, trial: Trial) -> None:
        self.trial = trial
        for one in trial.legs:
            if one.leg not in self._lines:
                self._lines[one.leg] = LegLine(
                    self._surroundings, unknown=self._surroundings.language.say("Not examined")
                )
                self._column.addWidget(self._lines[one.leg])
            self._lines[one.leg].show_leg(one.leg, one.state, self._told(one))
        self.message.tell(*self._summary(trial))
        self.changed.emit(trial)

    def _told(self, trial: LegTrial) -> str:
        """What is the matter with a leg, who can mend it and how; empty if all is well."""
        language, telling = self._surroundings.language, trial.telling
        if trial.state in {None, LegState.UP}:
            return language.tell(trial.words)
        return leg_words(trial.words, telling.mender, telling.remedy, language)

    def _summary(self, trial: Trial) -> tuple[Tone, str]:
        language = self._surroundings.language
        down = sum(one.state is LegState.DOWN for one in trial.legs)
        if trial.running:
            return Tone.NEUTRAL, language.say("Everything is being examined. This takes a moment.")
        if trial.broken_off:
            return Tone.NEUTRAL, language.say("The test was stopped.")
        if down:
            words = language.count(
                "{number} connection is not working.", "{number} connections are not working.", down
            )
            return Tone.BAD, words
        if trial.faults:
            return Tone.WARNING, language.say("It works, but not everything is as it should be.")
        if trial.over:
            return Tone.GOOD, language.say("Everything is in order.")
        return Tone.NEUTRAL, language.say("Nothing was examined.")

    def _forget_lines(self) -> None:
        for line in self._lines.values():
            self._column.removeWidget(line)
            line.deleteLater()
        self._lines = {}
