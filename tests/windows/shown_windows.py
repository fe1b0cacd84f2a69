"""A program of its own that shows windows of ours through Qt's windows platform.

In a process beside the tests, since a Qt that does not suit the system ends the process it is in.
Says the platform, each window with how many colours it has, then `tray` and whether it is seen.
"""

from __future__ import annotations

import sys
from itertools import islice

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from datev_connector.desktop.look.look import Look
from datev_connector.desktop.look.theme import ThemeName
from datev_connector.desktop.tray.tray import Tray
from datev_connector.texts.language import Language, Tongue
from tests.desktop.gallery import NOON, scenes_of
from tests.desktop.office import surroundings_for

COMPONENTS, OF_EACH = ("call_window", "dialler"), 2


def colours(image: QImage) -> int:
    rows, columns = range(0, image.height(), 3), range(0, image.width(), 3)
    return len({image.pixel(x, y) for y in rows for x in columns})


def main() -> None:
    application = QApplication(["datev-connector"])
    say(application.platformName())
    look, language = Look(application, ThemeName.LIGHT), Language.of(Tongue.GERMAN)
    for component in COMPONENTS:
        for name, window in islice(scenes_of(component, look, language), OF_EACH):
            say(f"{name} {colours(window.grab().toImage())}")
    tray = Tray(surroundings_for(look, language, lambda: NOON))
    application.processEvents()
    say(f"tray {[icon.isVisible() for icon in tray.findChildren(QSystemTrayIcon)]}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
