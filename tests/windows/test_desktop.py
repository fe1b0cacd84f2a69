"""Our windows and the icon in the tray, as Qt's windows platform makes them."""

from __future__ import annotations

from tests.windows.windows_process import StartProcess

LIMIT_S = 150.0


def test_windows_and_tray_are_made_by_the_windows_platform(windows_process: StartProcess) -> None:
    process = windows_process("-m", "tests.windows.shown_windows")

    platform, *shown, tray = process.rest(LIMIT_S)

    assert process.wait() == 0, process.complaints
    assert platform == "windows"
    assert tray == "tray [True]"
    assert len(shown) == 4
    for window in shown:
        name, colours = window.rsplit(maxsplit=1)
        assert int(colours) > 10, name
