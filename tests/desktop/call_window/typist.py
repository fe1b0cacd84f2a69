"""A window of another program in which somebody types; says on standard output what arrives."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QLineEdit


def main() -> None:
    application = QApplication(sys.argv)
    line = QLineEdit()
    line.setWindowTitle("typist")
    line.textChanged.connect(_tell)
    line.show()
    line.activateWindow()
    application.focusChanged.connect(_focused)
    application.exec()


def _focused(_before: object, now: object) -> None:
    print("focus" if now is not None else "no focus", flush=True)  # noqa: T201


def _tell(text: str) -> None:
    print(f"text {text}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
