"""`datev-connector`, unchanged but for an observer of its windows."""

from __future__ import annotations

from PySide6 import QtWidgets

from benchmarks.desktop.frames import ObservedApplication

QtWidgets.QApplication = ObservedApplication  # type: ignore[assignment,misc]

from datev_connector.app.cli import main  # noqa: E402 - the observer must be there first

if __name__ == "__main__":
    main()
