"""`datev-connector`, unchanged but for an observer of its windows."""

from __future__ import annotations

from datev_connector.app.windows.launch import load_qt

load_qt()  # as the program itself does

from benchmarks.desktop.frames import observe  # noqa: E402
from datev_connector.app.cli import main  # noqa: E402
from datev_connector.desktop.call_window.quiet import QuietWindow  # noqa: E402

if __name__ == "__main__":
    observe(QuietWindow)
    main()
