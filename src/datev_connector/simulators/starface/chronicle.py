"""What really happened at the PBX: requests, pushed events, and the true story of every call.

The connector is judged against this record, so nothing here is taken from a client.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """How a call ended, as somebody standing beside it would say."""

    OPEN = "open"
    ANSWERED = "answered"
    MISSED = "missed"
    ANSWERED_ELSEWHERE = "answered elsewhere"
    REJECTED = "rejected"
    BUSY = "busy"
    UNREACHED = "unreached"
    VOICEMAIL = "voicemail"
    FORWARDED = "forwarded"
    LOST = "lost by restart"


@dataclass(slots=True, kw_only=True)
class CallStory:
    """One call from beginning to end. Times are true UTC, whatever the PBX clock showed."""

    call_id: str
    caller_number: str
    caller_name: str
    called_number: str
    called_name: str
    users: tuple[str, ...]
    started_at: datetime
    group_id: str = ""
    click_to_dial: bool = False
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: str = ""
    ended_at: datetime | None = None
    outcome: Outcome = Outcome.OPEN
    remarks: list[str] = field(default_factory=list)

    @property
    def talked_s(self) -> float:
        """Seconds between answer and end; 0.0 without either."""
        if self.answered_at is None or self.ended_at is None:
            return 0.0
        return (self.ended_at - self.answered_at).total_seconds()


class Door(StrEnum):
    """Which way a request came or an event went."""

    HTTP = "http"
    XMPP = "xmpp"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """A request that reached the PBX. `outcome`: `ok`, or what went wrong."""

    at: datetime
    method: str
    login: str
    outcome: str
    door: Door = Door.HTTP


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRecord:
    """An event sent to a client.

    `status`: the HTTP status, or 0 when it could not be delivered; over XMPP 200 when the client
    answered it, and `outcome` says why it did not count as delivered: `no answer`, or the
    condition of the error that came back.
    """

    at: datetime
    login: str
    method: str
    call_id: str
    state: str
    status: int
    outcome: str = ""
    door: Door = Door.HTTP


class Chronicle:
    """Everything the PBX saw, in order. The newest `remembered` requests and events are kept."""

    def __init__(self, remembered: int) -> None:
        self.requests: deque[RequestRecord] = deque(maxlen=remembered)
        self.pushes: deque[PushRecord] = deque(maxlen=remembered)
        self.calls: deque[CallStory] = deque(maxlen=remembered)
        self.request_counts: Counter[str] = Counter()
        self._changed = asyncio.Event()

    def note_request(self, record: RequestRecord) -> None:
        """Keep a request."""
        self.requests.append(record)
        self.request_counts[record.method] += 1
        self.touch()

    def note_push(self, record: PushRecord) -> None:
        """Keep a delivery."""
        self.pushes.append(record)
        self.touch()

    def note_call(self, story: CallStory) -> None:
        """Keep a call; its story is filled in while it goes on."""
        self.calls.append(story)
        self.touch()

    def touch(self) -> None:
        """Wake everybody who waits for something to happen."""
        self._changed.set()

    async def until(self, condition: Callable[[], bool], timeout_s: float = 30.0) -> None:
        """Return once `condition()` holds; it is looked at after every happening.

        Raises TimeoutError after `timeout_s`.
        """
        async with asyncio.timeout(timeout_s):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def states_pushed(self, login: str, call_id: str | None = None) -> list[str]:
        """States delivered to this user, in order, of one call or of all."""
        return [
            push.state
            for push in self.pushes
            if push.login == login and call_id in (None, push.call_id) and push.status
        ]

    def table(self) -> list[dict[str, str]]:
        """One row a call, for printing: who called whom, when, and how it ended."""
        return [_row(story) for story in self.calls]


def _row(story: CallStory) -> dict[str, str]:
    return {
        "started": _clock(story.started_at),
        "from": _party(story.caller_number, story.caller_name),
        "to": _party(story.called_number, story.called_name),
        "group": story.group_id,
        "rang": _clock(story.rang_at),
        "answered": _clock(story.answered_at),
        "by": story.answered_by,
        "ended": _clock(story.ended_at),
        "talked": f"{story.talked_s:.0f} s" if story.answered_at else "",
        "outcome": story.outcome.value,
        "remarks": "; ".join(story.remarks),
    }


def _party(number: str, name: str) -> str:
    return f"{number or 'anonymous'} {name}".strip()


def _clock(at: datetime | None) -> str:
    return f"{at:%H:%M:%S}" if at else ""
