"""What the check of the texts sees: nothing that a person reads may hide from it."""

from __future__ import annotations

import ast

import pytest

from scripts.texts import put_together, said_by


def call(source: str) -> ast.Call:
    made = ast.parse(source, mode="eval").body
    assert isinstance(made, ast.Call)
    return made


@pytest.mark.parametrize("source", ['say("A text.")', 'language._say("A text.")', "say('A text.')"])
def test_a_text_is_collected_whatever_says_it(source: str) -> None:
    assert list(said_by(call(source))) == ["A text."]


@pytest.mark.parametrize(
    "source",
    [
        'say(f"{count} calls")',
        'worded("One " + two)',
        'self._say("On" if there else "Off")',
        'count("{number} call", f"{x} calls", x)',
    ],
)
def test_a_text_that_is_put_together_on_the_spot_is_a_fault(source: str) -> None:
    assert put_together(call(source))


@pytest.mark.parametrize(
    "source",
    [
        'say("A text.")',
        "text.count(' ')",
        "self._words.say(words)",
        'note.say(say("A") + "\\n" + b)',
    ],
)
def test_what_says_texts_of_others_is_none(source: str) -> None:
    assert not put_together(call(source))
