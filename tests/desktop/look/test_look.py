"""The look follows the system, and what it gives can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from datev_connector.desktop.look.buttons import make_primary
from datev_connector.desktop.look.contrast import SHAPE, contrast, ink_on
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.look.program_icon import SIZES, program_icon
from datev_connector.desktop.look.symbols import Symbol
from datev_connector.desktop.look.theme import THEMES, ThemeName


class System:
    """What the system says; a bare X server says nothing of its own."""

    def __init__(self, look: Look) -> None:
        self._hints = look._hints
        self._scheme = Qt.ColorScheme.Light
        self._preference = Qt.ContrastPreference.NoPreference
        look._hints = look._access = self  # type: ignore[assignment]

    def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802
        return self._scheme

    def contrastPreference(self) -> Qt.ContrastPreference:  # noqa: N802
        return self._preference

    def turns(self, scheme: Qt.ColorScheme) -> None:
        self._scheme = scheme
        self._hints.colorSchemeChanged.emit(scheme)

    def contrasts(self, preference: Qt.ContrastPreference) -> None:
        self._preference = preference
        self._hints.accessibility().contrastPreferenceChanged.emit(preference)


@pytest.fixture
def following(qapp: QApplication) -> Iterator[Look]:
    """A look that follows the system."""
    look = Look(qapp)
    yield look
    look.deleteLater()


@pytest.fixture
def system(following: Look) -> System:
    return System(following)


@pytest.fixture(params=list(ThemeName))
def themed(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Look]:
    look = Look(qapp, request.param)
    yield look
    look.deleteLater()


def test_it_turns_dark_and_light_with_the_system(
    following: Look, system: System, qtbot: QtBot
) -> None:
    assert following.theme.name == ThemeName.LIGHT
    for scheme, name in ((Qt.ColorScheme.Dark, "dark"), (Qt.ColorScheme.Light, "light")):
        with qtbot.waitSignal(following.changed):
            system.turns(scheme)
        assert following.theme.name == name
        assert _window_ground() == following.theme.window


def test_what_changes_nothing_is_not_told(following: Look, system: System, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(following.changed):
        system.turns(Qt.ColorScheme.Light)


def test_high_contrast_wins(following: Look, system: System, qtbot: QtBot) -> None:
    system.turns(Qt.ColorScheme.Dark)
    with qtbot.waitSignal(following.changed):
        system.contrasts(Qt.ContrastPreference.HighContrast)
    assert following.theme is THEMES[ThemeName.HIGH_CONTRAST]
    assert _window_ground() == "#000000"
    system.contrasts(Qt.ContrastPreference.NoPreference)
    assert following.theme.name == ThemeName.DARK


def test_on_windows_a_contrast_theme_keeps_its_own_colours(
    following: Look, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    QApplication.setPalette(QPalette())
    own = QApplication.palette().color(QPalette.ColorRole.Window).name()
    monkeypatch.setattr("platform.system", lambda: "Windows")
    system.contrasts(Qt.ContrastPreference.HighContrast)
    assert following.theme.name == ThemeName.HIGH_CONTRAST
    assert following.theme.window == own != THEMES[ThemeName.HIGH_CONTRAST].window
    assert _window_ground() == own


def test_a_fixed_theme_stays(themed: Look) -> None:
    before, system = themed.theme, System(themed)
    system.turns(Qt.ColorScheme.Dark)
    system.turns(Qt.ColorScheme.Light)
    system.contrasts(Qt.ContrastPreference.HighContrast)
    assert themed.theme is before


def test_a_primary_button_follows_the_theme(following: Look, system: System, qtbot: QtBot) -> None:
    button = QPushButton("Senden")
    qtbot.addWidget(button)
    make_primary(button, following)
    assert _ground(button) == THEMES[ThemeName.LIGHT].accent
    system.turns(Qt.ColorScheme.Dark)
    assert _ground(button) == THEMES[ThemeName.DARK].accent
    button.setEnabled(False)
    assert _ground(button) == THEMES[ThemeName.DARK].window


def _window_ground() -> str:
    return QApplication.palette().color(QPalette.ColorRole.Window).name()


def _ground(button: QPushButton) -> str:
    return button.palette().color(QPalette.ColorRole.Button).name()


@pytest.mark.parametrize("symbol", list(Symbol))
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_every_symbol_is_drawn_in_its_colour(look: Look, symbol: Symbol, ratio: float) -> None:
    pixmap = look.pixmap(symbol, 20, "#0b6b3a", ratio)
    assert pixmap.deviceIndependentSize().toTuple() == (20.0, 20.0)
    colours = _solid_colours(pixmap.toImage())
    assert "#0b6b3a" in colours


@pytest.mark.parametrize("symbol", [Symbol.UP, Symbol.DEGRADED, Symbol.DOWN])
def test_the_mark_in_a_filled_symbol_can_be_seen(themed: Look, symbol: Symbol) -> None:
    for colour in (themed.theme.good, themed.theme.warning, themed.theme.bad, themed.theme.text):
        image = themed.pixmap(symbol, 64, colour).toImage()
        marks = _solid_colours(image) - {colour}
        assert ink_on(colour) in marks


def test_states_differ_in_shape(look: Look) -> None:
    shapes = {
        symbol: _outline(look.pixmap(symbol, 32, "#000000").toImage())
        for symbol in (Symbol.UP, Symbol.DEGRADED, Symbol.DOWN, Symbol.UNKNOWN)
    }
    assert len(set(shapes.values())) == len(shapes)


def test_the_program_has_an_icon_in_all_usual_sizes(qapp: QApplication) -> None:
    icon = program_icon()
    assert {size.width() for size in icon.availableSizes()} == set(SIZES)
    assert _solid_colours(icon.pixmap(64, 64).toImage()) >= {"#0b6b3a", "#ffffff"}


def test_windows_finds_the_icon_in_all_usual_sizes(qapp: QApplication) -> None:
    file = resources.files("datev_connector.desktop.look") / "icon.ico"
    reader = QImageReader(str(file))
    assert reader.imageCount() == len(SIZES)
    largest = QImage(str(file))
    drawn = program_icon().pixmap(largest.size()).toImage()
    assert _solid_colours(largest) == _solid_colours(drawn)


@pytest.mark.parametrize("kind", [QPushButton, QLineEdit, QComboBox, QSpinBox])
def test_controls_are_high_enough_to_be_hit(look: Look, qtbot: QtBot, kind: type[QWidget]) -> None:
    control = kind()
    qtbot.addWidget(control)
    assert control.sizeHint().height() >= 28


@pytest.mark.parametrize(
    "kind", [QPushButton, QLineEdit, QComboBox, QSpinBox, QPlainTextEdit, QCheckBox, QRadioButton]
)
def test_frames_and_the_keyboard_s_focus_can_be_seen(
    themed: Look, qtbot: QtBot, kind: type[QWidget]
) -> None:
    window = QWidget()
    layout, first, control = QVBoxLayout(window), QLineEdit(), kind()
    layout.addWidget(first)
    layout.addWidget(control)
    qtbot.addWidget(window)
    window.resize(240, 160)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    without = control.grab().toImage()
    control.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(control.hasFocus)
    focused = control.grab().toImage()
    theme = themed.theme
    assert _has_line(without, theme.border)
    assert _has_line(focused, theme.accent)
    assert not _has_line(without, theme.accent)
    assert contrast(theme.border, theme.window) >= SHAPE


def test_a_menu_stands_out_from_what_is_below_it(themed: Look, qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction("Kopieren")
    menu.popup(QPoint(20, 20))
    image = menu.grab().toImage()
    menu.close()
    edges = (
        image.pixelColor(image.width() // 2, 0),
        image.pixelColor(image.width() // 2, image.height() - 1),
        image.pixelColor(0, image.height() // 2),
        image.pixelColor(image.width() - 1, image.height() // 2),
    )
    for edge in edges:
        assert contrast(edge.name(), themed.theme.window) >= SHAPE


def test_a_list_redraws_its_frame_with_the_focus(look: Look, qtbot: QtBot) -> None:
    """Qt itself would leave the frame as it was."""
    window = QWidget()
    layout, first, text = QVBoxLayout(window), QLineEdit(), QPlainTextEdit()
    layout.addWidget(first)
    layout.addWidget(text)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    text.setFocus()
    corner = text.mapTo(window, text.rect().topLeft())

    def frame() -> str:
        screen = window.screen().grabWindow(window.winId())
        return screen.toImage().pixelColor(corner.x() + 40, corner.y()).name()

    qtbot.waitUntil(lambda: frame() == look.theme.accent)
    first.setFocus()
    qtbot.waitUntil(lambda: frame() == look.theme.border)


def _solid_colours(image: QImage) -> set[str]:
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {colour.name() for colour in pixels if colour.alpha() == 255}


def _outline(image: QImage) -> bytes:
    return bytes(
        image.pixelColor(x, y).alpha() > 127
        for x in range(image.width())
        for y in range(image.height())
    )


def _has_line(image: QImage, colour: str) -> bool:
    """Tell whether a row or column has a good many pixels near a colour."""
    wanted, ratio = QColor(colour), image.devicePixelRatio()
    room = QRect(0, 0, image.width(), image.height())
    rows = [
        sum(_near(image.pixelColor(x, y), wanted) for x in range(room.width()))
        for y in range(room.height())
    ]
    return max(rows) >= 3 * ratio


def _near(one: QColor, other: QColor) -> bool:
    parts = (
        (one.red(), other.red()),
        (one.green(), other.green()),
        (one.blue(), other.blue()),
    )
    return all(abs(a - b) < 48 for a, b in parts)
