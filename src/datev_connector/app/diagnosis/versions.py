"""Probes of the versions that meet here: what is known of them, where trying did not tell more."""

from __future__ import annotations

from datev_connector import __version__
from datev_connector.app.diagnosis.finding import PROGRAM, Observation, Step, well
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.probing import Probe
from datev_connector.app.versions import (
    Grade,
    Judgement,
    Known,
    Part,
    Version,
    judged,
    known_table,
)
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.wording import joined, worded

COMPARE = worded("look the versions up in the table of this program")
NOTHING_AGAINST = worded("Nothing is known that speaks against it.")
NAMES = {
    Part.OWN: worded("this program {version}"),
    Part.PBX: worded("STARFACE {version}"),
    Part.MASTER_DATA: worded("master data of DATEVconnect {version}"),
    Part.SDD: worded("DATEV's master data service {version}"),
}


class VersionProbes:
    """Asks nobody: what was found before counts. That of the module is judged with its answer."""

    def __init__(self, ground: Ground, notebook: Notebook) -> None:
        self._ground = ground
        self._notebook = notebook

    def own(self) -> tuple[Probe, ...]:
        """Of this program, before all others."""
        return (self._probe(PROGRAM, Part.OWN, Step.PROGRAM),)

    def pbx(self) -> tuple[Probe, ...]:
        """Of the PBX, after all that is asked of it."""
        return (self._probe(Leg.STARFACE, Part.PBX),)

    def master_data(self) -> tuple[Probe, ...]:
        """Of DATEV's master data, after they were tried."""
        parts = (Part.MASTER_DATA, Part.SDD)
        return tuple(self._probe(Leg.CONTACTS_DATEV, part) for part in parts)

    def _probe(self, leg: Leg | str, part: Part, step: Step = Step.VERSIONS) -> Probe:
        async def ask() -> Observation | None:
            return self._judged(part)

        return Probe(leg=leg, step=step, ask=ask, limit_s=self._ground.limit_s)

    def _judged(self, part: Part) -> Observation | None:
        versions, own = dict(self._notebook.versions), Version.read(__version__)
        if own is not None:
            versions[Part.OWN] = own
        known = Known(versions=versions, proven=frozenset(self._notebook.proven))
        judgement = judged(part, known, known_table())
        if judgement is None:
            return None
        meeting = dict.fromkeys((part, Part.OWN))
        named = (NAMES[one].filled(version=versions[one]) for one in meeting if one in versions)
        return _seen(judgement, joined(*named, between=", "))


def _seen(judgement: Judgement, found: str) -> Observation:
    """A hint is no fault: what works is left in peace."""
    if judgement.grade is not Grade.WARNING:
        return well(COMPARE, found, judgement.reason or NOTHING_AGAINST)
    return Observation(
        state=LegState.DEGRADED,
        tried=COMPARE,
        found=found,
        meaning=judgement.reason,
        mender=judgement.mender,
        remedy=judgement.remedy,
    )
