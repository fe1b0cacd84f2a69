"""Shows and hides parts of windows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def set_present(part: QWidget, *, present: bool) -> None:
    """Show or hide a part, also before it has its place; it never becomes a window of its own."""
    if not present:
        part.hide()
    elif part.parentWidget() is not None:
        part.show()
    else:  # shown with whatever it will be put into
        part.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, on=False)
        part.setAttribute(Qt.WidgetAttribute.WA_WState_Hidden, on=False)
