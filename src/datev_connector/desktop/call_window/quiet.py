"""Windows that appear without taking the keyboard from whoever is typing elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QWidget

from datev_connector.desktop.call_window.stacking import Place

FLAGS = (
    Qt.WindowType.Window
    | Qt.WindowType.CustomizeWindowHint
    | Qt.WindowType.WindowTitleHint
    | Qt.WindowType.WindowSystemMenuHint
    | Qt.WindowType.WindowMinimizeButtonHint
    | Qt.WindowType.WindowCloseButtonHint
    | Qt.WindowType.WindowStaysOnTopHint
)
"""An ordinary window, so that it can be reached with Alt+Tab, above the others."""
USUAL_FRAME = QMargins(8, 32, 8, 8)
"""What a system puts around a window, until it is known."""
BROADEST_FRAME = 100
"""Nothing broader is a frame: while X11 puts one around a window, Qt measures nonsense."""


class QuietWindow(QWidget):
    """A window of its own; `show` leaves the keyboard where it is, `present` does not."""

    def __init__(self) -> None:
        """Make it, not shown."""
        super().__init__(None, FLAGS)
        # Qt tells the system once, when the window is made there: later it is no use.
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)


def present(window: QuietWindow) -> None:
    """Show a window that a person asked for, above the others and with the keyboard in it."""
    if window.isMinimized():
        window.showNormal()
    window.show()
    window.raise_()
    window.activateWindow()


def frame_of(window: QWidget, usual: QMargins) -> QMargins:
    """What the system puts around a window; `usual` as long as it has not said so."""
    if not window.testAttribute(Qt.WidgetAttribute.WA_WState_Created):
        return usual
    margins = window.windowHandle().frameMargins()
    return margins if is_believable(margins) else usual


def is_believable(margins: QMargins) -> bool:
    """Tell whether a system could have put that around a window."""
    sides = (margins.left(), margins.top(), margins.right(), margins.bottom())
    return any(sides) and all(0 <= side <= BROADEST_FRAME for side in sides)


def outer_place(window: QWidget) -> Place:
    """Where a window is, its frame included."""
    frame = window.frameGeometry()
    return Place(frame.x(), frame.y(), frame.width(), frame.height())
