"""How the two contact legs are doing, told from what the index holds and how old it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datev_connector.domain.contacts import Source
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from datev_connector.store.contacts import SourceState

_LEGS = {
    Leg.CONTACTS_DATEV: (Source.DATEV, Source.INSTITUTION),
    Leg.CONTACTS_STARFACE: (Source.STARFACE,),
}


def contact_reports(states: Iterable[SourceState], at: datetime) -> Iterator[LegReport]:
    """Return one report for each contact leg."""
    known = {state.source: state for state in states}
    for leg, sources in _LEGS.items():
        filled = [known[source] for source in sources if source in known]
        yield _report(leg, filled, at)


def _report(leg: Leg, filled: list[SourceState], at: datetime) -> LegReport:
    count = sum(state.contacts for state in filled)
    if count == 0:
        return LegReport(
            leg=leg,
            state=LegState.DEGRADED,
            since=at,
            reason="there are no contacts of this source",
            mender=Mender.USER,
            remedy="Fill the index: contacts import FILE.",
        )
    loaded = min(state.loaded_at for state in filled).astimezone()
    return LegReport(
        leg=leg,
        state=LegState.UP,
        since=at,
        reason=f"{count} contact{'' if count == 1 else 's'}, as of {loaded:%Y-%m-%d %H:%M}",
    )
