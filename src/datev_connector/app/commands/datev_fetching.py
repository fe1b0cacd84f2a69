"""Fetches the master data of DATEV for a command."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from datev_connector.app.commands.index_keys import apply_dial_plan
from datev_connector.app.commands.output import progress_line

if TYPE_CHECKING:
    from datev_connector.app.commands.index_loading import Loaded
    from datev_connector.app.commands.session import Session
    from datev_connector.app.running.master_data_refresh import MasterDataWay
    from datev_connector.datev.master_data.freshness import Grade, Outcome, Progress
    from datev_connector.store.store import Store

TRIES = 3
"""A running connector reads at the same time, and one of two loads gives way to the other."""


def held(store: Store) -> Loaded:
    """Return how many contacts and numbers of DATEV there are, by source."""
    return {
        state.source.value: {"contacts": state.contacts, "numbers": state.numbers}
        for state in store.contacts.sources()
        if state.source.in_datev
    }


def fetch_master_data(session: Session, store: Store, *, anew: bool) -> tuple[str, Outcome]:
    """Bring the index up to date; return by which way, and what came of it.

    Raises MasterDataTrouble, StoreError; the old contents stay then.
    """
    from datev_connector.app import office
    from datev_connector.app.running.diary_shelf import StoredDiary
    from datev_connector.app.running.master_data_ways import MasterDataWays
    from datev_connector.app.running.trusted import StoredPins
    from datev_connector.datev.master_data.freshness import Grade
    from datev_connector.datev.master_data.trouble import MasterDataTrouble, Trouble

    ways = MasterDataWays(
        session.settings,
        password=session.datev_password(),
        contacts=store.contacts,
        pins=StoredPins(store.pins),
        now=session.now,
    )
    apply_dial_plan(store, office.dial_plan(session.settings))
    way = ways.choose()
    if isinstance(way, Trouble):
        raise MasterDataTrouble(way)
    shelf = StoredDiary(store)
    diary = shelf.read()
    grade = Grade.ANEW if anew else diary.due(way, session.now())

    outcome = asyncio.run(_refresh(way, grade))
    shelf.write(diary.after(way, outcome.grade, session.now(), outcome.left_out))
    return way.name, outcome


async def _refresh(way: MasterDataWay, grade: Grade) -> Outcome:
    from datev_connector.store.errors import Overtaken

    with progress_line() as line:

        def tell(progress: Progress) -> None:
            of = "" if progress.of is None else f" of {progress.of}"
            line.show(f"Reading from {way.name}: {progress.done}{of}")

        try:
            for _ in range(TRIES - 1):
                with contextlib.suppress(Overtaken):
                    return await way.refresh(grade, tell)
            return await way.refresh(grade, tell)
        finally:
            await way.close()
