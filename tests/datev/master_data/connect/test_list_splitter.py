from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datev_connector.datev.master_data.connect.list_splitter import BadList, CutList, ListSplitter

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
LISTS = st.lists(VALUES, max_size=8)
FORMS = st.sampled_from(
    [
        {"ensure_ascii": False, "separators": (",", ":")},
        {"ensure_ascii": True, "indent": 1},
        {"ensure_ascii": True},
    ]
)
ENTRIES = [{"id": str(number), "name": "Ümlaut " * 20} for number in range(400)]


def written(value: object, form: dict[str, Any]) -> bytes:
    return json.dumps(value, **form).encode("utf-8", "surrogatepass")


def split(pieces: list[bytes]) -> list[Any]:
    splitter = ListSplitter()
    found = [entry for piece in pieces for entry in splitter.feed(piece)]
    return [*found, *splitter.close()]


def cut_up(whole: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(whole) + 1) for cut in cuts), len(whole)]
    return [whole[begin:end] for begin, end in pairwise(places)]


@given(LISTS, FORMS, st.lists(st.integers(min_value=0, max_value=10**6), max_size=30))
@example([1.5, 12, -3e-7, True, None], {"ensure_ascii": False}, list(range(40)))
def test_what_comes_out_does_not_depend_on_the_pieces(
    entries: list[Any], form: dict[str, Any], cuts: list[int]
) -> None:
    try:
        whole = written(entries, {**form, "ensure_ascii": True})
        whole = written(entries, form) if _is_text(entries) else whole
    except UnicodeEncodeError:
        return
    assert split(cut_up(whole, cuts)) == entries
    assert split([b"\xef\xbb\xbf", *cut_up(whole, cuts), b"\r\n "]) == entries


def _is_text(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@given(LISTS, FORMS, st.integers(min_value=0), st.integers(min_value=1, max_value=7))
def test_a_list_cut_anywhere_is_an_error(
    entries: list[Any], form: dict[str, Any], cut: int, size: int
) -> None:
    whole = written(entries, form if _is_text(entries) else {**form, "ensure_ascii": True})
    beginning = whole[: cut % len(whole)]
    splitter, found = ListSplitter(), []
    for at in range(0, len(beginning), size):
        found += splitter.feed(beginning[at : at + size])
    with pytest.raises(CutList):
        splitter.close()
    assert found == entries[: len(found)]


@given(st.binary(max_size=200), st.lists(st.integers(min_value=0, max_value=200), max_size=5))
def test_anything_else_is_an_error_or_a_list(whole: bytes, cuts: list[int]) -> None:
    for beginning in (b"", b"[", b'[{"id": "a"}, '):
        pieces = cut_up(beginning + whole, cuts)
        try:
            found = split(pieces)
        except BadList:
            continue  # which of both it is, is not our choice
        assert found == json.loads((beginning + whole).decode("utf-8-sig"), strict=False)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{}", "no list"),
        ("<html>", "no list"),
        ("null", "no list"),
        ("[1] 2", "behind"),
        ("[1][2]", "behind"),
        ('["a" "b"]', "no JSON"),
        ('{"value": []}', "no list"),
    ],
)
def test_what_is_no_list_is_said_at_once(text: str, why: str) -> None:
    with pytest.raises(BadList, match=why):
        ListSplitter().feed(text.encode())


@pytest.mark.parametrize("text", ["[1,]", "[,1]", "[1 2]", "[}", "[1", "[", "", " ", "[nul]"])
def test_what_never_becomes_a_list_is_no_end(text: str) -> None:
    with pytest.raises(BadList):
        split([text.encode()])


def test_other_encodings_are_refused() -> None:
    whole = json.dumps(["Müller"], ensure_ascii=False)
    for encoding in ("cp1252", "utf-16"):
        with pytest.raises(BadList):
            split([whole.encode(encoding)])


def test_an_entry_without_end_is_not_kept() -> None:
    splitter = ListSplitter(longest_entry=1000)
    splitter.feed(b'["')
    for _ in range(9):
        splitter.feed(b"a" * 100)
    with pytest.raises(BadList, match="too long"):
        splitter.feed(b"a" * 1000)


def test_deep_nesting_is_an_error() -> None:
    with pytest.raises(BadList):
        split([b"[" * 200_000])


def test_entries_come_before_the_end_and_little_is_kept() -> None:
    whole = json.dumps(ENTRIES, ensure_ascii=False).encode()
    splitter, kept, found = ListSplitter(), 0, 0
    for at in range(0, len(whole), 1000):
        found += len(splitter.feed(whole[at : at + 1000]))
        kept = max(kept, len(splitter._text) - splitter._at)
    assert found == len(ENTRIES)
    assert kept < 2000
    assert splitter.close() == []


def test_one_byte_at_a_time_costs_no_square() -> None:
    tried = 0

    class Counting(ListSplitter):
        def _entries(self) -> list[Any]:
            nonlocal tried
            tried += 1
            return super()._entries()

    splitter = Counting()
    for _ in range(20_000):
        splitter.feed(b"[")
    assert tried < 100
