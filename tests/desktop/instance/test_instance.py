from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from datev_connector.desktop.instance import OneInstance, hand_over, instance_key
from datev_connector.desktop.instance_end import StillRuns, end_first
from datev_connector.desktop.instance_lines import LONGEST_LINE, Message, Wish

ROOT = Path(__file__).parents[3]
KEY = "0123456789abcdef"
DIAL = Message(wish=Wish.DIAL, text="tel:+49-721-9876")
PATIENCE_S = 20.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks at socket files")


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


class First:
    """A first instance in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def heard(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def started(key: str = KEY) -> Iterator[First]:
    here = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.instance.first_start", key],
        cwd=ROOT,
        env=here,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield First(process)
        finally:
            process.kill()


@pytest.fixture
def first() -> Iterator[First]:
    with started() as one:
        assert one.heard() == "first"
        yield one


def test_a_second_start_is_told_that_it_is_the_second(first: First) -> None:
    with started() as second:
        assert second.heard() == "second"
        assert second.process.wait(PATIENCE_S) == 0


def test_another_profile_has_an_instance_of_its_own(first: First) -> None:
    with started("another") as other:
        assert other.heard() == "first"


def test_a_second_start_hands_over_what_it_was_started_for(first: First) -> None:
    assert hand_over(KEY, Message(), PATIENCE_S)
    assert first.heard() == "show"
    assert hand_over(KEY, DIAL, PATIENCE_S)
    assert first.heard() == "dial 'tel:+49-721-9876'"


def test_many_second_starts_are_all_heard(first: First) -> None:
    def one(number: int) -> None:
        message = Message(wish=Wish.DIAL, text=str(number))
        taken.append(hand_over(KEY, message, PATIENCE_S))

    taken = list[bool]()
    starts = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert taken == [True] * 8
    assert sorted(first.heard() for _ in range(8)) == [f"dial '{n}'" for n in range(8)]


def test_without_a_first_instance_nothing_is_taken() -> None:
    assert not hand_over(KEY, Message(), 0.2)


def test_a_text_that_is_too_long_is_not_even_sent(first: First) -> None:
    long = Message(wish=Wish.DIAL, text="1" * LONGEST_LINE)
    assert not hand_over(KEY, long, PATIENCE_S)
    assert hand_over(KEY, Message(), PATIENCE_S)
    assert first.heard() == "show"


@pytest.mark.parametrize(
    "line",
    [
        b'{"protocol": 2, "wish": "show"}\n',
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x00\xff\n",
        b"\n",
        b"x" * (LONGEST_LINE + 1),
        b'{"protocol": 1, "wish": "dial", "text": "' + b"1" * LONGEST_LINE + b'"}\n',
    ],
)
def test_what_is_no_message_is_refused_without_harm(
    first: First, runtime: Path, line: bytes
) -> None:
    assert b'"taken": false' in said_to(runtime, line)
    assert hand_over(KEY, Message(), PATIENCE_S)
    assert first.heard() == "show"


def test_a_message_may_come_in_pieces(first: First, runtime: Path) -> None:
    with connected(runtime) as visitor, visitor.makefile("rwb") as lines:
        assert b'"pid"' in lines.readline()
        for piece in (b'{"protocol": 1, "wi', b'sh": "show"', b"}\n"):
            lines.write(piece)
            lines.flush()
        assert b'"taken": true' in lines.readline()
    assert first.heard() == "show"


def test_a_visitor_that_goes_without_a_word_harms_nobody(first: First, runtime: Path) -> None:
    with connected(runtime):
        pass
    assert hand_over(KEY, Message(), PATIENCE_S)
    assert first.heard() == "show"


def test_the_place_of_a_crashed_instance_is_taken_over(first: First, runtime: Path) -> None:
    first.process.kill()
    first.process.wait(PATIENCE_S)
    assert socket_file(runtime).is_socket()
    assert not hand_over(KEY, Message(), 0.2)
    with started() as next_one:
        assert next_one.heard() == "first"
        assert hand_over(KEY, DIAL, PATIENCE_S)
        assert next_one.heard() == "dial 'tel:+49-721-9876'"


def test_only_the_user_may_open_the_socket(first: First, runtime: Path) -> None:
    assert socket_file(runtime).stat().st_mode & 0o077 == 0


def test_a_first_instance_that_ends_leaves_the_place(qtbot: QtBot) -> None:
    one = OneInstance(KEY)
    assert one.claim()
    assert not OneInstance(KEY).claim()
    one.release()
    other = OneInstance(KEY)
    assert other.claim()
    other.release()


def test_a_first_instance_that_hangs_is_not_waited_for(runtime: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(socket_file(runtime)))
        silent.listen()
        assert not hand_over(KEY, Message(), 0.2)


STRANGER = """
import socket, sys
with socket.socket(socket.AF_UNIX) as door:
    door.bind(sys.argv[1])
    door.listen()
    print("there", flush=True)
    visitor, _ = door.accept()
    visitor.sendall(b'{"protocol": 7, "pid": 1}\\n')
    try:
        print(visitor.recv(100))
    except ConnectionResetError:
        print(b"")
