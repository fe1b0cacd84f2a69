"""Saving before anything else happens, and what to do when the store cannot.

All saves of a turn go into one transaction. What could not be saved is kept, newest state per
call and entry, and tried again with the next turn; until then nothing is sent to the journal of
DATEV and no note counts as kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from datev_connector.domain.effects import SaveCall, SaveChoice, SaveEntry, SaveUse
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from datev_connector.domain.effects import Save
    from datev_connector.engine.ports import Memory


class Keeper:
    """Puts saves into the store and reports the leg `store`."""

    def __init__(self, memory: Memory, report: Callable[[LegReport], None]) -> None:
        """`report` gets a leg report on every change."""
        self._memory = memory
        self._report = report
        self._unsaved: dict[object, Save] = {}
        self._up: bool | None = None

    @property
    def behind(self) -> bool:
        """Tell whether something waits to be saved."""
        return bool(self._unsaved)

    def keep(self, saves: Iterable[Save], at: datetime) -> bool:
        """Save these, and whatever is left from before; tell whether all is in the store."""
        for save in saves:
            self._unsaved.pop(_identity(save), None)
            self._unsaved[_identity(save)] = save
        if self._unsaved:
            try:
                self._memory.commit(tuple(self._unsaved.values()))
            except OSError as fault:
                self._tell(at, fault)
                return False
            self._unsaved.clear()
        self._tell(at, None)
        return True

    def _tell(self, at: datetime, fault: OSError | None) -> None:
        up = fault is None
        if up == self._up:
            return
        self._up = up
        if fault is None:
            reason, mender, remedy = "calls and notes are kept", Mender.NOBODY, ""
        else:
            reason = f"calls and notes cannot be saved: {fault}"
            mender = Mender.USER
            remedy = "Make room on the disk and check that the profile folder can be written to."
        state = LegState.UP if up else LegState.DOWN
        self._report(
            LegReport(
                leg=Leg.STORE, state=state, since=at, reason=reason, mender=mender, remedy=remedy
            )
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
