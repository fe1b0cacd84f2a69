"""How the two contact legs are doing: what is there, how old it is, and what hinders news."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from datev_connector.app.commands.output import plural
from datev_connector.app.running.master_data_ways import NOT_FOUND
from datev_connector.domain.contacts import Source
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from datev_connector.app.running.address_refresh import Refreshing
    from datev_connector.app.running.master_data_refresh import Freshness
    from datev_connector.datev.master_data.trouble import Trouble
    from datev_connector.store.contacts import SourceState

_DATEV = (Source.DATEV, Source.INSTITUTION)
SAME = timedelta(hours=1)
"""Sources that were read at about the same time have one age."""
_FILL = "Fill the index: contacts import FILE."


def contact_reports(
    states: Iterable[SourceState],
    at: datetime,
    refreshing: Refreshing | None = None,
    freshness: Freshness | None = None,
) -> Iterator[LegReport]:
    """Return one report for each contact leg.

    `refreshing`: how the address book of the PBX is being read; `freshness`: how master data are.
    """
    known = {state.source: state for state in states if state.contacts}
    filled = [known[source] for source in _DATEV if source in known]
    data = _report(Leg.CONTACTS_DATEV, filled, at)
    yield data if freshness is None else _with_freshness(data, freshness, there=bool(filled))
    book = known.get(Source.STARFACE)
    plain = _report(Leg.CONTACTS_STARFACE, [book] if book else [], at)
    yield plain if refreshing is None else _with_refresh(plain, refreshing, book)


def _report(leg: Leg, filled: list[SourceState], at: datetime) -> LegReport:
    if not filled:
        return LegReport(
            leg=leg,
            state=LegState.DEGRADED,
            since=at,
            reason="there are no contacts of this source",
            mender=Mender.USER,
            remedy=_FILL,
        )
    count = sum(state.contacts for state in filled)
    reason = f"{plural(count, 'contact')}, as of {_when(filled[0])}"
    others = [other for other in filled[1:] if abs(other.loaded_at - filled[0].loaded_at) > SAME]
    for other in others:
        reason += f" ({plural(other.contacts, other.source.value)} as of {_when(other)})"
    return LegReport(leg=leg, state=LegState.UP, since=at, reason=reason)


def _when(state: SourceState) -> str:
    return f"{state.loaded_at.astimezone():%Y-%m-%d %H:%M}"


def _with_freshness(plain: LegReport, freshness: Freshness, *, there: bool) -> LegReport:
    trouble, progress = freshness.trouble, freshness.progress
    hindered = trouble is not None or freshness.clients is not None
    if progress is not None and (progress.of or not hindered):
        of = "" if progress.of is None else f", {progress.done} of {progress.of}"
        return _underway(plain, f"{plain.reason}; {freshness.way} is being read{of}")
    if trouble is not None:
        return _without_news(plain, trouble, there=there)
    if freshness.clients is not None:
        why = freshness.clients
        reason = f"{plain.reason}; the client numbers cannot be read. {why.reason}"
        degraded = _but(plain, reason, mender=why.mender, remedy=why.remedy)
        return replace(degraded, state=LegState.DEGRADED)
    if freshness.left_out:
        entries = plural(freshness.left_out, "entry")
        return _but(plain, f"{plain.reason}; {entries} of DATEV could not be read")
    return plain


def _without_news(plain: LegReport, why: Trouble, *, there: bool) -> LegReport:
    if there and why.code == NOT_FOUND.code:
        # Nothing was promised: what was imported is what there is.
        return _but(plain, f"{plain.reason}. {why.reason}")
    kept = f"In use: {plain.reason}." if there else "There are no contacts of this source."
    return replace(
        plain,
        state=LegState.DEGRADED,
        reason=f"The master data of DATEV cannot be read. {why.reason} {kept}",
        mender=why.mender,
        remedy=why.remedy,
    )


def _with_refresh(plain: LegReport, refreshing: Refreshing, book: SourceState | None) -> LegReport:
    if refreshing.trouble is not None:
        return _hindered(plain, refreshing, book)
    if refreshing.of:
        page = f", page {refreshing.page} of {refreshing.of}" if refreshing.page else ""
        return _underway(plain, f"{plain.reason}; the address book of the PBX is being read{page}")
    if refreshing.empty and book is None:
        reason = "the PBX shows this user no contacts"
        remedy = "Give the user the right to the address book, or use contacts import FILE."
        return _but(plain, reason, mender=Mender.PBX_ADMIN, remedy=remedy)
    if refreshing.empty:
        return _but(plain, f"{plain.reason}; the address book of the PBX is empty and changed none")
    if refreshing.left_out:
        entries = plural(refreshing.left_out, "entry")
        return _but(plain, f"{plain.reason}; {entries} of the address book could not be read")
    return plain


def _hindered(plain: LegReport, refreshing: Refreshing, book: SourceState | None) -> LegReport:
    why = refreshing.trouble
    if why is None:
        return plain
    kept = f"In use: {plain.reason}." if book else "There are no contacts of this source."
    return LegReport(
        leg=plain.leg,
        state=LegState.DEGRADED,
        since=plain.since,
        reason=f"The address book of the PBX cannot be read. {why.reason} {kept}",
        mender=why.mender,
        remedy=why.remedy,
    )


def _underway(plain: LegReport, reason: str) -> LegReport:
    """Nobody need do anything meanwhile."""
    return _but(plain, reason, mender=Mender.NOBODY, remedy="")


def _but(
    plain: LegReport, reason: str, *, mender: Mender | None = None, remedy: str | None = None
) -> LegReport:
    return LegReport(
        leg=plain.leg,
        state=plain.state,
        since=plain.since,
        reason=reason,
        mender=plain.mender if mender is None else mender,
        remedy=plain.remedy if remedy is None else remedy,
    )
