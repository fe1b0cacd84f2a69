"""On the first step: what was taken over of the connector that was here before."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from datev_connector.desktop.look.look import GAP
from datev_connector.desktop.look.message import MessageLine, Tone
from datev_connector.desktop.look.words import SectionTitle
from datev_connector.desktop.settings.notes import Hint
from datev_connector.desktop.settings.words import words_of
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.desktop.taken_over import TakenOver, TakenSetting
from datev_connector.texts.language import Language


class TakenOverPanel(QWidget):
    """Shows it; nothing is to be done here."""

    def __init__(self, taken_over: TakenOver, surroundings: Surroundings) -> None:
        super().__init__()
        language, look = surroundings.language, surroundings.look
        self.summary, self.lines = MessageLine(look), list[Hint]()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(SectionTitle(language.say("From the earlier connector"), look))
        column.addWidget(self.summary)
        for setting in taken_over.settings:
            line = Hint(look, setting_words(setting, language), scale=1.0)
            self.lines.append(line)
            column.addWidget(line)
        self.summary.tell(Tone.NEUTRAL, language.tell(taken_over.summary))


def setting_words(setting: TakenSetting, language: Language) -> str:
    """What became of a setting, under the name that it has here, else under its old one."""
    name = language.tell(words_of(setting.option).label) if setting.option else setting.name
    return language.say("{name}: {fate}", name=name, fate=language.tell(setting.words))
