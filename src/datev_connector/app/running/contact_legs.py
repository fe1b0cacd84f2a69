"""How the two contact legs are doing: what is there, how old it is, and what hinders news."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from datev_connector.app.running.master_data_ways import NOT_FOUND
from datev_connector.domain.contacts import Source
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.wording import counted, joined, worded

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
_FILL = worded("Fill the index: contacts import FILE.")


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
            reason=worded("there are no contacts of this source"),
            mender=Mender.USER,
            remedy=_FILL,
        )
    count = sum(state.contacts for state in filled)
    first = counted(
        "{number} contact, as of {at:%Y-%m-%d %H:%M}",
        "{number} contacts, as of {at:%Y-%m-%d %H:%M}",
        count,
        at=filled[0].loaded_at.astimezone(),
    )
    others = [other for other in filled[1:] if abs(other.loaded_at - filled[0].loaded_at) > SAME]
    reason = joined(first, *map(_institutions, others))
    return LegReport(leg=leg, state=LegState.UP, since=at, reason=reason)


def _institutions(state: SourceState) -> str:
    return counted(
        "({number} institution as of {at:%Y-%m-%d %H:%M})",
        "({number} institutions as of {at:%Y-%m-%d %H:%M})",
        state.contacts,
        at=state.loaded_at.astimezone(),
    )


def _with_freshness(plain: LegReport, freshness: Freshness, *, there: bool) -> LegReport:
    trouble, progress = freshness.trouble, freshness.progress
    hindered = trouble is not None or freshness.clients is not None
    if progress is not None and (progress.of or not hindered):
        read = worded("{way} is being read", way=freshness.way)
        if progress.of is not None:
            read = worded("{read}, {done} of {of}", read=read, done=progress.done, of=progress.of)
        return _underway(plain, _and(plain, read))
    if trouble is not None:
        return _without_news(plain, trouble, there=there)
    if freshness.clients is not None:
        why = freshness.clients
        unread = worded("the client numbers cannot be read. {why}", why=why.reason)
        reason = _and(plain, unread)
        degraded = _but(plain, reason, mender=why.mender, remedy=why.remedy)
        return replace(degraded, state=LegState.DEGRADED)
    if freshness.left_out:
        unread = counted(
            "{number} entry of DATEV could not be read",
            "{number} entries of DATEV could not be read",
            freshness.left_out,
        )
        return _but(plain, _and(plain, unread))
    return plain


def _without_news(plain: LegReport, why: Trouble, *, there: bool) -> LegReport:
    if there and why.code == NOT_FOUND.code:
        # Nothing was promised: what was imported is what there is.
        return _but(plain, worded("{there}. {why}", there=plain.reason, why=why.reason))
    unread = worded("The master data of DATEV cannot be read.")
    return replace(
        plain,
        state=LegState.DEGRADED,
        reason=joined(unread, why.reason, _kept(plain, there=there)),
        mender=why.mender,
        remedy=why.remedy,
    )


def _with_refresh(plain: LegReport, refreshing: Refreshing, book: SourceState | None) -> LegReport:
    if refreshing.trouble is not None:
        return _hindered(plain, refreshing, book)
    if refreshing.of:
        read = worded("the address book of the PBX is being read")
        if refreshing.page:
            read = worded(
                "{read}, page {page} of {of}", read=read, page=refreshing.page, of=refreshing.of
            )
        return _underway(plain, _and(plain, read))
    if refreshing.empty and book is None:
        reason = worded("the PBX shows this user no contacts")
        remedy = worded("Give the user the right to the address book, or use contacts import FILE.")
        return _but(plain, reason, mender=Mender.PBX_ADMIN, remedy=remedy)
    if refreshing.empty:
        empty = worded("the address book of the PBX is empty and changed none")
        return _but(plain, _and(plain, empty))
    if refreshing.left_out:
        unread = counted(
            "{number} entry of the address book could not be read",
            "{number} entries of the address book could not be read",
            refreshing.left_out,
        )
        return _but(plain, _and(plain, unread))
    return plain


def _hindered(plain: LegReport, refreshing: Refreshing, book: SourceState | None) -> LegReport:
    why = refreshing.trouble
    if why is None:
        return plain
    unread = worded("The address book of the PBX cannot be read.")
    return LegReport(
        leg=plain.leg,
        state=LegState.DEGRADED,
        since=plain.since,
        reason=joined(unread, why.reason, _kept(plain, there=book is not None)),
        mender=why.mender,
        remedy=why.remedy,
    )


def _and(plain: LegReport, also: str) -> str:
    return joined(plain.reason, also, between="; ")


def _kept(plain: LegReport, *, there: bool) -> str:
    if there:
        return worded("In use: {what}.", what=plain.reason)
    return worded("There are no contacts of this source.")


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
