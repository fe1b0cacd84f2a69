"""Lines for readers who read, read late, or have gone."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from datev_connector.app.running.lines_out import LinesOut

PATIENCE_S = 10.0


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """Give both ends of a pipe, and close what is still open of it."""
    reader, writer = os.pipe()
    try:
        yield reader, writer
    finally:
        for end in (reader, writer):
            try:
                os.close(end)
            except OSError:
                continue  # the test has closed it


def said(count: int) -> str:
    return f"{count} left out"


def read_to_end(reader: int) -> list[str]:
    text = b""
    while data := os.read(reader, 1 << 16):
        text += data
    return text.decode().splitlines()


def test_lines_arrive_whole_and_in_order() -> None:
    with pipe() as (reader, writer):
        lines = LinesOut(writer, missed=said, gone=lambda: None)
        for line in ("eins", "zwei \u20ac", "drei"):
            lines.put(line)
        lines.close()
        os.close(writer)
        assert read_to_end(reader) == ["eins", "zwei \u20ac", "drei"]


def test_a_reader_who_stops_holds_nobody_up_and_learns_what_it_missed() -> None:
    with pipe() as (reader, writer):
        lines = LinesOut(writer, missed=said, gone=lambda: None, bound=10)
        long = "x" * 4096
        for _ in range(100):
            lines.put(long)
        got: list[str] = []
        fetched = threading.Event()

        def fetch() -> None:
            text = b""
            while b"left out" not in text:
                text += os.read(reader, 1 << 16)
                lines.put("afterwards")
            got.extend(text.decode().splitlines())
            fetched.set()

        threading.Thread(target=fetch, daemon=True).start()
        assert fetched.wait(PATIENCE_S)
        whole = got.count(long)
        missed = [int(line.split()[0]) for line in got if "left out" in line]
        assert 10 <= whole < 100
        assert missed[0] >= 100 - whole - 1
        lines.close()


def test_a_reader_who_closes_ends_it() -> None:
    gone = threading.Event()
    with pipe() as (reader, writer):
        lines = LinesOut(writer, missed=said, gone=gone.set)
        os.close(reader)
        lines.put("nobody hears this")
        assert gone.wait(PATIENCE_S)
        lines.close()
