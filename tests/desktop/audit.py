"""Finds what is wrong with a window without looking at it: cut words, missing names, and the like.

`faults` takes any window that is shown and laid out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)

from datev_connector.desktop.look.contrast import TEXT, contrast
from datev_connector.desktop.look.words import ElidedLabel

SMALL_SCREEN = (960, 500)
"""What a window may need: a usual screen at 200 percent, without the bar of the system."""
LEAST_TARGET = 22
"""How high and wide a button is at least, to be hit."""

Widget = TypeVar("Widget", bound=QWidget)


def faults(window: QWidget) -> list[str]:
    """What is wrong, in words; empty if nothing is."""
    searches: tuple[Callable[[QWidget], Iterator[str]], ...] = (
        cut_words,
        misplaced,
        nameless,
        clashing_keys,
        jumping_tabs,
        unreadable,
        too_large,
    )
    return [fault for search in searches for fault in search(window)]


# --- words that are cut ---------------------------------------------------------------------------


def cut_words(window: QWidget) -> Iterator[str]:
    """Labels, buttons, boxes and headers whose words have not enough room."""
    for label in _seen(window, QLabel):
        if label.text() and _label_is_cut(label):
            yield f"cut: label {label.text()!r}"
    for button in _seen(window, QAbstractButton):
        if button.text() and not _icon_only(button) and _button_is_cut(button):
            yield f"cut: button {button.text()!r}"
    for header in _seen(window, QHeaderView):
        yield from _cut_sections(header)
    yield from _cut_fields(window)


def _cut_fields(window: QWidget) -> Iterator[str]:
    for box in _seen(window, QComboBox):
        if _width(box, box.currentText()) + 30 > box.width() and not box.toolTip():
            yield f"cut: choice {box.currentText()!r}"
    for number in _seen(window, QAbstractSpinBox):
        field = number.findChild(QLineEdit)
        if field is not None and _width(field, number.text()) + 10 > field.width():
            yield f"cut: number {number.text()!r}"
    for field in _seen(window, QLineEdit):
        if not field.text() and _width(field, field.placeholderText()) + 10 > field.width():
            yield f"cut: hint {field.placeholderText()!r}"
        if _width(field, field.displayText()) + 10 > field.width() and not field.toolTip():
            yield f"cut: entry {field.displayText()!r}"
    for tabs in _seen(window, QTabBar):
        if sum(tabs.tabRect(at).width() for at in range(tabs.count())) > tabs.width() + 1:
            yield "cut: tabs do not fit"


def _label_is_cut(label: QLabel) -> bool:
    if isinstance(label, ElidedLabel):
        return label.is_elided and not label.toolTip()
    if label.wordWrap():
        return label.heightForWidth(label.width()) > label.height() + 1
    needed = label.sizeHint()
    return needed.width() > label.width() + 1 or needed.height() > label.height() + 1


def _icon_only(button: QAbstractButton) -> bool:
    return (
        isinstance(button, QToolButton)
        and button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
        and not button.icon().isNull()
    )


def _button_is_cut(button: QAbstractButton) -> bool:
    icon = 0 if button.icon().isNull() else button.iconSize().width() + 4
    if isinstance(button, QCheckBox | QRadioButton):
        return button.sizeHint().width() > button.width() + 1
    edge = 8 if isinstance(button, QPushButton | QToolButton) else 0
    words = _width(button, button.text().replace("&&", "\0").replace("&", "").replace("\0", "&"))
    if not isinstance(button, QPushButton | QToolButton):
        return False  # draws itself
    tall = button.fontMetrics().height() > button.height()
    return tall or words + icon + edge > button.width()


def _cut_sections(header: QHeaderView) -> Iterator[str]:
    model = header.model()
    if header.orientation() != Qt.Orientation.Horizontal or model is None:
        return
    for at in range(header.count()):
        words = str(model.headerData(at, header.orientation()) or "")
        if not header.isSectionHidden(at) and header.sectionSizeHint(at) > header.sectionSize(at):
            yield f"cut: column {words!r}"


def _width(widget: QWidget, words: str) -> int:
    return widget.fontMetrics().horizontalAdvance(words)


# --- places ---------------------------------------------------------------------------------------


def misplaced(window: QWidget) -> Iterator[str]:
    """What sticks out of what holds it, and words on other words."""
    for widget in _seen(window, QWidget):
        holder = widget.parentWidget()
        if widget is window or holder is None or _scrolls(holder) or widget.isWindow():
            continue
        if widget.size().isEmpty() or _scrolls(widget):
            continue
        if not holder.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
            yield f"sticks out: {_called(widget)}"
    spoken = [one for one in _seen(window, QWidget) if isinstance(one, QLabel | QAbstractButton)]
    for index, one in enumerate(spoken):
        for other in spoken[index + 1 :]:
            if one.parentWidget() is other.parentWidget() and one.geometry().intersects(
                other.geometry()
            ):
                yield f"covers: {_called(one)} and {_called(other)}"


def _scrolls(holder: QWidget) -> bool:
    """Tell whether what is inside may be larger, since it can be scrolled."""
    above = holder.parentWidget()
    return isinstance(holder, QAbstractScrollArea) or (
        isinstance(above, QAbstractScrollArea) and above.viewport() is holder
    )


# --- names and keys -------------------------------------------------------------------------------


def nameless(window: QWidget) -> Iterator[str]:
    """Controls that assistive programs cannot tell, or that do not say what they are."""
    if not window.windowTitle() and window.isWindow() and not isinstance(window, QMenu | QLabel):
        yield "nameless: the window has no title"
    for control in _stops(window):
        told = QAccessible.queryAccessibleInterface(control)
        if not told.text(QAccessible.Text.Name).strip():
            yield f"nameless: {_called(control)}"
        elif told.role() in (QAccessible.Role.NoRole, QAccessible.Role.Client) and not isinstance(
            control, QScrollArea
        ):
            yield f"without a role: {_called(control)}"
    for button in _seen(window, QAbstractButton):
        small = min(button.width(), button.height()) < LEAST_TARGET
        if small and not isinstance(button.parentWidget(), QTabBar | QLineEdit | QHeaderView):
            yield f"hard to hit: {_called(button)}"


def clashing_keys(window: QWidget) -> Iterator[str]:
    """Access keys that lead to several places."""
    if isinstance(window, QMenu):
        words = [action.text() for action in window.actions() if action.isVisible()]
    else:
        words = [
            *(one.text() for one in _seen(window, QLabel) if one.buddy() is not None),
            *(one.text() for one in _seen(window, QAbstractButton)),
            *(one.title() for one in _seen(window, QGroupBox)),
            *(bar.tabText(at) for bar in _seen(window, QTabBar) for at in range(bar.count())),
        ]
    keys = Counter(QKeySequence.mnemonic(one).toString() for one in words)
    for key, count in keys.items():
        if key and count > 1:
            sharing = [one for one in words if QKeySequence.mnemonic(one).toString() == key]
            yield f"clash: {key} {sharing}"


def jumping_tabs(window: QWidget) -> Iterator[str]:
    """Steps of the tab key that lead back up, and texts that keep the tab key for themselves."""
    stops = stops_in_order(window)
    for before, after in pairwise(stops):
        same = _area_of(before) is _area_of(after)
        one, other = (
            _place(stop if same else _area_of(stop) or stop, window) for stop in (before, after)
        )
        if other.bottom() < one.top() and other.left() < one.right():
            yield f"tab jumps up: from {_called(before)} to {_called(after)}"
    for text in stops:
        writes = isinstance(text, QPlainTextEdit | QTextEdit) and not text.isReadOnly()
        if writes and not text.tabChangesFocus():  # type: ignore[attr-defined]
            yield f"tab is caught: {_called(text)}"


def _area_of(widget: QWidget) -> QScrollArea | None:
    """Where a widget can be scrolled: seen from outside it may be anywhere in there."""
    holder: QWidget | None = widget.parentWidget()
    while holder is not None and not isinstance(holder, QScrollArea):
        holder = holder.parentWidget()
    return holder


def stops_in_order(window: QWidget) -> list[QWidget]:
    """Where the tab key leads, in order, from the first one in the window."""
    stops, order = set(_stops(window)), list[QWidget]()
    at = window.nextInFocusChain()
    while at is not None and at is not window:
        if at in stops:
            order.append(at)
        at = at.nextInFocusChain()
    return order


def _stops(window: QWidget) -> list[QWidget]:
    """What the keyboard can reach."""
    return [
        one
        for one in _seen(window, QWidget)
        if one is not window
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.isEnabled()
        and one.focusProxy() is None
        and not _is_inside(one)
    ]


def _is_inside(widget: QWidget) -> bool:
    """Tell whether it is a part of a control."""
    holder = widget.parentWidget()
    while holder is not None:
        if isinstance(holder, QComboBox | QAbstractSpinBox):
            return True
        holder = holder.parentWidget()
    return isinstance(widget, QHeaderView)


# --- colours --------------------------------------------------------------------------------------


def unreadable(window: QWidget) -> Iterator[str]:
    """Words whose colour is too near to the ground that is really painted under them."""
    image = window.grab().toImage()
    for widget in _seen(window, QWidget):
        words, role = _written(widget)
        if not words or widget is window:
            continue
        place = _place(widget, window).intersected(window.rect())
        ground = _ground(image, place)
        group = QPalette.ColorGroup.Active if widget.isEnabled() else QPalette.ColorGroup.Disabled
        ink = widget.palette().color(group, role).name()
        if ground and contrast(ink, ground) < TEXT:
            yield f"unreadable: {words!r}, {ink} on {ground}"


def _written(widget: QWidget) -> tuple[str, QPalette.ColorRole]:
    if isinstance(widget, QLabel):
        rich = widget.textFormat() == Qt.TextFormat.RichText or "<a " in widget.text()
        return ("" if rich else widget.text()), widget.foregroundRole()
    if isinstance(widget, QPushButton | QToolButton):
        return ("" if _icon_only(widget) else widget.text()), QPalette.ColorRole.ButtonText
    if isinstance(widget, QCheckBox | QRadioButton):
        return widget.text(), QPalette.ColorRole.WindowText
    if isinstance(widget, QLineEdit):
        if widget.text():
            return widget.text(), QPalette.ColorRole.Text
        return widget.placeholderText(), QPalette.ColorRole.PlaceholderText
    return "", QPalette.ColorRole.NoRole


def _ground(image: QImage, place: QRect) -> str:
    """The colour that most of a place has."""
    ratio, seen = image.devicePixelRatio(), Counter[str]()
    steps = 12
    for row in range(1, steps):
        for column in range(1, steps * 2):
            x = place.left() + place.width() * column / (steps * 2)
            y = place.top() + place.height() * row / steps
            point = QPoint(round(x * ratio), round(y * ratio))
            if image.rect().contains(point):
                seen[image.pixelColor(point).name()] += 1
    return seen.most_common(1)[0][0] if seen else ""


# --- size -----------------------------------------------------------------------------------------


def too_large(window: QWidget) -> Iterator[str]:
    """Windows that need more than a usual screen at 200 percent has."""
    needed = window.minimumSizeHint().expandedTo(window.minimumSize())
    width, height = SMALL_SCREEN
    if not isinstance(window, QLabel) and (needed.width() > width or needed.height() > height):
        yield f"too large: needs {needed.width()} by {needed.height()}"


# --- common ---------------------------------------------------------------------------------------


def _seen(window: QWidget, kind: type[Widget]) -> list[Widget]:
    """The widgets of a kind that can be seen, the window among them."""
    found = [one for one in window.findChildren(kind) if one.isVisibleTo(window)]
    own = [window] if isinstance(window, kind) else []
    return [one for one in [*own, *found] if one.window() is window.window()]


def _place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _called(widget: QWidget) -> str:
    """What people would call a widget."""
    words = widget.accessibleName() or getattr(widget, "text", str)() or widget.objectName()
    return f"{type(widget).__name__} {str(words)[:50]!r}"
