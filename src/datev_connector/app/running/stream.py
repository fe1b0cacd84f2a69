"""The headless stream: news as JSON objects, one a line, and commands read from lines.

This is a contract for other programs: names and values may be added, not changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datev_connector.app.settings.sections import LogLevel
from datev_connector.domain.calls import Call, Outcome
from datev_connector.domain.contacts import ContactRef, Rule, Source
from datev_connector.domain.effects import (
    AskWho,
    CallChanged,
    DialReported,
    Queued,
    TellUser,
    Window,
)
from datev_connector.domain.legs import LegReport
from datev_connector.domain.record import Delivery, Method
from datev_connector.engine.news import DatevTold, NoteKept

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from datev_connector.app.log_levels import LevelStanding
    from datev_connector.domain.calls import Person
    from datev_connector.domain.record import CallRecord
    from datev_connector.engine.news import Matter, News

Json = dict[str, Any]

_RESULTS = {
    Delivery.CONFIRMED: "confirmed",
    Delivery.REFUSED: "refused",
    Delivery.AWAY: "queued",
    Delivery.UNCLEAR: "queued",
    Delivery.OVERDUE: "queued",
}


def event_of(news: News, fields: Callable[[CallRecord], Json]) -> Json | None:
    """Return the event for a piece of news, or None for one that the stream does not tell.

    `fields` words a record with the eleven field names of DATEV.
    """
    body = _body(news.matter, fields)
    return None if body is None else {"event": body.pop("event"), "at": _iso(news.at), **body}


def _body(  # noqa: PLR0911 - one line a matter
    matter: Matter, fields: Callable[[CallRecord], Json]
) -> Json | None:
    match matter:
        case LegReport():
            return _leg(matter)
        case CallChanged(call):
            return {"event": "call", **_call(call)}
        case Window(action, call):
            return {"event": "window", "action": action.value, **_window(call)}
        case AskWho(call_id, candidates):
            people = [_person(person) for person in candidates]
            return {"event": "choose", "call": call_id, "candidates": people}
        case DatevTold():
            return _told(matter, fields)
        case Queued():
            return {
                "event": "datev",
                "method": Method.NEW_JOURNAL.value,
                "call": matter.call,
                "record": fields(matter.record),
                "result": "queued",
                "hresult": 0,
            }
        case DialReported():
            answer = (
                {"call": matter.call} if matter.refused is None else {"refused": matter.refused}
            )
            return {"event": "dial", "number": matter.number, **answer}
        case TellUser(text, about):
            return {"event": "error", "text": text, **({"call": about} if about else {})}
        case NoteKept():
            return None


def log_event(standing: LevelStanding, at: datetime) -> Json:
    """Return the event that tells how much the log tells from now on."""
    until = None if standing.until is None else _iso(standing.until)
    return {"event": "log", "at": _iso(at), "level": standing.level.value, "until": until}


def bundle_event(file: Path, at: datetime) -> Json:
    """Return the event that tells of a support bundle that is written."""
    return {"event": "bundle", "at": _iso(at), "file": str(file)}


def _leg(report: LegReport) -> Json:
    return {
        "event": "leg",
        "leg": report.leg.value,
        "state": report.state.value,
        "reason": report.reason,
        "since": _iso(report.since),
        "mender": report.mender.value,
        "remedy": report.remedy,
    }


def _call(call: Call) -> Json:
    body: Json = {
        "call": call.call,
        "pbx_call": call.pbx_call,
        "state": call.state.value,
        "direction": call.direction.value,
        "number": call.e164 or call.number,
        "internal": call.internal,
        "name": call.name,
        "match": {
            "rule": (call.rule or Rule.NONE).value,
            "contact": call.person.ref.id if call.person else None,
            "candidates": len(call.candidates),
        },
        "known": call.known.value,
        "began": _iso(call.began_at),
    }
    if call.connected_at is not None:
        body["connected"] = _iso(call.connected_at)
    if not call.active:
        body["outcome"] = (call.outcome or Outcome.MISSED).value
        body["ended"] = _iso(call.ended_at or call.last_seen_at)
    return body


def _window(call: Call) -> Json:
    return {
        "call": call.call,
        "state": call.state.value,
        "name": call.name,
        "draft": call.is_draft,
        "note": _note_state(call),
        "in_datev": _iso(call.in_datev_at) if call.in_datev_at else None,
    }


def _note_state(call: Call) -> str:
    """Word how far the note has come; `waiting` is for the end of the call."""
    if not call.note.strip():
        return "none"
    if call.note_wanted and call.wanted_revision == call.note_revision:
        return "waiting"
    return "draft" if call.is_draft else "handed-over"


def _person(person: Person) -> Json:
    return {
        "id": person.ref.id,
        "source": person.ref.source.value,
        "name": person.name,
        "number": person.number,
    }


def _told(told: DatevTold, fields: Callable[[CallRecord], Json]) -> Json:
    return {
        "event": "datev",
        "method": told.method.value,
        "call": told.call,
        "record": fields(told.record),
        "result": _RESULTS[told.delivery],
        "hresult": told.hresult,
    }


def _iso(at: datetime) -> str:
    return at.astimezone().isoformat(timespec="milliseconds")


# --- commands -----------------------------------------------------------------------------------


class CommandError(Exception):
    """A line that is no command; the text says what is wrong and what is expected."""

    def __init__(self, text: str, call: str | None = None) -> None:
        """`call`: the one that the command was for, where there is such a call."""
        super().__init__(text)
        self.call = call


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its name and the fields it brought."""

    name: str
    call: str = ""
    text: str = ""
    number: str = ""
    contact: ContactRef | str | None = None
    """An id, or source and id; None: nobody of those offered."""
    remember: bool = True
    level: LogLevel | None = None
    """None: as the settings want it."""
    file: str = ""


