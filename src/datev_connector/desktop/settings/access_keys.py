"""Gives every label of a page an access key of its own, in whatever language. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def with_access_keys(labels: Sequence[str], taken: str = "") -> tuple[str, ...]:
    """The labels with `&` before their key, as Qt takes it; no key is given twice.

    `taken` are letters that are in use already. A label for which no letter is left has none.
    """
    used = set(taken.casefold())
    return tuple(_marked(label, used) for label in labels)


def access_keys(labels: Sequence[str]) -> str:
    """The letters that these labels have as keys."""
    plain = (label.replace("&&", "") for label in labels)
    return "".join(
        text[at + 1].casefold() for text in plain if (at := text.find("&")) >= 0 and text[at + 1 :]
    )


def _marked(label: str, used: set[str]) -> str:
    for place in _places(label):
        letter = label[place].casefold()
        if letter not in used:
            used.add(letter)
            return f"{_escaped(label[:place])}&{_escaped(label[place:])}"
    return _escaped(label)


def _places(label: str) -> Iterator[int]:
    """Where a key may stand: at the beginnings of words first; plain letters and digits only."""
    usable = [at for at, letter in enumerate(label) if letter.isascii() and letter.isalnum()]
    yield from (at for at in usable if at == 0 or label[at - 1] == " ")
    yield from (at for at in usable if at > 0 and label[at - 1] != " ")


def _escaped(text: str) -> str:
    return text.replace("&", "&&")
