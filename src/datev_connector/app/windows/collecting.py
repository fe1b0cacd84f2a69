"""Has Python look for circles of garbage on the thread of Qt only.

Windows are often part of such circles, and whoever finds one destroys it: on the thread of the core
that would take a window down beside Qt's back, and the program with it. So Python is kept from
collecting wherever it happens to be, and the thread of Qt does it now and then.

Nor does it begin again when the program ends: windows are taken down then, under locks of Qt, and
who destroys another one in the midst of that may wait for a lock that he holds himself, forever.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 5000
"""How often it is looked whether enough has gathered."""
ENOUGH = 20_000
"""New objects before it is worth it; a call makes some hundred."""


class CollectHere(QObject):
    """Make it on the thread of Qt; it works until `close`, and nobody collects after that."""

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect if enough has gathered."""
        if gc.get_count()[0] >= ENOUGH:
            gc.collect()

    def close(self) -> None:
        """Collect no more: the program ends, and the system takes back what it had."""
        self._timer.stop()
