"""How controls are drawn: flat, with frames and focus rings that can be seen in every theme.

Built on Qt's Fusion, whose frames are too faint. A style sheet could do the same, but it makes
every window wait for it; this takes hardly any time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QProxyStyle,
    QPushButton,
    QStyle,
    QStyleOption,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionFocusRect,
    QStyleOptionFrame,
    QStyleOptionMenuItem,
    QStyleOptionSlider,
    QStyleOptionSpinBox,
    QStyleOptionTab,
    QWidget,
)

from datev_connector.desktop.look.contrast import SHAPE, contrast, mixed
from datev_connector.desktop.look.strokes import draw_arrow, draw_dot, draw_lines, draw_rounded
from datev_connector.desktop.look.theme import Theme

RADIUS = 4.0
LEAST_HEIGHTS = {
    QStyle.ContentsType.CT_PushButton: 28,
    QStyle.ContentsType.CT_ToolButton: 28,
    QStyle.ContentsType.CT_LineEdit: 28,
    QStyle.ContentsType.CT_ComboBox: 28,
    QStyle.ContentsType.CT_SpinBox: 28,
    QStyle.ContentsType.CT_CheckBox: 24,
    QStyle.ContentsType.CT_RadioButton: 24,
    QStyle.ContentsType.CT_MenuItem: 26,
}
"""In device-independent pixels; a larger font makes more of them."""

Drawing = Callable[[QStyleOption, QPainter, QWidget | None], None]
_Primitive: TypeAlias = QStyle.PrimitiveElement
_Control: TypeAlias = QStyle.ControlElement
_Complex: TypeAlias = QStyle.ComplexControl
_Sub: TypeAlias = QStyle.SubControl
_State: TypeAlias = QStyle.StateFlag


class OfficeStyle(QProxyStyle):
    """Draws frames, buttons, fields, boxes, tabs and headers; leaves the rest to Fusion."""

    def __init__(self, theme: Theme) -> None:
        """`theme` may be set anew at any time, before the palette."""
        super().__init__("Fusion")
        self.theme = theme
        self._primitives: dict[_Primitive, Drawing] = {
            _Primitive.PE_PanelButtonCommand: self._button,
            _Primitive.PE_PanelButtonTool: self._tool,
            _Primitive.PE_FrameFocusRect: self._focus,
            _Primitive.PE_Frame: self._frame,
            _Primitive.PE_PanelMenu: self._menu,
            _Primitive.PE_IndicatorCheckBox: self._check_box,
            _Primitive.PE_IndicatorRadioButton: self._radio_button,
            _Primitive.PE_FrameTabWidget: self._below_tabs,
        }
        self._controls: dict[_Control, Drawing] = {
            _Control.CE_HeaderSection: self._header,
            _Control.CE_TabBarTabShape: self._tab,
            _Control.CE_MenuItem: self._menu_item,
        }

    # --- what Qt asks for -------------------------------------------------------------------------

    def drawPrimitive(  # noqa: N802 - Qt's name
        self,
        element: _Primitive,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw what we draw ourselves."""
        if (
            element == _Primitive.PE_PanelLineEdit
            and isinstance(option, QStyleOptionFrame)
            and option.lineWidth > 0  # none: the field inside a list of choices or of numbers
        ):
            self._box(option, painter, option.palette.color(QPalette.ColorRole.Base))
            return
        draw = self._primitives.get(element)
        if draw is None:
            super().drawPrimitive(element, option, painter, widget)
        else:
            draw(option, painter, widget)

    def drawControl(  # noqa: N802 - Qt's name
        self,
        element: _Control,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw what we draw ourselves."""
        draw = self._controls.get(element)
        if draw is None:
            super().drawControl(element, option, painter, widget)
        else:
            draw(option, painter, widget)

    def drawComplexControl(  # noqa: N802 - Qt's name
        self,
        control: _Complex,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw what we draw ourselves."""
        if isinstance(option, QStyleOptionComboBox):
            self._combo_box(option, painter, widget)
        elif isinstance(option, QStyleOptionSpinBox):
            self._spin_box(option, painter, widget)
        elif control == _Complex.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            self._scroll_bar(option, painter, widget)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def sizeFromContents(  # noqa: N802 - Qt's name
        self,
        kind: QStyle.ContentsType,
        option: QStyleOption,
        size: QSize,
        widget: Any = None,
    ) -> QSize:
        """Give controls a height that a mouse hits easily, and words room before the arrow."""
        room = super().sizeFromContents(kind, option, size, widget)
        if isinstance(option, QStyleOptionMenuItem) and _is_line(option):
            return room
        if kind in (QStyle.ContentsType.CT_ComboBox, QStyle.ContentsType.CT_SpinBox):
            room.setWidth(room.width() + 12)
        return room.expandedTo(QSize(0, LEAST_HEIGHTS.get(kind, 0)))

    def subElementRect(  # noqa: N802 - Qt's name
        self, element: QStyle.SubElement, option: QStyleOption, widget: Any = None
    ) -> QRect:
        """Leave room for a focus ring around lists and texts, and before the words of a field."""
        if element == QStyle.SubElement.SE_LineEditContents:
            return super().subElementRect(element, option, widget).adjusted(4, 0, -4, 0)
        if element == QStyle.SubElement.SE_ItemViewItemFocusRect:
            return option.rect  # around the symbol, too
        if (
            element == QStyle.SubElement.SE_ShapedFrameContents
            and isinstance(widget, QAbstractScrollArea)
            and isinstance(option, QStyleOptionFrame)
            and option.lineWidth > 0
        ):
            return option.rect.adjusted(2, 2, -2, -2)
        return super().subElementRect(element, option, widget)

    # --- frames -----------------------------------------------------------------------------------

    def _box(
        self, option: QStyleOption, painter: QPainter, fill: QColor, radius: float = RADIUS
    ) -> None:
        """A rounded ground with a line around it: a thick one with the keyboard's focus."""
        focused = bool(option.state & _State.State_HasFocus)
        width = 2.0 if focused else 1.0 if radius <= RADIUS else 1.6  # a fine circle blurs
        inset = width / 2
        room = QRectF(option.rect).adjusted(inset, inset, -inset, -inset)
        line = QPen(self._line(option, focused=focused), width)
        draw_rounded(painter, room, radius, line=line, ground=fill)

    def _line(self, option: QStyleOption, *, focused: bool) -> QColor:
        if focused:
            return QColor(self.theme.accent)
        if option.state & _State.State_Enabled:
            return QColor(self.theme.border)
        return QColor(mixed(self.theme.border, self.theme.window, 0.5))

    def _frame(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
        """Around lists and texts; Qt does not say that they have the focus."""
        focused = isinstance(widget, QAbstractScrollArea) and widget.hasFocus()
        width = 2.0 if focused else 1.0
        painter.save()
        painter.setPen(QPen(self._line(option, focused=focused), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = width / 2
        painter.drawRect(QRectF(option.rect).adjusted(inset, inset, -inset, -inset))
        painter.restore()

    def _menu(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
        """Fusion's ground, with a frame that stands out from what is below it."""
        super().drawPrimitive(_Primitive.PE_PanelMenu, option, painter, widget)
        painter.save()
        painter.setPen(QPen(QColor(self.theme.border), 1.0))
        painter.drawRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.restore()

    def _focus(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
        """Around what has no frame of its own; a button's frame is enough."""
        if isinstance(widget, QPushButton):
            return
        ring = self.theme.accent
        if isinstance(option, QStyleOptionFocusRect) and option.backgroundColor.isValid():
            ground = option.backgroundColor.name()
            ring = ring if contrast(ring, ground) >= SHAPE else self.theme.on_accent
        room = QRectF(option.rect).adjusted(0.8, 0.8, -0.8, -0.8)
        draw_rounded(painter, room, 2.0, line=QPen(QColor(ring), 1.6))

    def _below_tabs(self, option: QStyleOption, painter: QPainter, _widget: QWidget | None) -> None:
        """One line at the top."""
        painter.fillRect(
            QRect(option.rect.left(), option.rect.top(), option.rect.width(), 1),
            QColor(self.theme.border),
        )

    # --- buttons ----------------------------------------------------------------------------------

    def _button(self, option: QStyleOption, painter: QPainter, _widget: QWidget | None) -> None:
        self._box(option, painter, self._fill(option))
        ground = option.palette.color(QPalette.ColorRole.Button).name()
        if option.state & _State.State_HasFocus and contrast(ground, self.theme.accent) < SHAPE:
            inner = QRectF(option.rect).adjusted(3.0, 3.0, -3.0, -3.0)
            line = QPen(option.palette.color(QPalette.ColorRole.ButtonText), 1.4)
            draw_rounded(painter, inner, RADIUS - 2, line=line)

    def _tool(self, option: QStyleOption, painter: QPainter, _widget: QWidget | None) -> None:
        """With a frame like a button, or none at all until the mouse is there."""
        touched = _State.State_MouseOver | _State.State_Sunken | _State.State_On
        if not option.state & _State.State_AutoRaise:
            self._box(option, painter, self._fill(option))
        elif option.state & touched and option.state & _State.State_Enabled:
            draw_rounded(painter, QRectF(option.rect), RADIUS, ground=self._fill(option))

    def _fill(self, option: QStyleOption) -> QColor:
        """The ground of a button: a little darker under the mouse, more so when pressed."""
        ground = option.palette.color(QPalette.ColorRole.Button)
        if not option.state & _State.State_Enabled:
            return QColor(self.theme.window)
        ink = option.palette.color(QPalette.ColorRole.ButtonText).name()
        if option.state & (_State.State_Sunken | _State.State_On):
            return QColor(mixed(ground.name(), ink, 0.16))
        if option.state & _State.State_MouseOver:
            return QColor(mixed(ground.name(), ink, 0.07))
        return ground

    # --- boxes to tick ----------------------------------------------------------------------------

    def _check_box(self, option: QStyleOption, painter: QPainter, _widget: QWidget | None) -> None:
        ticked = bool(option.state & (_State.State_On | _State.State_NoChange))
        ground, ink = self._ticked(option) if ticked else (self._unticked(option), "")
        plain = QStyleOption(option)
        plain.state &= ~_State.State_HasFocus
        self._box(plain, painter, QColor(ground), 3.0)
        if not ticked:
            return
        room, partly = QRectF(option.rect), bool(option.state & _State.State_NoChange)
        shape = [(0.25, 0.5), (0.75, 0.5)] if partly else [(0.22, 0.54), (0.42, 0.73), (0.78, 0.3)]
        draw_lines(painter, room, shape, QPen(QColor(ink), room.width() / 8))

    def _radio_button(
        self, option: QStyleOption, painter: QPainter, _widget: QWidget | None
    ) -> None:
        chosen = bool(option.state & _State.State_On)
        ground, ink = self._ticked(option) if chosen else (self._unticked(option), "")
        room = QRectF(option.rect)
        plain = QStyleOption(option)
        plain.state &= ~_State.State_HasFocus
        self._box(plain, painter, QColor(ground), room.width() / 2)
        if chosen:
            draw_dot(painter, room.center(), room.width() / 5, QColor(ink))

    def _ticked(self, option: QStyleOption) -> tuple[str, str]:
        """Ground and mark."""
        if option.state & _State.State_Enabled:
            return self.theme.accent, self.theme.on_accent
        return self.theme.window, self.theme.subdued

    def _unticked(self, option: QStyleOption) -> str:
        return self.theme.base if option.state & _State.State_Enabled else self.theme.window

    # --- menus ------------------------------------------------------------------------------------

    def _menu_item(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
        """A line between groups that can be seen on every ground; the rest is Fusion's."""
        if not isinstance(option, QStyleOptionMenuItem) or not _is_line(option):
            super().drawControl(_Control.CE_MenuItem, option, painter, widget)
            return
        ink = QColor(mixed(self.theme.border, self.theme.base, 0.4))
        middle = option.rect.center().y()
        painter.fillRect(QRect(option.rect.left() + 4, middle, option.rect.width() - 8, 1), ink)

    # --- fields with arrows -----------------------------------------------------------------------

    def _combo_box(self, option: QStyleOptionComboBox, painter: QPainter, widget: Any) -> None:
        enabled = bool(option.state & _State.State_Enabled)
        ground = self.theme.base if enabled else self.theme.window
        self._box(option, painter, QColor(ground))
        arrow = self.subControlRect(
            _Complex.CC_ComboBox, option, _Sub.SC_ComboBoxArrow, widget
        ).center()
        draw_arrow(painter, QPointF(arrow), self._ink(option), 4.0)

    def _spin_box(self, option: QStyleOptionSpinBox, painter: QPainter, widget: Any) -> None:
        enabled = bool(option.state & _State.State_Enabled)
        self._box(option, painter, QColor(self.theme.base if enabled else self.theme.window))
        for part, up in ((_Sub.SC_SpinBoxUp, True), (_Sub.SC_SpinBoxDown, False)):
            if not option.subControls & part:
                continue
            room = self.subControlRect(_Complex.CC_SpinBox, option, part, widget)
            draw_arrow(painter, QPointF(room.center()), self._ink(option), 3.0, up=up)

    def _scroll_bar(self, option: QStyleOptionSlider, painter: QPainter, widget: Any) -> None:
        """A handle that can be seen on every ground, and arrows at the ends."""

        def room(part: _Sub) -> QRectF:
            return QRectF(self.subControlRect(_Complex.CC_ScrollBar, option, part, widget))

        painter.fillRect(option.rect, QColor(self.theme.window))
        if not option.state & _State.State_Enabled:
            return
        touched = option.state & (_State.State_Sunken | _State.State_MouseOver)
        ink = self.theme.text if touched else self.theme.border
        handle = room(_Sub.SC_ScrollBarSlider).adjusted(3.0, 3.0, -3.0, -3.0)
        draw_rounded(painter, handle, RADIUS, ground=QColor(ink))
        if option.orientation == Qt.Orientation.Vertical:  # nothing scrolls sideways
            for part, up in ((_Sub.SC_ScrollBarSubLine, True), (_Sub.SC_ScrollBarAddLine, False)):
                draw_arrow(painter, room(part).center(), self._ink(option), 3.0, up=up)

    def _ink(self, option: QStyleOption) -> QColor:
        enabled = bool(option.state & _State.State_Enabled)
        return QColor(self.theme.text if enabled else self.theme.subdued)

    # --- tabs and headers -------------------------------------------------------------------------

    def _header(self, option: QStyleOption, painter: QPainter, _widget: QWidget | None) -> None:
        """A flat ground, a line below, a fine one at the right."""
        room = option.rect
        painter.fillRect(room, QColor(self.theme.window))
        painter.fillRect(
            QRect(room.left(), room.bottom(), room.width(), 1), QColor(self.theme.border)
        )
        fine = QColor(mixed(self.theme.window, self.theme.border, 0.5))
        painter.fillRect(QRect(room.right(), room.top() + 4, 1, room.height() - 8), fine)

    def _tab(self, option: QStyleOption, painter: QPainter, _widget: QWidget | None) -> None:
        """The chosen one has a thick line below."""
        room = option.rect
        chosen = bool(option.state & _State.State_Selected)
        if not chosen and option.state & _State.State_MouseOver:
            painter.fillRect(room, QColor(mixed(self.theme.window, self.theme.text, 0.06)))
        if chosen and isinstance(option, QStyleOptionTab):
            line = QRect(room.left() + 4, room.bottom() - 2, room.width() - 8, 3)
            painter.fillRect(line, QColor(self.theme.accent))


def _is_line(option: QStyleOptionMenuItem) -> bool:
    """Tell whether it is the line between groups of a menu."""
    return option.menuItemType == QStyleOptionMenuItem.MenuItemType.Separator
