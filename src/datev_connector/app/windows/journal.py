"""The journal behind the windows: the calls in the store."""

from __future__ import annotations

from concurrent.futures import Future

from datev_connector.app.windows.asked_store import Worker, asked
from datev_connector.desktop.ports import Counts, Only
from datev_connector.domain.calls import Call
from datev_connector.store import CallFilter, Store

FILTERS = {
    Only.ALL: CallFilter.ALL,
    Only.MISSED: CallFilter.MISSED,
    Only.DRAFT: CallFilter.DRAFT,
    Only.NOT_IN_DATEV: CallFilter.NOT_IN_DATEV,
}


class StoredJournal:
    """Fulfils `desktop.ports.Journal`; may be called from any thread."""

    def __init__(self, worker: Worker, store: Store) -> None:
        """`worker` is the thread of the store."""
        self._worker = worker
        self._store = store

    def page(
        self, *, text: str, only: Only, after: Call | None, limit: int, skip: int = 0
    ) -> Future[tuple[Call, ...]]:
        """Return the next calls after one, or the newest."""
        calls, kind = self._store.calls, FILTERS[only]
        return asked(
            self._worker,
            lambda: calls.list(limit, text=text, only=kind, before=after, skip=skip),
        )

    def total(self, *, text: str, only: Only) -> Future[int]:
        """Return how many calls there are of these."""
        return asked(self._worker, lambda: self._store.calls.count(text=text, only=FILTERS[only]))

    def counts(self) -> Future[Counts]:
        """Return what waits."""
        return asked(self._worker, self._counts)

    def _counts(self) -> Counts:
        return Counts(
            drafts=self._store.calls.count(only=CallFilter.DRAFT),
            waiting=self._store.outbox.count_open(),
        )

    def call(self, call: str) -> Future[Call | None]:
        """Return one call as it is kept now."""
        return asked(self._worker, lambda: self._store.call(call))
