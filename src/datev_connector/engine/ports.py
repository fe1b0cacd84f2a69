"""What the engine needs from the adapters. Each is built by the application and handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from datev_connector.domain.calls import Call, Outcome
    from datev_connector.domain.contacts import ContactRef
    from datev_connector.domain.effects import Save
    from datev_connector.domain.outbox import JournalEntry
    from datev_connector.domain.record import CallRecord, Delivery, Method


class Memory(Protocol):
    """The store, as far as calls are concerned."""

    def commit(self, saves: Sequence[Save]) -> None:
        """Save all or nothing. Raise `OSError` (or a subclass of it) where that is not possible."""

    def call(self, call: str) -> Call | None:
        """Return a call of whatever age."""

    def open_calls(self) -> Iterable[Call]:
        """Return the calls that have not ended, and those whose note was not handed over."""

    def calls_between(self, since: datetime, until: datetime) -> Iterable[Call]:
        """Return the calls that began in this time (UTC, ends included), oldest first."""

    def open_entries(self) -> Iterable[JournalEntry]:
        """Return what DATEV has not confirmed, in order."""

    def next_position(self) -> int:
        """Return the position after that of the last journal entry ever made."""

    def learned(self, e164: str) -> ContactRef | None:
        """Return the contact that calls from this number were said to be."""


class Pbx(Protocol):
    """The telephone system. It feeds what it sees to the engine by itself."""

    async def run(self) -> None:
        """Stay connected until cancelled."""

    async def place_call(self, number: str, pbx_call: str) -> str:
        """Dial; return the id of the call. Raise `PlaceRefused` with the reason."""

    async def hang_up(self, pbx_call: str) -> bool:
        """End a call; tell whether the PBX did."""

    async def outcome(self, call: Call) -> Outcome | None:
        """Return what the call list says of an unanswered call; None: nothing."""

    def retry_now(self) -> None:
        """Sign in again now, whatever the pause."""

    def look_again(self) -> None:
        """See now whether the line works and which calls there are; no refused password again."""


class Datev(Protocol):
    """The telephony interface of DATEV."""

    async def run(self) -> None:
        """Stay present until cancelled."""

    async def notify(self, method: Method, record: CallRecord) -> tuple[Delivery, int]:
        """Send one notification; return what became of it and the HRESULT (signed)."""
