"""What other programs rely on in the headless stream, as a judge of its events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

Event = dict[str, Any]

LEGS = {
    "starface",
    "datev",
    "contacts.datev",
    "contacts.starface",
    "module",
    "licence",
    "store",
}
RULES = {"exact", "company-stem", "completed-local", "none"}
OUTCOMES = {"answered", "missed", "answered_elsewhere", "unreached"}
TEXTS = ("CallID", "SyncID", "Adressatenname", "AdressatenId", "DataSource", "CalledNumber", "Note")
TIMES = ("Begin", "End")
ENUMS = {"Direction": {1, 2}, "CallState": {0, 1, 2, 3}}
METHODS = {"NewCall", "CallStateChanged", "CallAdressatChanged", "NewJournal"}


def breaches(events: Iterable[Event]) -> list[str]:
    """Everything in these events that the contract does not allow."""
    found = []
    for event in events:
        found += [f"{problem}: {event}" for problem in _problems(event)]
    return found


def _problems(event: Event) -> list[str]:
    judge = _JUDGES.get(str(event.get("event")))
    if judge is None:
        return ["unknown event"]
    problems = [] if _is_time(event.get("at"), zoned=True) else ["'at' is no time with zone"]
    return problems + judge(event)


def _leg(event: Event) -> list[str]:
    return [
        *_one_of(event, "leg", LEGS),
        *_one_of(event, "state", {"up", "down", "degraded"}),
        *_text(event, "reason", filled=True),
    ]


def _call(event: Event) -> list[str]:
    ended = event.get("state") == "ended"
    problems = [
        *_text(event, "call", filled=True),
        *_text(event, "pbx_call", filled=True),
        *_one_of(event, "state", {"ringing", "dialling", "connected", "held", "ended"}),
        *_one_of(event, "direction", {"incoming", "outgoing"}),
        *_text(event, "number"),
        *_text(event, "name"),
        *_match(event.get("match")),
        *(_one_of(event, "outcome", OUTCOMES) if ended else []),
    ]
    if not isinstance(event.get("internal"), bool):
        problems.append("'internal' is no boolean")
    if not ended and "outcome" in event:
        problems.append("an outcome before the end")
    return problems


def _match(match: Any) -> list[str]:
    if not isinstance(match, dict):
        return ["no 'match'"]
    problems = _one_of(match, "rule", RULES)
    if match.get("contact", 0) is not None:
        problems += _text(match, "contact", filled=True)
    if type(match.get("candidates")) is not int:
        problems.append("'candidates' is no count")
    return problems


def _window(event: Event) -> list[str]:
    return [
        *_one_of(event, "action", {"open", "update", "close"}),
        *_text(event, "call", filled=True),
    ]


def _choose(event: Event) -> list[str]:
    problems = _text(event, "call", filled=True)
    candidates = event.get("candidates")
    if not isinstance(candidates, list) or not candidates:
        return [*problems, "no candidates"]
    for candidate in candidates:
        problems += _text(candidate, "id", filled=True)
        problems += _one_of(candidate, "source", {"datev", "institution", "starface"})
        problems += _text(candidate, "name")
        problems += _text(candidate, "number")
    return problems


def _datev(event: Event) -> list[str]:
    problems = [
        *_one_of(event, "method", METHODS),
        *_text(event, "call", filled=True),
        *_one_of(event, "result", {"confirmed", "queued", "refused"}),
        *record_problems(event.get("record")),
    ]
    if type(event.get("hresult")) is not int:
        problems.append("'hresult' is no integer")
    return problems


def record_problems(record: Any) -> list[str]:
    """What is wrong with the eleven fields."""
    if not isinstance(record, dict):
        return ["no record"]
    wanted = {*TEXTS, *TIMES, *ENUMS}
    problems = [] if set(record) == wanted else [f"fields differ by {set(record) ^ wanted}"]
    for name in TEXTS:
        problems += _text(record, name)
    for name in TIMES:
        if not _is_time(record.get(name), zoned=False):
            problems.append(f"{name!r} is no local time without zone")
    for name, values in ENUMS.items():
        if type(record.get(name)) is not int or record[name] not in values:
            problems.append(f"{name!r} is {record.get(name)!r}")
    return problems


def _dial(event: Event) -> list[str]:
    problems = _text(event, "number")
    if ("call" in event) is ("refused" in event):
        problems.append("neither or both of 'call' and 'refused'")
    return problems + _text(event, "call" if "call" in event else "refused", filled=True)


def _error(event: Event) -> list[str]:
    return _text(event, "text", filled=True)


def _log(event: Event) -> list[str]:
    problems = _one_of(event, "level", {"error", "warning", "info", "debug", "trace"})
    until = event.get("until", "")
    detailed = event.get("level") in {"debug", "trace"}
    if (until is not None) is not detailed or (detailed and not _is_time(until, zoned=True)):
        problems.append("'until' is not the end of a detailed level")
    return problems


def _bundle(event: Event) -> list[str]:
    return _text(event, "file", filled=True)


_JUDGES: dict[str, Callable[[Event], list[str]]] = {
    "leg": _leg,
    "call": _call,
    "window": _window,
    "choose": _choose,
    "datev": _datev,
    "dial": _dial,
    "error": _error,
    "log": _log,
    "bundle": _bundle,
}


def _text(event: Event, name: str, *, filled: bool = False) -> list[str]:
    value = event.get(name)
    if not isinstance(value, str):
        return [f"{name!r} is no text"]
    return [f"{name!r} is empty"] if filled and not value.strip() else []


def _one_of(event: Event, name: str, values: set[str]) -> list[str]:
    return [] if event.get(name) in values else [f"{name!r} is {event.get(name)!r}"]


def _is_time(value: Any, *, zoned: bool) -> bool:
    try:
        return (datetime.fromisoformat(value).tzinfo is not None) is zoned
    except (TypeError, ValueError):
        return False
