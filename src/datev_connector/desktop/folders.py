"""Has the system show a folder: Explorer on Windows, what the desktop offers elsewhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_folder(folder: Path) -> bool:
    """Show it; tell whether the system could, as far as it says so."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
