"""Stand-ins for everything personal in the values of one bundle.

They are counted and drawn anew for each bundle, so that nothing can be looked up and no two bundles
can be compared. What the desk tells apart or puts in order stays apart and in that order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from datev_connector.app.support_bundle.number_stand_ins import PLACEHOLDERS, NumberStandIns
from datev_connector.app.support_bundle.personal_fields import Content
from datev_connector.app.support_bundle.walking import walked
from datev_connector.domain.choice import PBX_NAME_PREFIX
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.rules import KEPT_LIMIT, NOTE_LIMIT, note_length

Value = TypeVar("Value")

_MADE_BY_MACHINES = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_COUNTED = {
    Content.NAME: "Name",
    Content.NOTE: "Note",
    Content.CONTACT_ID: "id",
    Content.PBX_ID: "call",
    Content.OTHER: "text",
}
_NUMBERS = (Content.NUMBER, Content.DIGITS, Content.ACCOUNT)


class StandIns:
    """The stand-ins of one bundle."""

    def __init__(
        self, values: Iterable[Any], plan: DialPlan, *, hide: Callable[[str], str]
    ) -> None:
        """Look through all values that will be asked for. `hide` cleans sentences for people."""
        texts = collected(values)
        accounts = plan.accounts | texts[Content.ACCOUNT]
        taken = {_digits(text) for content in _NUMBERS for text in texts[content]}
        self._numbers = NumberStandIns(replace(plan, accounts=accounts), taken)
        self._hide = hide
        self._counted = {
            content: _in_order(word, texts[content]) for content, word in _COUNTED.items()
        }

    def put_into(self, value: Value) -> Value:
        """Return the value with stand-ins in the place of everything personal."""
        masked: Value = walked(value, self._exchange)
        return masked

    def _exchange(self, content: Content, text: str) -> str:  # noqa: PLR0911 - one line a kind
        if not text.strip():
            return text
        match content:
            case Content.PLAIN:
                return text
            case Content.SENTENCE:
                return self._hide(text)
            case Content.NUMBER | Content.ACCOUNT:
                return self._numbers.of(text)
            case Content.DIGITS:
                return self._numbers.of_digits(text)
            case Content.NAME:
                return self._name(text)
            case Content.NOTE:
                return _padded(self._stand_in(content, text), note_length(text))
            case Content.CONTACT_ID if text.startswith(PBX_NAME_PREFIX):
                number = text.removeprefix(PBX_NAME_PREFIX)
                return PBX_NAME_PREFIX + self._numbers.of(number)
            case Content.PBX_ID if _MADE_BY_MACHINES.fullmatch(text):
                return text
            case _:
                return self._stand_in(content, text)

    def _name(self, text: str) -> str:
        """A PBX may send a number, or a word for nobody, in the place of a name."""
        if text.strip().casefold() in PLACEHOLDERS:
            return text
        if not any(map(str.isalpha, text)):
            return self._numbers.of(text)
        return self._stand_in(Content.NAME, text)

    def _stand_in(self, content: Content, text: str) -> str:
        known = self._counted[content]
        return known.setdefault(text.strip(), f"{_COUNTED[content]} {len(known) + 1:05}")


def collected(values: Iterable[Any]) -> defaultdict[Content, set[str]]:
    """Return all texts in these values, by what they are."""
    texts = defaultdict[Content, set[str]](set)

    def keep(content: Content, text: str) -> str:
        if text.strip():
            texts[content].add(text.strip())
        return text

    for value in values:
        walked(value, keep)
    return texts


def _in_order(word: str, texts: Iterable[str]) -> dict[str, str]:
    """Texts and their stand-ins, which come in the same order."""
    ordered = sorted(texts, key=lambda text: (text.casefold(), text))
    return {text: f"{word} {number:05}" for number, text in enumerate(ordered, 1)}


def _padded(text: str, length: int) -> str:
    """The text, about as long as the note; longer than what DATEV or we take if the note was."""
    passed = (limit + 1 for limit in (KEPT_LIMIT, NOTE_LIMIT) if length > limit)
    return text.ljust(next(passed, length), ".")


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))
