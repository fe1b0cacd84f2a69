"""Compares what a connector told in its stream with what the desk does when a bundle is played."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from datev_connector.app.running.stream import event_of
from datev_connector.app.support_bundle.replay import recording_in, replay
from datev_connector.datev.wire import record_fields
from datev_connector.domain import effects
from datev_connector.engine.news import News
from datev_connector.engine.recording import Recording

COMPARED = ("call", "window", "choose", "dial", "error")
TOLD = (
    effects.CallChanged,
    effects.Window,
    effects.AskWho,
    effects.DialReported,
    effects.TellUser,
)
PERSONAL = ("number", "name", "pbx_call", "at", "text", "reason")

Event = Mapping[str, Any]


def assert_played_again(bundle: Path, events: Iterable[Event], least: int) -> Recording:
    """The desk does from the bundle alone what it did; `least`: so much must have happened."""
    recording, told = recording_in(bundle), list(events)
    assert not recording.begins_in_the_middle
    played = list(_effects(recording))
    seen = [_shown(event) for event in told if event["event"] in COMPARED]
    again = [_shown(event) for at, effect in played if (event := _event(at, effect)) is not None]
    assert again == seen
    assert len(seen) >= least
    sent = [event for event in told if event["event"] == "datev"]
    assert Counter(
        (effect.method.value, effect.call, effect.record.state.value)
        for _, effect in played
        if isinstance(effect, effects.Notify)
    ) == Counter(
        (event["method"], event["call"], event["record"]["CallState"])
        for event in sent
        if event["result"] != "queued"
    )
    queued = Counter(effect.call for _, effect in played if isinstance(effect, effects.Queued))
    assert queued == Counter(event["call"] for event in sent if event["result"] == "queued")
    return recording


def _effects(recording: Recording) -> Iterator[tuple[datetime, effects.Effect]]:
    for event, made in replay(recording):
        if event is not None:
            at = event.at
        else:
            assert recording.restored is not None
            at = recording.restored.at
        yield from ((at, effect) for effect in made)


def _event(at: datetime, effect: effects.Effect) -> Event | None:
    if not isinstance(effect, TOLD):
        return None
    return event_of(News(at, effect), lambda record: record_fields(record, None))


def _shown(event: Event) -> str:
    """What an event says beside numbers, names and ids of others, for which there are stand-ins."""
    plain = {name: value for name, value in event.items() if name not in PERSONAL}
    if "match" in plain:
        contact = plain["match"]["contact"]
        plain["match"] = {**plain["match"], "contact": contact is not None}
    if "candidates" in plain:
        plain["candidates"] = [one["source"] for one in plain["candidates"]]
    return json.dumps(plain, sort_keys=True)
