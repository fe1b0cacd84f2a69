"""Texts that come back from a file can still be said in another language."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.running.kept_words import as_kept, from_kept
from datev_connector.domain.wording import Worded, joined, worded

AT = datetime(2026, 11, 23, 14, 3, tzinfo=UTC)


def back(text: str) -> str:
    return from_kept(json.loads(json.dumps(as_kept(text))), str.__str__(text))


def words(text: object) -> object:
    """All that a text is made of."""
    if not isinstance(text, Worded):
        return text
    return text.template, {name: words(value) for name, value in text.values.items()}


values = st.recursive(
    st.text() | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.just(AT),
    lambda inner: inner.map(lambda value: worded("<{value}>", value=value)),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), values, min_size=3))
def test_what_was_kept_comes_back(given_values: dict[str, object]) -> None:
    text = worded("{a}, {b}; {c} {{}}", **given_values)
    again = back(text)
    assert again == text
    assert words(again) == words(text)


@given(st.text())
def test_a_bare_text_stays_bare(text: str) -> None:
    assert back(text) == text
    assert not isinstance(back(text), Worded)


def test_a_moment_can_be_written_in_another_way() -> None:
    again = back(worded("as of {at:%Y-%m-%d %H:%M}", at=AT))
    assert isinstance(again, Worded)
    assert f"{again.values['at']:%d.%m.%Y}" == "23.11.2026"


def test_what_a_file_cannot_hold_is_kept_as_text() -> None:
    again = back(joined(worded("in {folder}", folder=Path("home")), "x"))
    assert again == "in home x"
    assert isinstance(again, Worded)


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        {},
        "It is broken.",
        {"template": "It is broken."},
        {"template": "It is broken.", "values": None},
        {"template": "It is {what}.", "values": {}},
        {"template": "It is {what.real}.", "values": {"what": "broken"}},
        {"template": "It is {", "values": {"what": "broken"}},
        {"template": "It is {what}.", "values": {"what": "fine"}},
        {"template": "It is {what}.", "values": {"what": {"moment": "now"}}},
        {"template": "It is {what}.", "values": {"what": {"moment": 1}}},
    ],
)
def test_words_that_do_not_give_the_text_are_passed_over(kept: Any) -> None:
    told = from_kept(kept, "It is broken.")
    assert told == "It is broken."
    assert not isinstance(told, Worded)
