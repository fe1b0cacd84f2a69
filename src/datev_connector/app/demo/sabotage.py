"""Legs that are broken on purpose, to see that the demo notices.

Each names the scene before which it strikes; the plan and its expectations stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from datev_connector.app.demo.language import Text
from datev_connector.app.demo.office import CONTACTS, HOLLERBACH, Contact
from datev_connector.app.demo.stage import Stage
from datev_connector.simulators.datev import Method
from datev_connector.simulators.starface import FaultKind


class Sabotage(StrEnum):
    """What is broken."""

    STARFACE = "starface"
    DATEV = "datev"
    JOURNAL = "journal"
    CONTACTS = "contacts"
    STORE = "store"


ANNOUNCED: dict[Sabotage, Text] = {
    Sabotage.STARFACE: Text(
        "Sabotage: Ab 08:40 meldet die Anlage keine Anrufe mehr und antwortet auf nichts.",
        "Sabotage: from 08:40 the PBX reports no calls any more and answers nothing.",
    ),
    Sabotage.DATEV: Text(
        "Sabotage: DATEV kommt nach seinem Absturz um 13:15 nicht wieder.",
        "Sabotage: DATEV does not come back after its crash at 13:15.",
    ),
    Sabotage.JOURNAL: Text(
        "Sabotage: DATEV bestätigt die erste Notiz und wirft sie weg.",
        "Sabotage: DATEV confirms the first note and throws it away.",
    ),
    Sabotage.CONTACTS: Text(
        "Sabotage: Im Adressbestand des Connectors fehlt die Bäckerei Hollerbach.",
        "Sabotage: the connector's contacts lack the client Bäckerei Hollerbach.",
    ),
    Sabotage.STORE: Text(
        "Sabotage: Ab 16:00 kann der Connector nichts mehr speichern.",
        "Sabotage: from 16:00 the connector can save nothing.",
    ),
}


def contacts_for(sabotage: Sabotage | None) -> tuple[Contact, ...]:
    """What the connector's contact index is filled with."""
    if sabotage is Sabotage.CONTACTS:
        return tuple(contact for contact in CONTACTS if contact is not HOLLERBACH)
    return CONTACTS


@contextmanager
def before_scene(
    sabotage: Sabotage | None, scene: str, stage: Stage, profile: Path
) -> Iterator[None]:
    """Strike if the time has come; what the sabotage holds is let go of afterwards."""
    match sabotage, scene:
        case Sabotage.STARFACE, "direct line":
            stage.starface.behaviour.deliver_events = False
            stage.starface.faults.add(FaultKind.SILENCE, times=None)
        case Sabotage.JOURNAL, "known client":
            stage.datev.faults.reject(0, times=1, method=Method.NEW_JOURNAL)
        case Sabotage.STORE, "two at once":
            with _locked(profile):
                yield
            return
        case _:
            pass
    yield


@contextmanager
def _locked(profile: Path) -> Iterator[None]:
    """Hold the store as a backup program might, so that nobody else can write."""
    from datev_connector.app.folders import find_profile
    from datev_connector.app.secrets import Vault
    from datev_connector.app.store_key import store_key
    from datev_connector.store.database import Database

    folders = find_profile(folder=profile)
    key = store_key(folders, Vault(), store_exists=True)
    database = Database(folders.store_file, key.key)
    try:
        with database.transaction(durable=False):
            yield
    finally:
        database.close()
