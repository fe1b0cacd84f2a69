"""Worded texts in a JSON file: what they are made of, beside the bare text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from datev_connector.domain.wording import Worded

PLAIN = (int, float, bool)


def as_kept(value: object) -> object:
    """What a file keeps of a text, or of a value in it."""
    if isinstance(value, Worded):
        values = {name: as_kept(one) for name, one in value.values.items()}
        return {"template": value.template, "values": values}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return value if isinstance(value, PLAIN) else str(value)


def from_kept(kept: Any, text: str) -> str:
    """The text as it was worded; the bare text where the file does not keep the words of it."""
    try:
        told = _read(kept)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return text
    return told if isinstance(told, Worded) and told == text else text


def _read(kept: Any) -> object:
    if not isinstance(kept, dict):
        return kept if isinstance(kept, PLAIN) else str(kept)
    if "moment" in kept:
        return datetime.fromisoformat(kept["moment"])
    values = {str(name): _read(one) for name, one in kept["values"].items()}
    return Worded(str(kept["template"]), values)
