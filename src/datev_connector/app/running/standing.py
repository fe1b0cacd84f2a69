"""What the running connector leaves in its profile for others to read: how its legs are doing.

Another process may not disturb what the connector has open, so the connector writes down what it
knows: the last report of each leg, the way into the PBX, what keeps the better one from use, when
the last event came, and which version the PBX has. The file is there while a connector runs; it is
written when it says something new, and at least once a minute, so that its age tells whether the
connector still moves.

A file that is there before a connector has written one was left by one that was ended by force. It
says since when nobody watched the calls.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from datev_connector.app.running.kept_words import as_kept, from_kept
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.starface.commands import Transport
from datev_connector.starface.standing import Standing
from datev_connector.starface.trouble import Trouble, TroubleKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from datev_connector.app.folders import Profile

LOOK_S = 2.0
"""How old news may be before they are in the file."""
REFRESH = timedelta(minutes=1)
FORGOTTEN = timedelta(days=7)
"""The calls of a connector that was ended by force longer ago are not looked up."""
STALE = timedelta(minutes=5)
"""A connector that wrote nothing for so long hangs, or cannot write."""
LONGEST = 65_536

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastStanding:
    """How a connector was doing."""

    at: datetime
    """When it was written, UTC."""
    legs: tuple[LegReport, ...]
    starface: Standing
    pbx_version: str = ""
    """As the PBX tells it; empty: it does not."""
    module_looked_at: datetime | None = None
    """When somebody's wish to have the module looked at was fulfilled last; None: never."""

    def of(self, leg: Leg) -> LegReport | None:
        """The last report of a leg; None if there was none."""
        return next((report for report in self.legs if report.leg is leg), None)


class StandingFile:
    """Keeps the file as long as `keep` runs."""

    def __init__(self, profile: Profile, *, look: Callable[[], LastStanding]) -> None:
        """`look` tells how the legs are doing now."""
        self._file = _file(profile)
        self._look = look
        self._written: LastStanding | None = None

    async def keep(self) -> None:
        """Write down what is new until cancelled; then take the file away."""
        try:
            while True:
                await self._write_news()
                await asyncio.sleep(LOOK_S)
        finally:
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)

    async def _write_news(self) -> None:
        now, before = self._look(), self._written
        recent = before is not None and now.at - before.at < REFRESH
        if before is not None and recent and _same(now, before):
            return
        try:
            await asyncio.to_thread(_write, self._file, _as_json(now))
        except OSError as fault:
            # Nothing depends on it but diagnosis, which says how old the file is.
            _log.debug("the standing of the legs could not be written: %s", fault)
        else:
            self._written = now


def _same(now: LastStanding, before: LastStanding) -> bool:
    """Tell whether nothing is new but the time."""
    watched_until = before.starface.watched_until
    starface = replace(now.starface, watched_until=watched_until)
    first = watched_until is None and now.starface.watched_until is not None
    return not first and replace(now, at=before.at, starface=starface) == before


def last_standing(profile: Profile) -> LastStanding | None:
    """What the running connector wrote last; None if there is nothing that can be read."""
    try:
        with _file(profile).open(encoding="utf-8") as file:
            return _read(json.loads(file.read(LONGEST)))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def unwatched_since(profile: Profile, now: datetime) -> datetime | None:
    """Since when nobody has watched the calls, if the last connector was ended by force.

    To be asked before this connector writes its own file.
    """
    left = last_standing(profile)
    if left is None:
        return None
    since = left.starface.watched_until or left.at
    return since if timedelta(0) <= now - since <= FORGOTTEN else None


def _file(profile: Profile) -> Path:
    return profile.root / "standing.json"


def _write(file: Path, content: dict[str, object]) -> None:
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as writing:
        json.dump(content, writing)
    new.replace(file)


def _as_json(standing: LastStanding) -> dict[str, object]:
    way = standing.starface
    barred = way.barred
    return {
        "at": standing.at.isoformat(),
        "module_looked_at": _iso(standing.module_looked_at),
        "legs": [
            {
                "leg": report.leg,
                "state": report.state,
                "since": report.since.isoformat(),
                "reason": report.reason,
                "mender": report.mender,
                "remedy": report.remedy,
                "words": [as_kept(report.reason), as_kept(report.remedy)],
            }
            for report in standing.legs
        ],
        "starface": {
            "transport": way.transport,
            "polling": way.polling,
            "event_at": _iso(way.event_at),
            "watched_until": _iso(way.watched_until),
            "barred": None
            if barred is None
            else {"kind": barred.kind, "where": barred.where, "detail": barred.detail},
        },
        "pbx_version": standing.pbx_version,
    }


def _read(content: Any) -> LastStanding:
    """Raises ValueError, KeyError and TypeError."""
    way = content["starface"]
    transport, barred = way["transport"], way["barred"]
    return LastStanding(
        at=_moment(content["at"]),
        module_looked_at=_moment_or_none(content.get("module_looked_at")),
        legs=tuple(_report(leg) for leg in content["legs"]),
        starface=Standing(
            transport=None if transport is None else Transport(transport),
            polling=bool(way["polling"]),
            event_at=_moment_or_none(way["event_at"]),
            watched_until=_moment_or_none(way.get("watched_until")),
            barred=None
            if barred is None
            else Trouble(
                kind=TroubleKind(barred["kind"]),
                where=str(barred["where"]),
                detail=str(barred["detail"]),
            ),
        ),
        pbx_version=str(content.get("pbx_version", "")),
    )


def _report(leg: Any) -> LegReport:
    if not isinstance(leg, dict):
        raise TypeError("a leg that is no object")
    reason, remedy = leg.get("words", ("", ""))
    return LegReport(
        leg=Leg(leg["leg"]),
        state=LegState(leg["state"]),
        since=_moment(leg["since"]),
        reason=from_kept(reason, str(leg["reason"])),
        mender=Mender(leg["mender"]),
        remedy=from_kept(remedy, str(leg["remedy"])),
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else _moment(text)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    return moment
