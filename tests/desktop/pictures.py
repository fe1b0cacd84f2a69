"""Takes the pictures of one setting; `scripts/pictures.py` starts a process of this for each."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from datev_connector.desktop.look.look import Look
from datev_connector.desktop.look.theme import ThemeName
from datev_connector.texts.language import Language, Tongue
from tests.desktop.audit import faults
from tests.desktop.gallery import components, scenes_of

FONT, FONT_POINTS = "Open Sans", 9.0
"""Much like the font of Windows, and free."""
COLUMNS, ROWS, COLUMN_WIDTH, GUTTER, CAPTION = 3, 3, 520, 20, 28
PAGE_WIDTH = 1400
"""Wider pictures are made smaller for a manual: a page shows no more."""
COLOURS, APART = 96, 10
COLOUR_BY_COLOUR = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
CHOSEN = (
    "call-ringing",
    "call-connected-note",
    "call-asks-3",
    "call-in-datev",
    "call-ringing-unknown",
    "call-search",
    "call-leg-down",
    "journal-draft",
    "dialler-found",
    "tray-icons",
    "tray-menu-troubled",
    "diagnosis-several-down",
    "settings-connection",
    "settings-calls",
    "settings-dial-plan",
    "assistant-call-waiting",
)
"""What the manuals show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A picture and what is wrong with the window on it."""

    name: str
    image: QImage
    faults: list[str]


def main() -> int:
    """Take all pictures; return 1 if a window has faults."""
    parser = argparse.ArgumentParser()
    parser.add_argument("setting")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scenes", default="")
    parser.add_argument("--manual", action="store_true")
    options = parser.parse_args()
    application = steady_application()
    language, _, rest = options.setting.partition("-")
    look = Look(application, ThemeName(rest.rpartition("-")[0]))
    taken = take(look, Language.of(Tongue(language)), options.scenes)
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.manual:
        keep_for_pages(taken, options.folder)
    else:
        keep_all(taken, options.folder, options.scenes)
    found = [f"{one.name}: {fault}" for one in taken for fault in one.faults]
    told = [f"{options.setting}: {len(taken)} pictures", *(f"  {fault}" for fault in found)]
    sys.stdout.write("\n".join([*told, ""]))
    return 1 if found else 0


def steady_application() -> QApplication:
    """An application that looks the same on every machine, and whose cursors do not blink."""
    application = QApplication(["datev-connector"])
    font = QFont(FONT)
    font.setPointSizeF(FONT_POINTS)
    application.setFont(font)
    application.setCursorFlashTime(0)
    return application


def take(look: Look, language: Language, wanted: str) -> list[Taken]:
    """Take the pictures of the scenes whose name begins as wanted."""
    return [
        Taken(name=name, image=window.grab().toImage(), faults=faults(window))
        for component in components()
        for name, window in scenes_of(component, look, language)
        if name.startswith(wanted)
    ]


def keep_all(taken: list[Taken], folder: Path, wanted: str) -> None:
    """Write every picture, and all of them on sheets to look through."""
    for pattern in (f"{wanted}*.png", "sheet-*.png"):
        for old in folder.glob(pattern):
            old.unlink()
    for one in taken:
        one.image.save(str(folder / f"{one.name}.png"))
    for at in range(0, len(taken), COLUMNS * ROWS):
        number = at // (COLUMNS * ROWS) + 1
        sheet(taken[at : at + COLUMNS * ROWS]).save(str(folder / f"sheet-{number:02}.png"))


def keep_for_pages(taken: list[Taken], folder: Path) -> None:
    """Write the chosen pictures as small files."""
    for one in taken:
        if one.name in CHOSEN:
            for_a_page(one.image).save(str(folder / f"{one.name}.png"))


def for_a_page(image: QImage) -> QImage:
    """The picture no wider than a page shows, in the colours that it has most of."""
    if image.width() > PAGE_WIDTH:
        image = image.scaledToWidth(PAGE_WIDTH, Qt.TransformationMode.SmoothTransformation)
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    seen = Counter(memoryview(plain.constBits()).cast("B").cast("I"))
    table = different([colour for colour, _ in seen.most_common()])
    return plain.convertToFormat(QImage.Format.Format_Indexed8, table, COLOUR_BY_COLOUR)


def different(colours: list[int]) -> list[int]:
    """The first of the colours that differ: else shades of grey take the place of the rare red."""
    kept = list[tuple[int, int, int]]()
    for colour in colours:
        parts = (colour >> 16 & 255, colour >> 8 & 255, colour & 255)
        if all(max(abs(a - b) for a, b in zip(parts, one, strict=True)) >= APART for one in kept):
            kept.append(parts)
            if len(kept) == COLOURS:
                break
    return [0xFF << 24 | red << 16 | green << 8 | blue for red, green, blue in kept]


def sheet(taken: list[Taken]) -> QImage:
    """Pictures side by side, with their names."""
    rows = [
        [small(one) for one in taken[at : at + COLUMNS]] for at in range(0, len(taken), COLUMNS)
    ]
    heights = [CAPTION + GUTTER + max(one.image.height() for one in row) for row in rows]
    width = COLUMNS * (COLUMN_WIDTH + GUTTER) + GUTTER
    whole = QImage(width, sum(heights) + GUTTER, QImage.Format.Format_RGB32)
    whole.fill(QColor("#98a2ac"))
    painter, y = QPainter(whole), 0
    for row, height in zip(rows, heights, strict=True):
        for column, one in enumerate(row):
            x = GUTTER + column * (COLUMN_WIDTH + GUTTER)
            place = QRect(x, y, COLUMN_WIDTH, CAPTION)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, one.name)
            painter.drawImage(x, y + CAPTION, one.image)
        y += height
    painter.end()
    return whole


def small(one: Taken) -> Taken:
    """A picture as wide as a column at most."""
    width = min(COLUMN_WIDTH, one.image.width())
    image = one.image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
    image.setDevicePixelRatio(1.0)
    return Taken(name=one.name, image=image, faults=one.faults)


if __name__ == "__main__":
    sys.exit(main())
