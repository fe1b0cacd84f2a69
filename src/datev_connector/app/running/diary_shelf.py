"""Keeps the diary of the master data refresh in the profile's store."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from datev_connector.app.running.master_data_refresh import Diary

if TYPE_CHECKING:
    from datev_connector.store.store import Store

NAME = "master-data"


class StoredDiary:
    """A `DiaryShelf` in a store."""

    def __init__(self, store: Store) -> None:
        """`store` must be open whenever it is asked."""
        self._store = store

    def read(self) -> Diary:
        """Return the diary; an empty one if there is none that can be read."""
        try:
            written: Any = json.loads(self._store.noted(NAME) or "{}")
            return Diary(
                way=str(written.get("way", "")),
                anew_at=_time(written.get("anew_at")),
                compared_at=_time(written.get("compared_at")),
            )
        except (ValueError, TypeError, AttributeError):
            return Diary()

    def write(self, diary: Diary) -> None:
        """Keep the diary. Raises StoreError."""
        times = {"anew_at": diary.anew_at, "compared_at": diary.compared_at}
        written = {name: at.isoformat() for name, at in times.items() if at is not None}
        self._store.note(NAME, json.dumps({"way": diary.way} | written))


def _time(text: Any) -> datetime | None:
    at = None if text is None else datetime.fromisoformat(text)
    return at if at is None or at.tzinfo is not None else None