"""
"""In a process of its own: Qt waits without letting other threads of Python run."""


def test_a_stranger_in_place_of_the_first_instance_is_told_nothing(runtime: Path) -> None:
    command = [sys.executable, "-c", STRANGER, str(socket_file(runtime))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as stranger:
        assert stranger.stdout is not None
        assert stranger.stdout.readline() == "there\n"
        assert not hand_over(KEY, DIAL, PATIENCE_S)
        assert stranger.stdout.readline() == "b''\n"


def test_the_key_tells_profiles_apart(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert instance_key(one) == instance_key(tmp_path / "x" / ".." / "one")
    assert instance_key(one) != instance_key(other)


def test_the_key_tells_sessions_of_a_user_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":1")
    one = instance_key(tmp_path)
    monkeypatch.setenv("DISPLAY", ":2")
    assert instance_key(tmp_path) != one


def socket_file(runtime: Path) -> Path:
    return runtime / f"datev-connector-{KEY}"


def connected(runtime: Path) -> socket.socket:
    visitor = socket.socket(socket.AF_UNIX)
    visitor.settimeout(PATIENCE_S)
    visitor.connect(str(socket_file(runtime)))
    return visitor


def said_to(runtime: Path, line: bytes) -> bytes:
    """What a first instance answers to a line, after its greeting."""
    with connected(runtime) as visitor, visitor.makefile("rwb") as lines:
        lines.readline()
        lines.write(line)
        lines.flush()
        return lines.readline()


def test_a_visitor_that_says_nothing_is_shown_out(
    runtime: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datev_connector.desktop.instance.PATIENCE_MS", 10)
    one = OneInstance(KEY)
    assert one.claim()
    with connected(runtime) as visitor:
        visitor.setblocking(False)
        qtbot.waitUntil(lambda: _has_ended(visitor))
    one.release()


def _has_ended(visitor: socket.socket) -> bool:
    try:
        return visitor.recv(LONGEST_LINE) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


# --- the end from outside -------------------------------------------------------------------------


def test_the_first_ends_when_it_is_asked_to(first: First) -> None:
    assert end_first(KEY, PATIENCE_S)
    assert first.process.wait(PATIENCE_S) == 0
    assert not end_first(KEY, PATIENCE_S)


def test_where_none_runs_there_is_nothing_to_end() -> None:
    assert not end_first(KEY, 1.0)


def test_one_that_does_not_hear_is_not_said_to_have_ended(first: First) -> None:
    first.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(StillRuns):
            end_first(KEY, 0.5)
    finally:
        first.process.send_signal(signal.SIGCONT)
    assert first.process.poll() is None
