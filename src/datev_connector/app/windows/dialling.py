"""What the dialler is told before it dials: the same reading that the desk goes by."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future

from datev_connector.app.windows.asked_store import Worker
from datev_connector.desktop.ports import DialPreview
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.matching import NumberIndex, find
from datev_connector.domain.numbers import Dialable, national_format, read_caller, to_dial
from datev_connector.store import StoreError

_log = logging.getLogger(__name__)


class DiallingDesk:
    """Fulfils `desktop.ports.Dialling`."""

    def __init__(self, worker: Worker, index: NumberIndex, plan: Callable[[], DialPlan]) -> None:
        """`worker`: where the index lives; `plan` gives the one that counts then."""
        self._worker, self._index, self._plan = worker, index, plan

    def preview(self, text: str) -> Future[DialPreview]:
        """Read what was typed as a number."""
        return self._worker.do(lambda: self._previewed(text))

    def _previewed(self, text: str) -> DialPreview:
        plan = self._plan()
        target = to_dial(text, plan)
        if not isinstance(target, Dialable):
            return DialPreview(dialled="", shown=text.strip(), refused=target.reason)
        if target.e164 is None:
            return DialPreview(dialled=target.number, shown=target.number)
        return DialPreview(
            dialled=target.number,
            shown=national_format(target.e164, plan.country),
            names=self._names(target.e164, plan),
        )

    def _names(self, e164: str, plan: DialPlan) -> tuple[str, ...]:
        """Who has a number, each name once; nobody where the index cannot be asked."""
        try:
            match = find(read_caller(e164, plan), self._index, plan, explain=False)
        except StoreError as fault:
            _log.warning("the preview of a number has no names: %s", type(fault).__name__)
            return ()
        return tuple(dict.fromkeys(one.name for one in match.candidates))
