"""Saving before anything else happens, and what to do when the store cannot.

All saves of a turn go into one transaction. What could not be saved is kept, newest state per
call and entry, and tried again after a pause: a store that another program holds makes each
try wait. Until then such an entry is not sent to the journal of DATEV and such a note does not
count as kept; a call that rings goes on live all the same.

One state that the store can never take must not keep the others from it: after such a fault
each is saved on its own, and that one is given up and reported.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from datev_connector.domain.effects import SaveCall, SaveChoice, SaveEntry, SaveUse
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.wording import worded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from datev_connector.domain.effects import Save
    from datev_connector.engine.ports import Memory

SAVE_AGAIN = timedelta(seconds=5)
"""Pause after the store could not save."""

_log = logging.getLogger(__name__)


class Keeper:
    """Puts saves into the store and reports the leg `store`."""

    def __init__(self, memory: Memory, report: Callable[[LegReport], None]) -> None:
        """`report` gets a leg report on every change."""
        self._memory = memory
        self._report = report
        self._unsaved: dict[object, Save] = {}
        self._given_up: set[object] = set()
        self._last: LegReport | None = None
        self._failed_at: datetime | None = None

    @property
    def behind(self) -> bool:
        """Tell whether something waits to be saved."""
        return bool(self._unsaved)

    def lacks(self, entry: str) -> bool:
        """Tell whether the latest state of this journal entry is not in the store."""
        return ("entry", entry) in self._unsaved or ("entry", entry) in self._given_up

    def keep(
        self, saves: Iterable[Save], at: datetime, *, last_chance: bool = False
    ) -> tuple[Save, ...]:
        """Save these, and whatever is left from before; return what is in the store now.

        The pause after a failure is kept, unless it is the `last_chance` before the end.
        """
        for save in saves:
            self._unsaved.pop(_identity(save), None)
            self._unsaved[_identity(save)] = save
            self._given_up.discard(_identity(save))
        waiting = tuple(self._unsaved.values())
        if not last_chance and self._is_pausing(at):
            return ()
        try:
            if waiting:
                self._memory.commit(waiting)
        except OSError as fault:
            self._failed_at = at
            self._tell(at, str(fault))
            return ()
        except Exception:  # noqa: BLE001 - the border of the store: nothing may end the connector here
            _log.exception("the store does not take a turn; each part is tried on its own")
            return self._keep_one_by_one(at)
        self._unsaved.clear()
        self._failed_at = None
        self._tell(at, None)
        return waiting

    def _is_pausing(self, at: datetime) -> bool:
        failed_at = self._failed_at
        return failed_at is not None and timedelta(0) <= at - failed_at < SAVE_AGAIN

    def _keep_one_by_one(self, at: datetime) -> tuple[Save, ...]:
        kept: list[Save] = []
        for identity, save in list(self._unsaved.items()):
            try:
                self._memory.commit((save,))
            except OSError as fault:
                self._failed_at = at
                self._tell(at, str(fault))
                return tuple(kept)
            except Exception:  # noqa: BLE001 - as above
                _log.exception("the store does not take one part of a turn; it is given up")
                self._given_up.add(identity)
            else:
                kept.append(save)
            del self._unsaved[identity]
        self._tell(at, None)
        return tuple(kept)

    def _tell(self, at: datetime, fault: str | None) -> None:
        report = _report(at, fault, gaps=bool(self._given_up))
        if not report.says_the_same(self._last):
            self._last = report
            self._report(report)


def _report(at: datetime, fault: str | None, *, gaps: bool) -> LegReport:
    mender, remedy = Mender.NOBODY, ""
    if fault is not None:
        state, reason = (
            LegState.DOWN,
            worded("calls and notes cannot be saved: {fault}", fault=fault),
        )
        mender = Mender.USER
        remedy = worded(
            "Make room on the disk and check that the profile folder can be written to."
        )
    elif gaps:
        state, reason = LegState.DEGRADED, worded("something could not be saved; the log says what")
        mender, remedy = Mender.VENDOR, worded("Send the log; type the note again meanwhile.")
    else:
        state, reason = LegState.UP, worded("calls and notes are kept")
    return LegReport(
        leg=Leg.STORE, state=state, since=at, reason=reason, mender=mender, remedy=remedy
    )


def _identity(save: Save) -> object:
    match save:
        case SaveCall(call):
            return ("call", call.call)
        case SaveEntry(entry):
            return ("entry", entry.record.call_id)
        case SaveChoice():
            return ("choice", save.e164)
        case SaveUse():
            return ("use", save.ref)
