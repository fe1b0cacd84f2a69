"""Goes through any value of the domain, text by text."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from enum import Enum
from typing import Any

from datev_connector.app.support_bundle.personal_fields import Content, content_of

Exchange = Callable[[Content, str], str]
"""Gives the text to be put in the place of one with this content."""


def walked(value: Any, exchange: Exchange, content: Content = Content.OTHER) -> Any:
    """Return the value with all its texts exchanged; members of closed sets stay as they are.

    `content`: what a text is that stands by itself.
    """
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return exchange(content, value) if value else value
    if isinstance(value, tuple | frozenset | list):
        return type(value)(walked(item, exchange, content) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        name = type(value).__name__
        changes = {
            field.name: walked(getattr(value, field.name), exchange, content_of(name, field.name))
            for field in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **changes)
    return value
