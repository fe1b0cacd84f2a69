"""Tells a wrong key from a damaged file: a small file beside the store knows the right key.

SQLite says "file is not a database" for both. But a damaged file is set aside and a new one begun,
while for a wrong key nothing may be touched: with the right one all is there again. So
`store.key-check` holds an HMAC of a fixed text under the key. The key is 32 random bytes, so
nothing can be learned from it.

The file is written *before* the store is created and again whenever a key has opened the store
and the file says otherwise. Thus every crash leaves one of:

- no store: whatever the check says is void, since there is nothing that another key could open;
- a store and a check that belong together;
- a store without a (readable) check: a key that opens it is right, and one that does not is taken
  for wrong. That may be a damaged store, but a person decides, not we.
"""

from __future__ import annotations

import hmac
import os
from enum import StrEnum
from pathlib import Path

from datev_connector.store.errors import translated

PURPOSE = b"DATEV connector for STARFACE, store, key check 1"
VALUE_LENGTH = 64


class Verdict(StrEnum):
    """What the check file says of a key."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """There is no check file, or it is damaged itself."""


def judge(path: Path, key: bytes) -> Verdict:
    """Say what the check file at `path` knows of `key`."""
    with translated(path):
        try:
            kept = path.read_text("ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return Verdict.UNKNOWN
    if len(kept) != VALUE_LENGTH or not set(kept) <= set("0123456789abcdef"):
        return Verdict.UNKNOWN
    return Verdict.RIGHT if hmac.compare_digest(kept, _value(key)) else Verdict.WRONG


def remember(path: Path, key: bytes) -> None:
    """Make `key` the right one: written aside and moved into place, so never half there."""
    aside = path.with_name(path.name + ".new")
    with translated(path):
        with aside.open("w", encoding="ascii") as file:
            file.write(_value(key) + "\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)


def _value(key: bytes) -> str:
    return hmac.new(key, PURPOSE, "sha256").hexdigest()
