"""The menu of the tray in the states worth a picture, and the icon in all of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from datev_connector.desktop.legs import LEGS
from datev_connector.desktop.picture import Picture
from datev_connector.desktop.ports import Counts
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.desktop.tray.drawing import pixmap
from datev_connector.desktop.tray.menu import TrayMenu
from datev_connector.desktop.tray.steady import Badge
from datev_connector.desktop.tray.words import TrayWords
from datev_connector.domain.calls import Call, CallState, Direction
from datev_connector.domain.legs import Leg, LegReport, LegState

WELL = dict.fromkeys(LEGS, LegState.UP)
TROUBLED = {
    **WELL,
    Leg.STARFACE: LegState.DEGRADED,
    Leg.DATEV: LegState.DOWN,
    Leg.MODULE: LegState.DEGRADED,
}
PANELS = ("#f3f3f3", "#1b1b1b")


def scenes(surroundings: Surroundings) -> Iterator[tuple[str, QWidget]]:
    """The menu when all is well and when it is not; the icon on light and dark panels."""
    quiet = Counts(drafts=0, waiting=0)
    yield "tray-menu-well", menu(surroundings, WELL, quiet, Picture())
    busy = picture(surroundings)
    yield "tray-menu-troubled", menu(surroundings, TROUBLED, Counts(drafts=2, waiting=3), busy)
    yield "tray-icons", icons()


def menu(
    surroundings: Surroundings, states: dict[Leg, LegState], counts: Counts, calls: Picture
) -> TrayMenu:
    """A filled menu, shown as a widget."""
    now = surroundings.now()
    words = TrayWords(language=surroundings.language, moments=surroundings.moments)
    made = TrayMenu(surroundings, words)
    legs = {
        leg: LegReport(leg=leg, state=state, since=now - timedelta(minutes=47), reason="")
        for leg, state in states.items()
    }
    made.fill(legs, calls.active, counts, now)
    made.setWindowFlag(Qt.WindowType.Popup, on=False)
    return made


def picture(surroundings: Surroundings) -> Picture:
    """Two calls that live."""
    now = surroundings.now()
    client = Call(
        call="1",
        pbx_call="p1",
        direction=Direction.INCOMING,
        state=CallState.CONNECTED,
        number="00497219876543",
        e164="+497219876543",
        pbx_name="Bäckerei Vogelsang & Söhne GmbH",
        began_at=now,
        last_seen_at=now,
    )
    other = client.but(
        call="2", direction=Direction.OUTGOING, pbx_name="", number="089123456", e164="+4989123456"
    )
    return Picture(active={"1": client, "2": other})


def icons() -> QLabel:
    """All icons in the size of most panels, in twice that, and large."""
    width, height = 64 + 32 + 16 + 40, 84
    looks = [(badge, 0, False) for badge in Badge]
    looks += [(Badge.UP, 3, False), (Badge.DOWN, 12, False), (Badge.UP, 0, True)]
    sheet = QPixmap(width * len(looks), height * len(PANELS))
    painter = QPainter(sheet)
    for row, ground in enumerate(PANELS):
        painter.fillRect(0, row * height, sheet.width(), height, QColor(ground))
        for column, (badge, waiting, muted) in enumerate(looks):
            x, y = column * width + 10, row * height + 10
            for size in (64, 32, 16):
                painter.drawPixmap(x, y, pixmap(badge, waiting, size, muted=muted))
                x += size + 10
    painter.end()
    label = QLabel()
    label.setPixmap(sheet)
    return label
