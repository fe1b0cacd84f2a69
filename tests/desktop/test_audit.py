"""The search for faults finds what it looks for, and nothing where nothing is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from datev_connector.desktop.look.look import Look
from datev_connector.desktop.look.words import ElidedLabel
from tests.desktop.audit import faults

LONG = "Benachrichtigung über verpasste Anrufe an der Zentrale"


@pytest.fixture
def window(look: Look, qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    made.setWindowTitle("Einstellungen")
    made.resize(400, 300)
    qtbot.addWidget(made)
    QVBoxLayout(made)
    yield made
    made.hide()


def put(window: QWidget, *widgets: QWidget) -> list[str]:
    """Put widgets below each other, show the window, and look for faults."""
    layout = window.layout()
    assert layout is not None
    for widget in widgets:
        layout.addWidget(widget)
    window.show()
    return faults(window)


def test_a_window_in_order_has_no_fault(window: QWidget) -> None:
    form, field, text = QWidget(), QLineEdit(), QPlainTextEdit()
    QFormLayout(form).addRow("&Nummer", field)
    text.setAccessibleName("Notiz")
    text.setTabChangesFocus(True)
    box = QComboBox()
    box.addItems(["Automatisch", "Nie"])
    box.setAccessibleName("Anmeldung")
    assert put(window, form, text, box, QCheckBox("&Merken"), QPushButton("&Speichern")) == []


@pytest.mark.parametrize("kind", [QLabel, QPushButton, QCheckBox])
def test_cut_words_are_found(window: QWidget, kind: type[QLabel | QPushButton]) -> None:
    widget = kind(LONG)
    widget.setFixedWidth(120)
    assert any(one.startswith("cut: ") for one in put(window, widget))


def test_words_on_too_few_lines_are_found(window: QWidget) -> None:
    label = QLabel(LONG)
    label.setWordWrap(True)
    label.setFixedSize(100, 20)
    assert any(one.startswith("cut: label") for one in put(window, label))


def test_a_cut_choice_hint_and_column_are_found(window: QWidget) -> None:
    box, field, table = QComboBox(), QLineEdit(), QTableWidget(1, 1)
    box.addItem(LONG)
    field.setPlaceholderText(LONG)
    for widget in (box, field):
        widget.setFixedWidth(100)
        widget.setAccessibleName("Auswahl")
    table.setHorizontalHeaderLabels([LONG])
    table.setColumnWidth(0, 60)
    table.setAccessibleName("Anrufe")
    found = put(window, box, field, table)
    assert {one.split(" '")[0] for one in found} >= {"cut: choice", "cut: hint", "cut: column"}


def test_a_cut_entry_is_found_unless_the_mouse_tells_it(window: QWidget) -> None:
    field = QLineEdit(LONG)
    field.setFixedWidth(100)
    field.setAccessibleName("Adresse")
    assert put(window, field) == [f"cut: entry {LONG!r}"]
    field.setToolTip(LONG)
    assert faults(window) == []


def test_words_that_end_in_dots_are_no_fault(window: QWidget) -> None:
    label = ElidedLabel(LONG)
    label.setFixedWidth(100)
    assert put(window, label) == []


def test_what_sticks_out_or_covers_others_is_found(window: QWidget) -> None:
    for words, x in (("eins", 380), ("zwei", 10), ("drei", 20)):
        label = QLabel(words, window)
        label.move(x, 10)
        label.adjustSize()
    found = put(window)
    assert "sticks out: QLabel 'eins'" in found
    assert "covers: QLabel 'zwei' and QLabel 'drei'" in found


def test_controls_and_windows_without_a_name_are_found(window: QWidget) -> None:
    window.setWindowTitle("")
    found = put(window, QLineEdit())
    assert "nameless: the window has no title" in found
    assert "nameless: QLineEdit ''" in found


def test_a_control_that_does_not_say_what_it_is_is_found(window: QWidget) -> None:
    control = QWidget()
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    control.setAccessibleName("Zeile")
    assert "without a role: QWidget 'Zeile'" in put(window, control)


def test_a_button_too_small_to_be_hit_is_found(window: QWidget) -> None:
    button = QPushButton("x")
    button.setFixedSize(16, 16)
    assert "hard to hit: QPushButton 'x'" in put(window, button)


def test_an_access_key_for_two_things_is_found(window: QWidget) -> None:
    label, field = QLabel("&Suche"), QLineEdit()
    label.setBuddy(field)
    found = put(window, label, field, QPushButton("&Speichern"))
    assert found == ["clash: Alt+S ['&Suche', '&Speichern']"]


def test_a_hidden_thing_takes_no_access_key(window: QWidget) -> None:
    hidden = QPushButton("&Senden")
    hidden.hide()
    assert put(window, hidden, QPushButton("&Speichern")) == []


def test_a_tab_key_that_leads_back_up_is_found(window: QWidget) -> None:
    first, second, third = QPushButton("Eins"), QPushButton("Zwei"), QPushButton("Drei")
    layout = window.layout()
    assert layout is not None
    for button in (first, second, third):
        layout.addWidget(button)
    QWidget.setTabOrder(third, second)
    found = put(window)
    assert "tab jumps up: from QPushButton 'Drei' to QPushButton 'Zwei'" in found


def test_a_second_column_is_no_way_back_up(window: QWidget) -> None:
    pair = QWidget()
    columns = QHBoxLayout(pair)
    for words in (("Eins", "Zwei"), ("Drei", "Vier")):
        column = QVBoxLayout()
        columns.addLayout(column)
        for word in words:
            column.addWidget(QPushButton(word))
    assert put(window, pair) == []


def test_a_text_that_keeps_the_tab_key_is_found(window: QWidget) -> None:
    text = QPlainTextEdit()
    text.setAccessibleName("Notiz")
    assert put(window, text) == ["tab is caught: QPlainTextEdit 'Notiz'"]


def test_words_that_can_hardly_be_read_are_found(window: QWidget, look: Look) -> None:
    label = QLabel("Rückruf")
    palette = QPalette(label.palette())
    palette.setColor(QPalette.ColorRole.WindowText, QColor("#a0a0a0"))
    label.setPalette(palette)
    assert put(window, label) == [f"unreadable: 'Rückruf', #a0a0a0 on {look.theme.window}"]


def test_a_window_for_large_screens_only_is_found(window: QWidget) -> None:
    label = QLabel("Anrufe")
    label.setMinimumSize(1200, 20)
    assert any(one.startswith("too large: needs") for one in put(window, label))
