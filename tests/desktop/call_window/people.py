"""Calls and contacts of an office in Karlsruhe, as the desk tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from datev_connector.domain.calls import Call, CallState, Direction, Known, Outcome, Person
from datev_connector.domain.contacts import ClientState, Contact, ContactRef, Rule, Source
from datev_connector.domain.effects import CallChanged, Window, WindowAction
from datev_connector.engine.news import News, NoteKept

NOON = datetime(2026, 11, 23, 13, 3, tzinfo=UTC)
NUMBER = "+4972112345678"


def person(id_: str, name: str, source: Source = Source.DATEV, **more: Any) -> Person:
    given: dict[str, Any] = {"number": "0721 12345-0", "rule": Rule.EXACT, **more}
    if source is Source.DATEV and "client_number" not in given:
        given |= {"client_number": "10234", "client_state": ClientState.ACTIVE}
    return Person(ref=ContactRef(source, id_), name=name, **given)


GARDENER = person("d1", "Blumenhaus Grünewald GmbH")


def call(id_: str = "c1", **more: Any) -> Call:
    given: dict[str, Any] = {
        "direction": Direction.INCOMING,
        "state": CallState.RINGING,
        "rang": True,
        "number": "004972112345678",
        "e164": NUMBER,
        "began_at": NOON - timedelta(seconds=4),
        "last_seen_at": NOON,
        "known": Known.AUTOMATIC,
        "rule": Rule.EXACT,
        "person": GARDENER,
        "candidates": (GARDENER,),
        "datev_hits": 1,
        **more,
    }
    return Call(call=id_, pbx_call=f"pbx-{id_}", **given)


def unknown(id_: str = "c1", **more: Any) -> Call:
    nobody: dict[str, Any] = {
        "known": Known.NOBODY,
        "rule": Rule.NONE,
        "person": None,
        "candidates": (),
        "datev_hits": 0,
    }
    return call(id_, **{**nobody, **more})


def asked(count: int, id_: str = "c1", **more: Any) -> Call:
    people = tuple(person(f"d{n}", name, source) for n, (name, source) in enumerate(NAMES[:count]))
    given: dict[str, Any] = {
        "known": Known.ASKED,
        "person": None,
        "candidates": people,
        "datev_hits": sum(one.ref.source.in_datev for one in people),
    }
    return call(id_, **{**given, **more})


NAMES = (
    ("Blumenhaus Grünewald GmbH", Source.DATEV),
    ("Grünewald, Änne", Source.DATEV),
    ("Finanzamt Karlsruhe-Durlach", Source.INSTITUTION),
    ("Grünewald Mobil", Source.STARFACE),
    ("Wohnungseigentümergemeinschaft Kaiserallee 117", Source.DATEV),
    ("Grünewald Immobilienverwaltungs- und Beteiligungsgesellschaft mbH & Co. KG", Source.DATEV),
    ("Dr. Özgür Yıldız", Source.STARFACE),
    ("AOK Baden-Württemberg", Source.INSTITUTION),
    ("Grünewald, Jörg", Source.DATEV),
    ("Zahnarztpraxis Weiß", Source.DATEV),
)


def connected(id_: str = "c1", talked_s: float = 187, **more: Any) -> Call:
    given: dict[str, Any] = {
        "state": CallState.CONNECTED,
        "began_at": NOON - timedelta(seconds=talked_s + 6),
        "connected_at": NOON - timedelta(seconds=talked_s),
    }
    return call(id_, **{**given, **more})


def ended(id_: str = "c1", **more: Any) -> Call:
    given: dict[str, Any] = {
        "state": CallState.ENDED,
        "outcome": Outcome.ANSWERED,
        "began_at": NOON - timedelta(minutes=9),
        "connected_at": NOON - timedelta(minutes=8),
        "ended_at": NOON - timedelta(minutes=3),
    }
    return call(id_, **{**given, **more})


def contact(id_: str, name: str, source: Source = Source.DATEV, number: str = "10234") -> Contact:
    return Contact(
        ref=ContactRef(source, id_),
        name=name,
        client_number=number if source is Source.DATEV else "",
    )


def opens(one: Call, at: datetime = NOON) -> tuple[News, News]:
    """The desk opens the window of a call by itself."""
    return News(at, CallChanged(one)), News(at, Window(WindowAction.OPEN, one))


def opened(one: Call, at: datetime = NOON) -> News:
    """The desk opens the window of a call because a person asked for it."""
    return News(at, Window(WindowAction.OPEN, one))


def updated(one: Call, at: datetime = NOON) -> News:
    return News(at, Window(WindowAction.UPDATE, one))


def closed(one: Call, at: datetime = NOON) -> News:
    return News(at, Window(WindowAction.CLOSE, one))


def kept(one: Call, at: datetime = NOON) -> News:
    return News(at, NoteKept(call=one.call, revision=one.note_revision))
