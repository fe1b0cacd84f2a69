"""The pieces that all windows share."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from datev_connector.desktop.look.band import Badge, Band
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.look.message import MessageLine, Tone, colour_of
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.desktop.look.words import ElidedLabel, SectionTitle

Label = TypeVar("Label", bound=QLabel)

LONG = "Grünewald Immobilienverwaltungs- und Beteiligungsgesellschaft mbH & Co. KG Karlsruhe"


@pytest.fixture
def band(look: Look, qtbot: QtBot) -> Band:
    made = Band(look)
    qtbot.addWidget(made)
    return made


def test_words_that_fit_have_no_tooltip(qtbot: QtBot) -> None:
    label = _shown(qtbot, ElidedLabel("Müller"), 300)
    assert not label.is_elided
    assert label.toolTip() == ""


def test_words_that_do_not_fit_are_told_whole(qtbot: QtBot) -> None:
    label = _shown(qtbot, ElidedLabel(LONG), 120)
    assert label.is_elided
    assert label.toolTip() == LONG
    told = QAccessible.queryAccessibleInterface(label)
    assert told.text(QAccessible.Text.Name) == LONG
    label.setText("Kurz")
    assert label.toolTip() == ""


def test_a_wider_window_shows_all_words(qtbot: QtBot, look: Look) -> None:
    label = _shown(qtbot, ElidedLabel(LONG), 120)
    label.resize(2000, 30)
    assert label.toolTip() == ""
    label.setFont(look.font(8.0))
    qtbot.waitUntil(lambda: label.toolTip() == LONG)


def test_line_breaks_become_spaces(qtbot: QtBot) -> None:
    label = _shown(qtbot, ElidedLabel("Weiß\n  & Söhne"), 300)
    assert label.text() == "Weiß & Söhne"


def test_long_words_do_not_widen_a_window(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    row.addWidget(ElidedLabel(LONG * 3))
    assert window.minimumSizeHint().width() < 200


def test_elided_words_are_drawn_with_dots(qtbot: QtBot) -> None:
    whole = _shown(qtbot, ElidedLabel(LONG), 120).grab().toImage()
    cut = _shown(qtbot, QLabel(LONG), 120).grab().toImage()
    assert whole != cut


def test_a_badge_without_a_word_is_not_there(qtbot: QtBot) -> None:
    badge = Badge()
    qtbot.addWidget(badge)
    assert badge.isHidden()
    badge.setText("DATEV")
    assert not badge.isHidden()
    assert badge.minimumSizeHint().width() > badge.fontMetrics().horizontalAdvance("DATEV")


@pytest.mark.parametrize("filled", ["before", "after"])
def test_what_has_no_place_yet_is_no_window_of_its_own(
    look: Look, qtbot: QtBot, filled: str
) -> None:
    window, badge, line = QWidget(), Badge(), MessageLine(look)
    qtbot.addWidget(window)
    if filled == "before":
        badge.setText("DATEV")
        line.tell(Tone.GOOD, "Gesendet.")
        assert not badge.isVisible()
        assert not line.isVisible()
    row = QHBoxLayout(window)
    row.addWidget(badge)
    row.addWidget(line)
    badge.setText("DATEV")
    line.tell(Tone.GOOD, "Gesendet.")
    with qtbot.waitExposed(window):
        window.show()
    assert badge.isVisible()
    assert line.isVisible()
    badge.setText("")
    line.clear()
    assert not badge.isVisible()
    assert not line.isVisible()


def test_a_band_shows_what_it_is_given(band: Band) -> None:
    assert band.subtitle.isHidden()
    band.set_title("Müller GmbH")
    band.set_subtitle("Mandant 10234")
    band.set_badge("DATEV")
    band.set_symbol(Symbol.INCOMING, "eingehend")
    assert (band.title.text(), band.subtitle.text()) == ("Müller GmbH", "Mandant 10234")
    assert band.badge.text() == "DATEV"
    assert band.symbol.accessibleName() == "eingehend"
    assert not band.symbol.pixmap().isNull()
    band.set_symbol(None)
    assert band.symbol.isHidden()


def test_a_band_has_its_own_colours(band: Band, look: Look) -> None:
    ground = band.palette().color(QPalette.ColorRole.Window).name()
    ink = band.title.palette().color(QPalette.ColorRole.WindowText).name()
    small = band.subtitle.palette().color(QPalette.ColorRole.WindowText).name()
    theme = look.theme
    assert (ground, ink, small) == (theme.band, theme.on_band, theme.subdued_on_band)


@pytest.mark.parametrize("tone", list(Tone))
def test_a_message_has_a_shape_words_and_a_colour(look: Look, qtbot: QtBot, tone: Tone) -> None:
    line = MessageLine(look)
    qtbot.addWidget(line)
    assert line.isHidden()
    line.tell(tone, "DATEV antwortet nicht.")
    assert not line.isHidden()
    assert not line.shape.pixmap().isNull()
    ink = line.words.palette().color(QPalette.ColorRole.WindowText).name()
    assert ink == colour_of(tone, look.theme)
    line.tell(tone, "")
    assert line.isHidden()
    assert line.words.text() == ""


def test_every_tone_has_a_shape_of_its_own(look: Look, qtbot: QtBot) -> None:
    line, shapes = MessageLine(look), set[bytes]()
    qtbot.addWidget(line)
    for tone in Tone:
        line.tell(tone, "…")
        shapes.add(bytes(line.shape.pixmap().toImage().constBits()))
    assert len(shapes) == len(Tone)


def test_words_of_a_message_are_no_markup(look: Look, qtbot: QtBot) -> None:
    line = MessageLine(look)
    qtbot.addWidget(line)
    line.tell(Tone.BAD, "<b>Müller</b>")
    assert line.words.textFormat() is Qt.TextFormat.PlainText


def test_a_title_is_larger_than_other_words(look: Look, qtbot: QtBot) -> None:
    title, words = SectionTitle("Verbindung", look), QLabel("Verbindung")
    qtbot.addWidget(title)
    qtbot.addWidget(words)
    assert title.sizeHint().height() >= words.sizeHint().height()
    assert title.sizeHint().width() > words.sizeHint().width()


def _shown(qtbot: QtBot, label: Label, width: int) -> Label:
    qtbot.addWidget(label)
    label.resize(width, 30)
    with qtbot.waitExposed(label):
        label.show()
    return label
