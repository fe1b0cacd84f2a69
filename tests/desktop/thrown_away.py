"""Makes every window in every state, throws it away, collects garbage, and tells what is left.

Run as a program, on a screen: what is destroyed wrongly takes the process along.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLabel

from datev_connector.desktop.look.look import Look
from datev_connector.desktop.look.theme import ThemeName
from datev_connector.texts.language import Language, Tongue
from tests.desktop.gallery import NOON, components, scenes_unseen
from tests.desktop.office import surroundings_for


def one_round(look: Look) -> int:
    """Make them all; return how many there were."""
    made = 0
    for component in components():
        surroundings = surroundings_for(look, Language.of(Tongue.GERMAN), lambda: NOON)
        for _, window in scenes_unseen(component, surroundings):
            window.show()
            QCoreApplication.processEvents()
            window.hide()
            window.deleteLater()
            del window
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            made += 1
    gc.collect()
    QLabel("another window")  # asks the screen how large its letters are
    return made


def main() -> None:
    """Print a line a round: windows made, widgets left, objects left."""
    application = QApplication(sys.argv[:1])
    look = Look(application, ThemeName.LIGHT)
    for _ in range(int(sys.argv[1])):
        made = one_round(look)
        told = made, len(application.allWidgets()), len(gc.get_objects())
        sys.stdout.write(" ".join(str(number) for number in told) + "\n")
    look.deleteLater()


if __name__ == "__main__":
    main()
