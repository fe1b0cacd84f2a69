"""`datev-connector`, unchanged but for an observer of its windows."""

from __future__ import annotations

from datev_connector.app.windows.launch import load_qt

load_qt()  # as the program itself does

from PySide6 import QtWidgets  # noqa: E402

from benchmarks.desktop.frames import ObservedApplication  # noqa: E402

QtWidgets.QApplication = ObservedApplication  # type: ignore[assignment,misc]

from datev_connector.app.cli import main  # noqa: E402 - the observer must be there first

if __name__ == "__main__":
    main()