AS_SET = "settings"
"""In the place of a level: the log goes by the settings again."""
_FIELDS: dict[str, tuple[str, ...]] = {
    "note": ("call", "text"),
    "transfer": ("call",),
    "choose": ("call",),
    "dial": ("number",),
    "hangup": ("call",),
    "open": ("call",),
    "close": ("call",),
    "retry": (),
    "log": ("level",),
    "bundle": ("file",),
    "quit": (),
}


def read_command(line: str) -> Command:
    """Read one line. Raise `CommandError` for anything but a known command with its fields."""
    try:
        line.encode()
        body = json.loads(line)
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as fault:
        msg = 'not a JSON object in whole characters; an example: {"command": "quit"}'
        raise CommandError(msg) from fault
    if not isinstance(body, dict):
        msg = "a command is a JSON object"
        raise CommandError(msg)
    name = body.get("command")
    if not isinstance(name, str) or name not in _FIELDS:
        msg = f"unknown command {name!r}; known are {', '.join(_FIELDS)}"
        raise CommandError(msg)
    for field in _FIELDS[name]:
        if not isinstance(body.get(field), str):
            msg = f"{name}: the field {field!r} must be a string"
            raise CommandError(msg)
    return Command(
        name=name,
        call=body.get("call", "") if isinstance(body.get("call"), str) else "",
        text=body["text"] if name == "note" else "",
        number=body["number"] if name == "dial" else "",
        contact=_contact(body) if name == "choose" else None,
        remember=body.get("remember") is not False,
        level=_level(body["level"]) if name == "log" else None,
        file=body["file"] if name == "bundle" else "",
    )


def _level(text: str) -> LogLevel | None:
    if text == AS_SET:
        return None
    try:
        return LogLevel(text)
    except ValueError as fault:
        msg = f"log: 'level' must be one of {', '.join(LogLevel)}, or {AS_SET!r}"
        raise CommandError(msg) from fault


def _contact(body: Json) -> ContactRef | str | None:
    given: Any = body.get("contact")
    named: Json = given if isinstance(given, dict) else {"id": given, "source": body.get("source")}
    contact, source = named.get("id"), named.get("source")
    if contact is not None and not isinstance(contact, str):
        msg = "choose: 'contact' must be the id of a contact, or null for nobody"
        raise CommandError(msg)
    if contact is None or source is None:
        return contact
    try:
        return ContactRef(Source(source), contact)
    except ValueError as fault:
        msg = f"choose: unknown source {source!r}"
        raise CommandError(msg) from fault
