"""A title that folds something away and unfolds it again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from datev_connector.desktop.look.look import Look


class Fold(QToolButton):
    """Folded at first."""

    def __init__(self, title: str, inside: QWidget, look: Look) -> None:
        """`inside` is what is folded away."""
        super().__init__()
        self._inside = inside
        self.setText(title)
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(look.font(1.15, bold=True))
        self.clicked.connect(self._turn)
        self.unfold(wanted=False)

    @property
    def is_open(self) -> bool:
        """Tell whether it is unfolded."""
        return not self._inside.isHidden()

    def unfold(self, *, wanted: bool = True) -> None:
        """Show what is inside, or fold it away."""
        self._inside.setVisible(wanted)
        self.setArrowType(Qt.ArrowType.DownArrow if wanted else Qt.ArrowType.RightArrow)

    def _turn(self) -> None:
        self.unfold(wanted=not self.is_open)
