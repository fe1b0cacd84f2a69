"""A made-up journal: three years of calls of a busy office, each a function of its index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.contacts import office
from datev_connector.domain.calls import Call, CallState, Direction, Known, Live, Outcome, Person
from datev_connector.domain.contacts import ClientState, Rule

NEWEST = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
CALLERS = 9_000
"""So many people call, some of them often."""
NOTES = (
    "Rückruf wegen Umsatzsteuer-Voranmeldung, Unterlagen kommen per Post.",
    "Fragt nach dem Bescheid für die Einkommensteuer; Einspruch bis Monatsende prüfen.",
    "Lohnabrechnung: neue Mitarbeiterin ab dem Ersten, Stammdaten schickt Frau Özdemir.",
    "Termin zur Bilanzbesprechung verschoben auf Donnerstag, 10 Uhr.\nBitte Raum 2 vormerken.",
    "Betriebsprüfung angekündigt. Herr Schäfer ruft zurück.",
    "Grundsteuer: Wertfortschreibung, Aktenzeichen nachreichen.",
)


def calls(count: int) -> Iterator[Call]:
    """So many calls, oldest first, as an office keeps them."""
    return (_call(index, count - index) for index in range(count))


def _call(index: int, age: int) -> Call:
    """The call with this index; `age` of 1 is the latest one."""
    began_at = NEWEST - timedelta(minutes=15 * age, seconds=index * 37 % 60)
    missed, outgoing = index % 6 == 0, index % 5 == 1 and index % 6 != 0
    answered_at = None if missed else began_at + timedelta(seconds=9)
    return Call(
        call=f"5f0c2ad4-{index // 90:05}-{index:08}",
        pbx_call=f"{index:08x}-7d0c-4c1b-8a5e-{index:012x}",
        direction=Direction.OUTGOING if outgoing else Direction.INCOMING,
        state=CallState.ENDED,
        rang=True,
        began_at=began_at,
        connected_at=answered_at,
        ended_at=began_at + timedelta(seconds=20 + index * 131 % 900),
        last_seen_at=began_at,
        outcome=Outcome.MISSED if missed else Outcome.ANSWERED,
        known=Known.AUTOMATIC,
        owed=False,
        **_who(index),
        **_told(index, age, began_at),
    )


def _who(index: int) -> dict[str, Any]:
    # The square has some call more often than others.
    contact = office.contact(index * index * 31 % CALLERS)
    key = office.keys(index * index * 31 % CALLERS)[0]
    person = Person(
        ref=contact.ref,
        name=contact.name,
        number=contact.numbers[0].number,
        client_number=contact.client_number,
        client_state=ClientState.ACTIVE,
        rule=Rule.EXACT,
    )
    return {
        "number": f"00{key}",
        "e164": f"+{key}",
        "person": person,
        "candidates": (person,),
        "rule": Rule.EXACT,
    }


def _told(index: int, age: int, at: datetime) -> dict[str, Any]:
    """Two in three have a note; the latest are not all handed over."""
    noted = index % 3 != 2
    pending = age <= 40 and index % 4 == 0
    told: dict[str, Any] = {
        "live": Live.COMPLETE if not pending else Live.NEVER,
        "live_sent": Live.COMPLETE if not pending else Live.NEVER,
        "in_datev_at": None if pending else at + timedelta(minutes=1),
    }
    if noted:
        told |= {
            "note": NOTES[index % len(NOTES)],
            "note_revision": 3,
            "note_sent_revision": 0 if pending else 3,
            "journalled": not pending,
        }
    return told
