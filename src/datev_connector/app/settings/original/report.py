"""What became of the settings of the earlier connector, kept in the profile to be read again.

It holds no value that tells of anybody: server and user are named, not shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from datev_connector.app.folders import Profile
from datev_connector.app.running.kept_words import as_kept, from_kept
from datev_connector.app.settings.writing import replace_file
from datev_connector.domain.wording import Worded, worded

NAME = "imported-settings.json"
LARGEST_BYTES = 200_000


class Fate(StrEnum):
    """What became of one setting."""

    TAKEN = "taken"
    SAME = "same"
    KEPT = "kept"
    """The person's own file says otherwise already."""
    ADMINISTRATOR = "administrator"
    """What was set for the whole machine stays."""
    LOCKED = "locked"
    ENCRYPTED = "encrypted"
    """It would have switched encryption off."""
    TWICE = "twice"
    EMPTY = "empty"
    UNUSABLE = "unusable"
    SECRET = "secret"  # noqa: S105 - a name
    TAPI = "tapi"
    LICENCE = "licence"
    LOG = "log"
    OWN = "own"
    UNKNOWN = "unknown"


WORDS: dict[Fate, Worded] = {
    Fate.TAKEN: worded("taken over."),
    Fate.SAME: worded("is the same here."),
    Fate.KEPT: worded("not taken over. Your settings say otherwise already."),
    Fate.ADMINISTRATOR: worded("not taken over. Your administrator has set it for this computer."),
    Fate.LOCKED: worded("not taken over. A policy fixes it."),
    Fate.ENCRYPTED: worded(
        "not taken over. This program speaks with the phone system in encrypted form; only if "
        "yours cannot, switch it off in the settings under Connection."
    ),
    Fate.TWICE: worded("not taken over. It stands there a second time, with another value."),
    Fate.EMPTY: worded("was not set."),
    Fate.UNUSABLE: worded("not taken over. Its value cannot be used."),
    Fate.SECRET: worded(
        "never taken over. Enter the password once in the settings under Connection; the system "
        "keeps it, encrypted."
    ),
    Fate.TAPI: worded(
        "no longer exists. The connection by TAPI was removed with versions 2.4.4.1 and 2.6 of the "
        "earlier connector; this program speaks with the phone system itself and needs no TAPI."
    ),
    Fate.LICENCE: worded(
        "not taken over. The licence is entered in the module on the phone system, or comes in a "
        "file."
    ),
    Fate.LOG: worded("not taken over. How much is logged is set in the settings under General."),
    Fate.OWN: worded("only the earlier connector itself needed it."),
    Fate.UNKNOWN: worded("not taken over. It is not known what it means."),
}
SILENT = frozenset({Fate.EMPTY, Fate.OWN})
"""What a person need not be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one setting."""

    name: str
    """As it stood there."""
    fate: Fate
    option: str = ""
    """The option of ours that it means; empty: none."""
    value: str = ""
    """What it holds now, as it stands in our file; empty where it tells of somebody, or is
    nothing of ours."""
    form: str = ""
    """What an unknown value looks like: its letters all alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of one file."""

    at: datetime
    """UTC."""
    file: str
    rows: tuple[Row, ...] = ()
    unread: str = ""
    """Why nothing could be read; may be `Worded`."""

    def of(self, *fates: Fate) -> tuple[Row, ...]:
        """The rows with one of these fates, in their order."""
        return tuple(row for row in self.rows if row.fate in fates)

    @property
    def telling(self) -> tuple[Row, ...]:
        """What a person should know of."""
        return tuple(row for row in self.rows if row.fate not in SILENT)

    @property
    def summary(self) -> Worded:
        """How it went, in one sentence."""
        if self.unread:
            return worded(
                "The settings of the earlier connector in {file} could not be taken over: "
                "{reason}. At the next start it is tried again.",
                file=self.file,
                reason=self.unread,
            )
        same = {Fate.TAKEN, Fate.SAME}
        return worded(
            "Settings of the earlier connector were found in {file}: {taken} taken over, {same} "
            "the same here, {left} not taken over.",
            file=self.file,
            taken=len(self.of(Fate.TAKEN)),
            same=len(self.of(Fate.SAME)),
            left=sum(row.fate not in same for row in self.telling),
        )

    def lines(self) -> Iterator[Worded]:
        """All that a person should know, one sentence a line."""
        yield self.summary
        for row in self.telling:
            yield worded("{name}: {fate}", name=row.name, fate=WORDS[row.fate])

    def as_json(self) -> dict[str, Any]:
        """The report as plain values, each row with its words."""
        return {
            "at": self.at.isoformat(),
            "file": self.file,
            "unread": str(self.unread),
            "unread_words": as_kept(self.unread),
            "settings": [
                {**asdict(row), "fate": row.fate.value, "words": str(WORDS[row.fate])}
                for row in self.rows
            ],
        }


def report_file(profile: Profile) -> Path:
    """Where the report of a profile is kept.

    That it is there means: taken over once already, or, with `unread`, tried at a first start.
    """
    return profile.root / NAME


def keep_report(profile: Profile, report: Report) -> None:
    """Write the report. Raises OSError."""
    text = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
    replace_file(report_file(profile), text.encode())


def kept_report(profile: Profile) -> Report | None:
    """The report of a profile; None if there is none that can be read."""
    try:
        with report_file(profile).open("rb") as stream:
            return _read(json.loads(stream.read(LARGEST_BYTES)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _read(written: Any) -> Report:
    at = datetime.fromisoformat(written["at"])
    if at.tzinfo is None:
        raise ValueError("a time without zone")
    return Report(
        at=at,
        file=str(written["file"]),
        rows=tuple(
            Row(
                name=str(row["name"]),
                fate=Fate(row["fate"]),
                option=str(row["option"]),
                value=str(row["value"]),
                form=str(row["form"]),
            )
            for row in written["settings"]
        ),
        unread=from_kept(written["unread_words"], str(written["unread"])),
    )
