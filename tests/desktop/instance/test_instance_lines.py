from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.instance_lines import (
    LONGEST_LINE,
    PROTOCOL,
    Message,
    NotUnderstood,
    Wish,
    answer_line,
    greeting_line,
    message_line,
    read_answer,
    read_greeting,
    read_message,
)


@given(st.sampled_from(Wish), st.text(max_size=300))
def test_what_is_said_is_understood(wish: Wish, text: str) -> None:
    message = Message(wish=wish, text=text)
    line = message_line(message)
    assert read_message(line) == message
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")


@given(st.integers(1, 2**32 - 1), st.booleans())
def test_greeting_and_answer_are_understood(pid: int, taken: bool) -> None:
    assert read_greeting(greeting_line(pid)) == pid
    assert read_answer(answer_line(taken=taken)) is taken


@given(st.binary(max_size=200))
def test_garbage_is_not_understood_and_harms_nobody(line: bytes) -> None:
    for read in (read_message, read_greeting, read_answer):
        with pytest.raises(NotUnderstood):
            read(line)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"wish": "show"},
        {"protocol": PROTOCOL + 1, "wish": "show"},
        {"protocol": str(PROTOCOL), "wish": "show"},
        {"protocol": True, "wish": "show"},
        {"protocol": PROTOCOL, "wish": "stop"},
        {"protocol": PROTOCOL, "wish": ["show"]},
        {"protocol": PROTOCOL, "wish": "dial", "text": 110},
        {"protocol": PROTOCOL, "wish": "dial", "text": None},
        [PROTOCOL, "show"],
    ],
)
def test_other_versions_and_wishes_are_not_understood(fields: object) -> None:
    with pytest.raises(NotUnderstood):
        read_message(json.dumps(fields).encode())


@pytest.mark.parametrize("pid", [0, -1, True, "12", 1 << 32, None])
def test_a_greeting_without_a_process_is_not_understood(pid: object) -> None:
    with pytest.raises(NotUnderstood):
        read_greeting(json.dumps({"protocol": PROTOCOL, "pid": pid}).encode())


def test_a_line_that_is_too_long_is_not_read() -> None:
    line = message_line(Message(wish=Wish.DIAL, text="1" * LONGEST_LINE))
    with pytest.raises(NotUnderstood, match="too long"):
        read_message(line)


def test_nested_garbage_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        read_message(b"[" * 4000)
