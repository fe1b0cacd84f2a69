"""Texts that come from elsewhere, made fit to be shown."""

from __future__ import annotations

from datev_connector.app.masking import mask_text

LONGEST = 100


def foreign(text: str) -> str:
    """One line of bounded length without secrets of a known form or telephone numbers."""
    line = "".join(letter if letter.isprintable() else " " for letter in text[:LONGEST])
    return mask_text(line.strip())
