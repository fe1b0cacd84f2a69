"""Every state of a call window that is worth a picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from datev_connector.desktop.call_window.chooser import ChooserWindow
from datev_connector.desktop.call_window.window import CallWindow
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.calls import Call, CallState, Direction, Known, Outcome
from datev_connector.domain.contacts import Rule, Source
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.rules import NOTE_LIMIT
from datev_connector.domain.wording import sentence, worded
from tests.desktop.call_window.people import (
    NOON,
    asked,
    call,
    connected,
    contact,
    ended,
    person,
    unknown,
)

NOTE = (
    "Frau Grünewald bittet um Rückruf wegen der Umsatzsteuervoranmeldung Oktober.\n"
    "Belege kommen morgen per Post."
)


def noted(**more: Any) -> dict[str, Any]:
    return {"note": NOTE, "note_revision": 4, **more}


def scenes(surroundings: Surroundings) -> Iterator[tuple[str, QWidget]]:
    for name, one in calls():
        yield f"call-{name}", window_of(one, surroundings)
    yield "call-search", searching(surroundings)
    yield "call-error", with_error(surroundings)
    yield "call-leg-down", with_leg_down(surroundings)
    yield "call-chooser", ChooserWindow(surroundings, asked(4))


def calls() -> Iterator[tuple[str, Call]]:
    stem = person("d1", "Autohaus Weiß & Söhne KG", rule=Rule.COMPANY_STEM)
    yield (
        "ringing",
        call(
            person=stem,
            pbx_name="Weiß Autohaus",
            group="Sekretariat",
            number="0049721123450",
            e164="+4972112345217",
        ),
    )
    yield "ringing-unknown", unknown()
    yield "ringing-withheld", unknown(number="", e164=None)
    yield "connected-note", connected(**noted())
    yield "held", connected(state=CallState.HELD, known=Known.LEARNED)
    yield "ended-draft", ended(**noted())
    yield "missed", ended(outcome=Outcome.MISSED, connected_at=None)
    yield "waits-for-end", connected(**noted(note_wanted=True, wanted_revision=4, wanted=True))
    yield "waits-for-datev", ended(**noted(note_sent_revision=4, journalled=True))
    yield (
        "in-datev",
        ended(
            **noted(note_sent_revision=4, note_in_datev_revision=4, journalled=True),
            in_datev_at=NOON - timedelta(minutes=2),
        ),
    )
    yield "too-long", connected(note="Sehr geehrte " * (NOTE_LIMIT // 12), note_revision=1)
    yield "asks-3", asked(3)
    yield "asks-9", asked(9)
    yield "long-name", call(person=person("d5", LONG_NAME), known=Known.CHOSEN)
    yield (
        "from-datev",
        call(
            direction=Direction.OUTGOING,
            state=CallState.DIALLING,
            from_datev=True,
            known=Known.GIVEN,
            person=person("i1", "Finanzamt Karlsruhe-Durlach", Source.INSTITUTION),
        ),
    )
    yield (
        "named-by-pbx",
        connected(
            person=person("pbx:1", "Café Größenwahn", Source.STARFACE),
        ),
    )


LONG_NAME = "Grünewald Immobilienverwaltungs- und Beteiligungsgesellschaft mbH & Co. KG Süd"


def window_of(one: Call, surroundings: Surroundings) -> CallWindow:
    window = CallWindow(surroundings)
    window.begin(one, one.note_revision)
    window.show_legs({}, others_talk=False)
    window.resize(window.sizeHint())
    return window


def searching(surroundings: Surroundings) -> CallWindow:
    office: Any = surroundings.office
    office.people.contacts = [
        contact("d1", "Müller, Hannelore", number="10411"),
        contact("d2", "Müller & Partner Steuerungstechnik GmbH", number="10877, 10878"),
        contact("i3", "Müllabfuhr Karlsruhe", Source.INSTITUTION),
        contact("s4", "Müller Handy", Source.STARFACE),
    ]
    office.people.used = {"d2": NOON - timedelta(days=1), "s4": NOON - timedelta(days=40)}
    window = window_of(unknown(), surroundings)
    window.head.other.click()
    assert window.panel is not None
    window.panel.search.setText("Mül")
    return window


def with_error(surroundings: Surroundings) -> CallWindow:
    window = window_of(ended(), surroundings)
    reason = worded("there is no connection to the phone system; try again when it is back")
    say, tell = surroundings.language.say, surroundings.language.tell
    window.tell(say("Not dialled: {reason}", reason=tell(sentence(reason))))
    return window


def with_leg_down(surroundings: Surroundings) -> CallWindow:
    window = window_of(ended(**noted(note_sent_revision=4, journalled=True)), surroundings)
    since = NOON - timedelta(minutes=1)
    report = LegReport(leg=Leg.DATEV, state=LegState.DOWN, since=since, reason="away")
    window.show_legs({Leg.DATEV: report}, others_talk=False)
    return window
