from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.datev.lines import LineSplitter


@given(st.binary(), st.lists(st.integers(0, 40)))
def test_it_does_not_matter_how_the_bytes_arrive(data: bytes, cuts: list[int]) -> None:
    whole = LineSplitter().feed(data)
    pieces, splitter, rest = [], LineSplitter(), data
    for cut in cuts:
        pieces += splitter.feed(rest[:cut])
        rest = rest[cut:]
    pieces += splitter.feed(rest)
    assert pieces == whole
    assert whole == [line for line in data.split(b"\n")[:-1] if line.strip()]


def test_a_line_over_the_limit_is_thrown_away_and_the_next_one_lives() -> None:
    splitter = LineSplitter(limit=4)
    assert splitter.feed(b"1234\n12345\n12") == [b"1234", None]
    assert splitter.feed(b"3456789") == []
    assert splitter.feed(b"0\nnext\n") == [None, b"next"]


def test_an_endless_line_takes_no_memory() -> None:
    splitter = LineSplitter(limit=10)
    for _ in range(1000):
        splitter.feed(b"x" * 100)
    assert len(splitter._begun) == 0
    assert splitter.feed(b"\nok\n") == [None, b"ok"]


def test_blank_lines_are_no_lines() -> None:
    assert LineSplitter().feed(b"\n\r\n  \nx\r\n") == [b"x\r"]
