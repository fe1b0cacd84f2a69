"""What follows from the versions that were found. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from datev_connector.app.versions.table import Fact, Part, Proof, Table
from datev_connector.app.versions.version import Version
from datev_connector.app.versions.words import NEWER, WORDS, Told
from datev_connector.domain.legs import Mender
from datev_connector.domain.wording import joined


class Grade(StrEnum):
    """How much it matters."""

    FINE = "fine"
    HINT = "hint"
    """Worth knowing where something is missing; nothing has to be done."""
    WARNING = "warning"
    """This does not work together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was found out before judging."""

    versions: Mapping[Part, Version]
    proven: frozenset[Proof] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is to be said of the version of a part."""

    part: Part
    grade: Grade
    reason: str = ""
    """Sentences; empty if all is well."""
    mender: Mender = Mender.NOBODY
    remedy: str = ""


def judged(part: Part, known: Known, table: Table) -> Judgement | None:
    """Judge the version of a part, beside those of the others; None: it is not known.

    A warning hides what would be a hint.
    """
    version = known.versions.get(part)
    if version is None:
        return None
    holding = [fact for fact in table.facts if fact.part is part and _holds(fact, known)]
    for fact in holding:
        if fact.warning:
            return _said(part, Grade.WARNING, WORDS[fact.id], known, table)
    hints = [*_newer(part, version, table), *(WORDS[fact.id] for fact in holding)]
    if not hints:
        return Judgement(part=part, grade=Grade.FINE)
    reasons = (_said(part, Grade.HINT, told, known, table).reason for told in hints)
    return Judgement(part=part, grade=Grade.HINT, reason=joined(*reasons))


def _holds(fact: Fact, known: Known) -> bool:
    if fact.unless & known.proven:
        return False
    found = ((known.versions.get(part), span) for part, span in fact.spans.items())
    return all(version is not None and version in span for version, span in found)


def _newer(part: Part, version: Version, table: Table) -> Iterator[Told]:
    newest = table.newest.get(part)
    if newest is not None and version > newest and not version.begins_with(newest):
        yield NEWER


def _said(part: Part, grade: Grade, told: Told, known: Known, table: Table) -> Judgement:
    places = {
        "version": str(known.versions[part]),
        "newest": str(table.newest.get(part, "")),
        "own": str(known.versions.get(Part.OWN, "")),
    }
    return Judgement(
        part=part,
        grade=grade,
        reason=told.reason.filled(**places),
        mender=told.mender,
        remedy=told.remedy.filled(**places) if told.remedy else "",
    )
