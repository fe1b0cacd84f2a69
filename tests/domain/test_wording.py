"""Sentences that remember what they are made of."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import asdict, dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.wording import (
    Worded,
    counted,
    joined,
    respelt,
    sentence,
    worded,
)

NESTED = worded(
    "{where} is {what}.", where="C:\\{users}", what=worded("full to {percent} %", percent=97)
)


@dataclass(frozen=True)
class Told:
    text: str


def test_a_worded_text_is_the_bare_sentence() -> None:
    assert NESTED == "C:\\{users} is full to 97 %."
    assert hash(NESTED) == hash(str(NESTED))
    assert json.dumps(NESTED) == json.dumps("C:\\{users} is full to 97 %.")
    assert f"{NESTED:>30}" == f"{'C:' + chr(92) + '{users} is full to 97 %.':>30}"


@pytest.mark.parametrize(
    "copied",
    [
        copy.copy(NESTED),
        copy.deepcopy(NESTED),
        pickle.loads(pickle.dumps(NESTED)),  # noqa: S301 - made here
        asdict(Told(NESTED))["text"],
        str(NESTED),
        str(OSError(NESTED)),
        f"{NESTED}",
    ],
)
def test_copies_remember(copied: object) -> None:
    assert copied == NESTED
    assert isinstance(copied, Worded)
    assert copied.template == NESTED.template
    what = copied.values["what"]
    assert isinstance(what, Worded)
    assert what.values == {"percent": 97}


def test_a_missing_value_is_a_fault() -> None:
    with pytest.raises(KeyError):
        worded("{a} and {b}", a=1)


def test_values_can_be_put_in_later_and_changed() -> None:
    asked = worded("Check {port} of {where}.")
    assert asked == "Check {port} of {where}."
    told = asked.filled(port=1, where="here")
    assert told == "Check 1 of here."
    assert told.filled(port=2) == "Check 2 of here."
    assert told == "Check 1 of here."


@given(st.text())
def test_without_values_a_template_is_taken_as_it_is(text: str) -> None:
    assert Worded(text, {}) == text


@given(st.lists(st.text()), st.sampled_from([" ", "; ", ", ", "\n"]))
def test_joining_says_what_plain_joining_says(texts: list[str], between: str) -> None:
    assert joined(*texts, between=between) == between.join(filter(None, texts))


@given(st.text())
def test_a_sentence_ends_once(text: str) -> None:
    ended = sentence(text)
    assert sentence(ended) == ended
    assert ended in {text, f"{text}."}
    assert not text or ended.endswith((".", "!", "?"))


@given(st.integers(min_value=0))
def test_one_is_one_and_everything_else_is_many(number: int) -> None:
    many = counted("{number} entry", "{number} entries", number)
    assert many == (f"{number} entry" if number == 1 else f"{number} entries")


def test_texts_inside_can_be_respelt() -> None:
    told = respelt(NESTED, lambda text: text.replace("C:", "~"))
    assert told == "~\\{users} is full to 97 %."
    assert isinstance(told, Worded)
    assert told.template == NESTED.template
    assert respelt("C:", str.lower) == "c:"


@given(st.text())
def test_values_stay_as_they_are(value: str) -> None:
    assert worded("<{a}>", a=value) == f"<{value}>"
