"""What two starts of the program say to each other: one JSON line each way. Pure.

The first instance greets with its process id, before it has been asked for anything: Windows lets
a window come to the front only where the process that the person has just started allows it.

    first    {"protocol": 1, "pid": 4711}
    second   {"protocol": 1, "wish": "dial", "text": "tel:+497219876"}
    first    {"protocol": 1, "taken": true}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

PROTOCOL = 1
LONGEST_LINE = 4096
"""Bytes, with the end of the line."""


class Wish(StrEnum):
    """What a second start wants of the first instance."""

    SHOW = "show"
    DIAL = "dial"
    QUIT = "quit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a second start was started for."""

    wish: Wish = Wish.SHOW
    text: str = ""
    """The link or number of `DIAL`, as it was given."""


class NotUnderstood(Exception):
    """A line that is none of ours, or of another version; the text says why."""


def greeting_line(pid: int) -> bytes:
    """Word the greeting of the first instance."""
    return _line({"pid": pid})


def message_line(message: Message) -> bytes:
    """Word a message."""
    return _line({"wish": message.wish.value, "text": message.text})


def answer_line(*, taken: bool) -> bytes:
    """Word the answer to a message."""
    return _line({"taken": taken})


def read_greeting(line: bytes) -> int:
    """Return the process id of the first instance. Raises NotUnderstood."""
    pid = _read(line).get("pid")
    if type(pid) is not int or not 0 < pid < 1 << 32:
        raise NotUnderstood("it names no process")
    return pid


def read_message(line: bytes) -> Message:
    """Return what the second start wants. Raises NotUnderstood."""
    fields = _read(line)
    wish, text = fields.get("wish"), fields.get("text", "")
    if not isinstance(wish, str) or wish not in set(Wish):
        raise NotUnderstood("the wish is unknown")
    if not isinstance(text, str):
        raise NotUnderstood("the text is none")
    return Message(wish=Wish(wish), text=text)


def read_answer(line: bytes) -> bool:
    """Return whether the message was taken. Raises NotUnderstood."""
    return _read(line).get("taken") is True


def _line(fields: dict[str, object]) -> bytes:
    return json.dumps({"protocol": PROTOCOL, **fields}).encode() + b"\n"


def _read(line: bytes) -> dict[str, object]:
    if len(line) > LONGEST_LINE:
        raise NotUnderstood("the line is too long")
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise NotUnderstood("the line is no JSON") from fault
    if not isinstance(fields, dict):
        raise NotUnderstood("the line is no object")
    if type(fields.get("protocol")) is not int or fields["protocol"] != PROTOCOL:
        raise NotUnderstood("the protocol has another version")
    return fields
