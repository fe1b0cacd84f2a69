"""An examination inside a window: every leg with its state, as soon as it is known."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from datev_connector.desktop.asking import Relay, when_done
from datev_connector.desktop.legs import leg_name, mender_word, state_word
from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.look.marks import state_colour, state_symbol
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.ports import Examination, Finding, Refused
from datev_connector.desktop.settings.notes import Hint
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
        self._lines: dict[Leg | None, _LegLine] = {}
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
        when_done(self, ended, partial(self._ended, self._round), self._refused)

    def stop(self) -> None:
        """Break it off, if one is running."""
        running, self._running = self._running, None
        if running is not None:
            self._round += 1
            running.stop()
            self._show(Trial(legs=self.trial.legs, broken_off=True))

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

    def _refused(self, refusal: Refused) -> None:
        self._running = None
        self._show(Trial(legs=self.trial.legs, unanswered=True))
        tell = self._surroundings.language.tell
        self.message.tell(Tone.BAD, f"{tell(refusal.what)} {tell(refusal.remedy)}".strip())

    def _show(self, trial: Trial) -> None:
        self.trial = trial
        for one in trial.legs:
            if one.leg not in self._lines:
                self._lines[one.leg] = _LegLine(self._surroundings)
                self._column.addWidget(self._lines[one.leg])
            self._lines[one.leg].show_leg(one)
        self.message.tell(*self._summary(trial))
        self.changed.emit(trial)

    def _summary(self, trial: Trial) -> tuple[Tone, str]:
        language = self._surroundings.language
        down = sum(one.state is LegState.DOWN for one in trial.legs)
        if trial.running:
            return Tone.NEUTRAL, language.say("Everything is being examined. This takes a moment.")
        if trial.broken_off:
            return Tone.NEUTRAL, language.say("The examination was broken off.")
        if down:
            words = language.count(
                "One part is not working.", "{number} parts are not working.", down
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


class _LegLine(QWidget):
    """One leg: shape, name, state, and what to do where something is wrong."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        look = surroundings.look
        self._trial: LegTrial | None = None
        self._shape, self._name, self._state = QLabel(), QLabel(), QLabel()
        self._name.setFont(look.font(bold=True))
        self._words = Hint(look, scale=1.0)
        head, text = QHBoxLayout(), QVBoxLayout()
        head.setSpacing(GAP)
        for widget in (self._name, self._state):
            head.addWidget(widget)
        head.addStretch(1)
        text.setSpacing(2)
        text.addLayout(head)
        text.addWidget(self._words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(text, 1)
        look.changed.connect(self._restyle)

    def show_leg(self, trial: LegTrial) -> None:
        """Show what is known of the leg by now."""
        self._trial = trial
        language = self._surroundings.language
        name, state = leg_name(trial.leg, language), self._state_word(trial)
        self._name.setText(name)
        self._state.setText(state)
        self._words.say(self._told(trial))
        self.setAccessibleName(language.say("{leg}: {state}", leg=name, state=state))
        self.setAccessibleDescription(self._words.text())
        self._restyle()

    def _state_word(self, trial: LegTrial) -> str:
        language = self._surroundings.language
        if trial.state is None:
            return language.say("Not examined")
        return state_word(trial.state, language)

    def _told(self, trial: LegTrial) -> str:
        language, telling = self._surroundings.language, trial.telling
        lines = [language.tell(trial.words)]
        if trial.state not in {None, LegState.UP}:
            mender = mender_word(telling.mender, language)
            if mender:
                lines.append(language.say("Can be mended by: {mender}", mender=mender))
            if telling.remedy:
                lines.append(language.say("What to do: {remedy}", remedy=telling.remedy))
        return "\n".join(filter(None, lines))

    def _restyle(self) -> None:
        if self._trial is None:
            return
        look, state = self._surroundings.look, self._trial.state
        colour, ratio = state_colour(state, look.theme), self.devicePixelRatioF()
        palette = self._state.palette()
        palette.setColor(self._state.foregroundRole(), colour)
        self._state.setPalette(palette)
        height = self._name.fontMetrics().height()
        self._shape.setPixmap(look.pixmap(state_symbol(state), height, colour, ratio))
