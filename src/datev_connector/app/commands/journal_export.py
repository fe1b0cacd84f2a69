"""Calls as CSV or JSON: all of them, one at a time, and never half a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TextIO

from datev_connector.app.commands.call_fields import call_json
from datev_connector.app.commands.output_file import EXCEL, harmless, written_whole
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
_TYPED_BY_OTHERS: Final = ("name", "note", "contact")


def to_file(file: Path, calls: Iterable[Call], form: str) -> int:
    """Write a file that only its owner can read; an earlier one is replaced when all is written.

    Returns the number of calls. Raises OSError.
    """
    with written_whole(file, EXCEL if form == "csv" else "utf-8") as stream:
        return to_stream(stream, calls, form)


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
    return row | {name: harmless(row[name]) for name in _TYPED_BY_OTHERS}
