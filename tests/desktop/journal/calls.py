"""Calls of a German office, for tests and pictures of the journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from datev_connector.domain.calls import (
    Call,
    CallState,
    Direction,
    Known,
    Live,
    Outcome,
    Person,
)
from datev_connector.domain.contacts import ClientState, Contact, ContactRef, Rule, Source

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def person(name: str, client: str = "", source: Source = Source.DATEV) -> Person:
    state = ClientState.ACTIVE if client else ClientState.NONE
    return Person(
        ref=ContactRef(source, name),
        name=name,
        number="",
        client_number=client,
        client_state=state,
        rule=Rule.EXACT,
    )


def call(name: str = "call-1", *, age_min: float = 0, **fields: Any) -> Call:
    """An answered call that is over, so long before noon, unless told otherwise."""
    began_at = NOON - timedelta(minutes=age_min)
    usual: dict[str, Any] = {
        "pbx_call": f"pbx-{name}",
        "direction": Direction.INCOMING,
        "state": CallState.ENDED,
        "outcome": Outcome.ANSWERED,
        "known": Known.AUTOMATIC,
        "owed": False,
        "number": "004972112345678",
        "e164": "+4972112345678",
        "began_at": began_at,
        "connected_at": began_at + timedelta(seconds=9),
        "ended_at": began_at + timedelta(seconds=196),
        "last_seen_at": began_at,
    }
    return Call(call=name, **{**usual, **fields})


def missed(**fields: Any) -> dict[str, Any]:
    return {"outcome": Outcome.MISSED, "connected_at": None, **fields}


def noted(text: str, **fields: Any) -> dict[str, Any]:
    """The fields of a call whose note was not handed over."""
    return {"note": text, "note_revision": 1, **fields}


def handed_over(text: str, at: datetime, **fields: Any) -> dict[str, Any]:
    """The fields of a call that is in DATEV with its note."""
    arrived = {"note_revision": 1, "note_sent_revision": 1, "note_in_datev_revision": 1}
    return {"note": text, "journalled": True, "in_datev_at": at, **arrived, **fields}


def waiting(text: str, **fields: Any) -> dict[str, Any]:
    """The fields of a call whose note is on its way."""
    sent = {"note_revision": 1, "note_sent_revision": 1, "journalled": True, "wanted": True}
    return {"note": text, "live": Live.BROKEN, "live_sent": Live.BROKEN, **sent, **fields}


def after(age_min: float) -> datetime:
    """When a call that began so long before noon has come to DATEV."""
    return NOON - timedelta(minutes=age_min - 4)


def many(count: int) -> list[Call]:
    """So many calls, newest first."""
    return [
        call(f"call-{index:06}", age_min=index + 1, person=person(f"Nummer {index:06}"))
        for index in range(count)
    ]


def a_day() -> list[Call]:
    """What an office has in its journal, newest first, every state once at least."""
    koehler = person("Köhler, Grażyna", "14711")
    bakery = person("Bäckerei Süßmüller & Söhne GmbH & Co. KG Groß- und Einzelhandel", "20815")
    number: dict[str, Any] = {"number": "00491712345678", "e164": "+491712345678"}
    return [
        call("living", age_min=1, state=CallState.CONNECTED, outcome=None, ended_at=None,
             person=koehler),
        call("draft", age_min=12, person=koehler, **noted(
            "Fragt nach dem Bescheid für die Einkommensteuer 2025.\n"
            "Einspruch bis Monatsende prüfen, Herr Schäfer ruft zurück.")),
        call("missed", age_min=33, **missed(), **number, person=bakery),
        call("waiting", age_min=58, direction=Direction.OUTGOING, person=bakery, **waiting(
            "Lohnabrechnung: neue Mitarbeiterin ab dem Ersten, Stammdaten schickt Frau Özdemir.")),
        call("stranger", age_min=75, number="0043158000", e164="+43158000", known=Known.NOBODY),
        call("elsewhere", age_min=90, outcome=Outcome.ANSWERED_ELSEWHERE, connected_at=None,
             person=person("Finanzamt Karlsruhe-Durlach", source=Source.INSTITUTION)),
        call("withheld", age_min=130, number="", e164=None, **missed(), known=Known.NOBODY),
        call("done", age_min=1500, person=person("Dr. Åkerström-Weiß, Zoë", "10234"),
             **handed_over("Termin zur Bilanzbesprechung verschoben auf Donnerstag.", after(1500))),
        call("unreached", age_min=1620, direction=Direction.OUTGOING, connected_at=None,
             outcome=Outcome.UNREACHED, in_datev_at=after(1620), person=koehler),
        *(
            call(f"old-{index}", age_min=3000 + 97 * index,
                 person=person(f"{name}, {first}", str(10300 + index)),
                 **(missed() if index % 4 == 3 else {}),
                 **handed_over(
                     "" if index % 3 else "Unterlagen kommen per Post.", after(3000 + 97 * index)
                 ))
            for index, (name, first) in enumerate(_NAMES * 3)
        ),
    ]  # fmt: skip


def contacts() -> list[Contact]:
    """Who can be found in the contact index."""
    return [
        Contact(
            ref=ContactRef(source, name),
            name=name,
            client_number=client,
            client_state=ClientState.ACTIVE if client else ClientState.NONE,
        )
        for name, client, source in (
            ("Müller, Jörg", "10234", Source.DATEV),
            ("Müllerschön Steuerungstechnik GmbH", "10871", Source.DATEV),
            ("Müller, Annegret (Hausverwaltung)", "", Source.STARFACE),
            ("Finanzamt Müllheim", "", Source.INSTITUTION),
        )
    ]


_NAMES = [
    ("Eichholz", "Dieter"), ("Schönbeck", "Çiğdem"), ("Großmann", "Anna"), ("Uhl", "René"),
    ("Pfändler", "Sönke"), ("Steinhofer", "Ute"), ("Zieg", "Käthe"),
]  # fmt: skip
