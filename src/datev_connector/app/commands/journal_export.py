"""Calls as CSV or JSON: all of them, one at a time, and never half a file."""

from __future__ import annotations

import csv
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TextIO

from datev_connector.app.commands.call_fields import call_json
from datev_connector.domain.calls import Call

COLUMNS: Final = (
    "began",
    "connected",
    "ended",
    "direction",
    "outcome",
    "number",
    "name",
    "source",
    "contact",
    "internal",
    "note",
    "draft",
    "in_datev",
    "call",
    "pbx_call",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_TYPED_BY_OTHERS: Final = ("name", "note", "contact")


def to_file(file: Path, calls: Iterable[Call], form: str) -> int:
    """Write a file that only its owner can read; an earlier one is replaced when all is written.

    Returns the number of calls. Raises OSError.
    """
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        # Excel takes a CSV for UTF-8 only if it begins with the mark.
        encoding = "utf-8-sig" if form == "csv" else "utf-8"
        with os.fdopen(descriptor, "w", encoding=encoding, newline="") as stream:
            count = to_stream(stream, calls, form)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return count


def to_stream(stream: TextIO, calls: Iterable[Call], form: str) -> int:
    """Write all calls; returns their number."""
    return _write_json(stream, calls) if form == "json" else _write_csv(stream, calls)


def _write_json(stream: TextIO, calls: Iterable[Call]) -> int:
    # Standard output may be a code page of Windows, which has not every letter.
    encoding = (stream.encoding or "ascii").lower().replace("-", "")
    count, ascii_only = 0, encoding != "utf8"
    stream.write("[")
    for call in calls:
        stream.write(
            (",\n " if count else "\n ") + json.dumps(call_json(call), ensure_ascii=ascii_only)
        )
        count += 1
    stream.write("\n]\n" if count else "]\n")
    return count


def _write_csv(stream: TextIO, calls: Iterable[Call]) -> int:
    writer = csv.DictWriter(
        stream, COLUMNS, delimiter=";", extrasaction="ignore", lineterminator="\r\n"
    )
    writer.writeheader()
    count = 0
    for call in calls:
        writer.writerow(_row(call))
        count += 1
    return count


def _row(call: Call) -> dict[str, Any]:
    row = call_json(call)
    contact = row["contact"] or {"id": "", "source": ""}
    row |= {"contact": contact["id"], "source": contact["source"]}
    row |= {name: int(row[name]) for name in ("internal", "draft")}
    return row | {name: _harmless(row[name]) for name in _TYPED_BY_OTHERS}


def _harmless(text: str) -> str:
    """Keep a spreadsheet from running a caller's name as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
