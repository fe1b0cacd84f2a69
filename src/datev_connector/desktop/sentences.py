"""What other rooms have worded to stand inside a sentence, where it stands alone. Pure: no Qt."""

from __future__ import annotations


def capital(text: str) -> str:
    """A sentence begins large; a setting, a request or a server keeps its name as it is written."""
    first = text.partition(" ")[0]
    is_name = any(mark in first.rstrip(".:") for mark in ".:") or any(map(str.isupper, first[1:]))
    return text if is_name else text[:1].upper() + text[1:]


def as_sentence(text: str) -> str:
    """The text as a whole sentence, with a full stop at its end; nothing stays nothing."""
    whole = capital(text)
    return whole if not whole or whole.endswith((".", "!", "?")) else f"{whole}."
