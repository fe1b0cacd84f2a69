"""The dialler in the states worth a picture."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtWidgets import QWidget

from datev_connector.desktop.dialler.window import DialWindow
from datev_connector.desktop.ports import DialPreview
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.contacts import Contact, ContactRef, Medium, Source, StoredNumber
from datev_connector.domain.effects import DialReported
from datev_connector.domain.wording import worded
from datev_connector.engine.news import News
from tests.desktop.office import TestOffice

LONG = "Müllabfuhr- und Entsorgungsgesellschaft der Gemeinden um Karlsruhe-Durlach mbH"
CONTACTS = [
    Contact(
        ref=ContactRef(Source.DATEV, "1"),
        name="Müller & Söhne Heizungsbau GmbH",
        client_number="10234",
        numbers=(
            StoredNumber(number="0721 9876-0", standardised="004972198760"),
            StoredNumber(number="0171 2345678", medium=Medium.MOBILE),
            StoredNumber(number="0721 9876-99", medium=Medium.FAX),
        ),
    ),
    Contact(
        ref=ContactRef(Source.DATEV, "2"),
        name="Müller-Lüdenscheidt, Hans-Joachim",
        client_number="20871, 20872",
        numbers=(StoredNumber(number="07243 54321", standardised="0049724354321"),),
    ),
    Contact(
        ref=ContactRef(Source.STARFACE, "3"),
        name=LONG,
        numbers=(StoredNumber(number="+43 1 5123456"),),
    ),
]
MUELLER = DialPreview(
    dialled="0004972198760", shown="0721 98760", names=("Müller & Söhne Heizungsbau GmbH",)
)


def scenes(surroundings: Surroundings) -> Iterator[tuple[str, QWidget]]:
    """Empty, found, previewed, refused."""
    office = surroundings.office
    assert isinstance(office, TestOffice)
    office.people.contacts = CONTACTS
    office.dialling.previews = {
        "004972198760": MUELLER,
        "+49-721-98760": MUELLER,
        "0000": DialPreview(dialled="", shown="", refused=worded("there is no number to dial")),
    }
    yield "dialler-empty", offered(surroundings, "")
    yield "dialler-found", searched(surroundings, "Müll")
    yield "dialler-nobody", searched(surroundings, "Xaver")
    yield "dialler-link", offered(surroundings, "tel:+49-721-98760")
    yield "dialler-link-refused", offered(surroundings, "tel:*21*00499001%23")
    yield "dialler-undiallable", searched(surroundings, "0000")
    refused = offered(surroundings, "tel:+49-721-98760")
    reason = worded("there is no connection to the phone system; try again when it is back")
    refused.take(
        News(surroundings.now(), DialReported(number="0721 98760", refused=reason)),
    )
    yield "dialler-refused", refused


def offered(surroundings: Surroundings, text: str) -> DialWindow:
    """A window with something from outside."""
    window = DialWindow(surroundings)
    window.offer(text)
    return settled(window)


def searched(surroundings: Surroundings, text: str) -> DialWindow:
    """A window in which something was typed."""
    window = DialWindow(surroundings)
    window.field.setText(text)
    return settled(window)


def settled(window: DialWindow) -> DialWindow:
    """Let search and preview be answered."""
    while window.is_waiting:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    QCoreApplication.processEvents()
    return window
