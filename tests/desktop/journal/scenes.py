"""The journal in every state worth a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from datev_connector.desktop.journal.window import JournalWindow
from datev_connector.desktop.ports import Only
from datev_connector.desktop.surroundings import Surroundings
from tests.desktop.journal.calls import a_day, contacts
from tests.desktop.office import TestOffice


def scenes(surroundings: Surroundings) -> Iterator[tuple[str, QWidget]]:
    """Every state; the answers of the office come while the window is shown."""
    office = cast(TestOffice, surroundings.office)
    kept, office.people.contacts = office.journal.kept, contacts()
    office.journal.kept = a_day()
    for name in ("all", "draft", "waiting", "change-contact"):
        window = JournalWindow(surroundings)
        if name != "all":
            wanted = {"draft": "draft", "waiting": "waiting"}.get(name, "stranger")
            window.show_call(wanted)
            while window.detail.call is None:
                QCoreApplication.processEvents()
        if name == "change-contact":
            window.detail.change.setChecked(True)
            window.detail.panel.search.setText("Müll")
        yield name, window
    window = JournalWindow(surroundings)
    window.search.setText("Köh")
    yield "search", window
    office.journal.kept = [call for call in a_day() if call.outcome != "missed"]
    window = JournalWindow(surroundings)
    window.show_only(Only.MISSED)
    yield "nothing-missed", window
    office.journal.kept = kept
