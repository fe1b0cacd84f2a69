"""What a capture file holds, in which form; every text in it is looked through once more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from datev_connector.app.capture.notes import CaptureNotes
from datev_connector.app.support_bundle.known_personal import Hide

FORM = 1
"""Rises when what is in the file changes its meaning."""
TELLING = frozenset(
    {"http", "sign-in form", "sign-in", "xmpp sign-in form", "xmpp sign-in", "xmpp endpoint"}
    | {"version", "rights", "address book", "way in use", "events", "clock", "link", "master data"}
)
"""Steps of which is told what came back. Others name servers, certificates and folders."""
WITH_VERSIONS = frozenset({"version", "master data"})
"""Steps whose findings name versions, which look like addresses, and no address."""
ADDRESS = re.compile(
    r"(?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7})(?![\w.])"
)
ABOUT = (
    "What the PBX and DATEV answered, as forms: letters are x, digits d, ids are numbered. "
    "Names, numbers, notes, logins, passwords and the names of computers are not in it."
)


def capture_text(
    notes: CaptureNotes,
    findings: Iterable[Mapping[str, object]],
    *,
    versions: Mapping[str, str],
    com: Mapping[str, object],
    at: datetime,
    hide: Hide,
) -> str:
    """The content of the file; `findings` are rows of the diagnosis."""
    content = {
        "about": ABOUT,
        "form": FORM,
        "at": at.isoformat(timespec="seconds"),
        "versions": versions,
        "findings": [_finding(one) for one in findings],
        "facts": notes.facts,
        "com": com,
        "told": notes.told,
    }
    return json.dumps(hidden(content, hide), ensure_ascii=False, indent=1) + "\n"


def _finding(row: Mapping[str, object]) -> dict[str, object]:
    """What of a finding is about the systems, and not about this office."""
    kept = {name: row[name] for name in ("leg", "step", "state", "duration_s")}
    if row["step"] in TELLING:
        found = str(row["found"])
        kept["found"] = found if row["step"] in WITH_VERSIONS else ADDRESS.sub("ADDRESS", found)
    return kept


def hidden(value: object, hide: Hide) -> object:
    """The value with every text in it, names of members too, looked through."""
    match value:
        case str():
            return hide(value)
        case Mapping():
            return {hide(str(name)): hidden(one, hide) for name, one in value.items()}
        case Sequence():
            return [hidden(one, hide) for one in value]
        case _:
            return value
