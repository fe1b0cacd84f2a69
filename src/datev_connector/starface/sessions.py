"""The two sessions that there may be: what comes in goes to the one that it concerns."""

from __future__ import annotations

from collections.abc import Iterator

from datev_connector.starface.commands import Answer, Leave, Opened, Transport
from datev_connector.starface.pacing import Moment
from datev_connector.starface.session import Session
from datev_connector.starface.trouble import Trouble, TroubleKind


class Sessions:
    """One on the way to be used or in use, and one that tries the other way beside it."""

    def __init__(self) -> None:
        self.main: Session | None = None
        self.climber: Session | None = None

    def __iter__(self) -> Iterator[Session]:
        return iter([s for s in (self.main, self.climber) if s is not None])

    @property
    def in_use(self) -> Session | None:
        """The session that reports calls; None: none does."""
        return self.main if self.main is not None and self.main.ready else None

    @property
    def heard(self) -> Moment | None:
        """When the PBX was heard of last over the way in use."""
        return None if self.in_use is None else self.in_use.heard

    @property
    def deadlines_s(self) -> list[float | None]:
        """When each must be ticked at the latest."""
        return [session.deadline_s for session in self]

    def prepared(self, attempt: int, opened: Opened, now: Moment) -> None:
        """The link of this attempt is ready."""
        for session in self:
            if session.attempt == attempt:
                session.prepared(opened, now)

    def failed(self, attempt: int, trouble: Trouble) -> None:
        """The link of this attempt could not be prepared."""
        for session in self:
            if session.attempt == attempt:
                session.failed(trouble)

    def answered(self, ticket: int, answer: Answer, now: Moment) -> None:
        """What came back for a request; dropped if it was that of a session that is over."""
        for session in self:
            if session.knows(ticket):
                session.answered(ticket, answer, now)

    def lost(self, transport: Transport, trouble: Trouble) -> None:
        """The link of this transport is gone."""
        for session in self:
            if session.transport is transport:
                session.lost(trouble)

    def reset(self, transport: Transport) -> None:
        """The PBX says over this transport that it has forgotten us."""
        for session in self:
            if session.transport is transport and session.signed_in:
                session.lost(Trouble(kind=TroubleKind.SESSION_LOST))

    def pushed(self, transport: Transport, pbx_call: str, now: Moment) -> None:
        """An event about this call counts for the way that it came over."""
        for session in self:
            if session.transport is transport:
                session.pushed(pbx_call, now)

    def look_again(self, now: Moment) -> None:
        """Have done at once what waits for its time."""
        for session in self:
            session.look_again(now)

    def tick(self, now: Moment) -> None:
        """Have done what is due."""
        for session in self:
            session.tick(now)

    def take_over(self) -> None:
        """Have the one beside the other in its place."""
        self.main, self.climber = self.climber, None

    def leave(self) -> list[Leave]:
        """End both; the farewells to be said."""
        farewells = [Leave(session.transport, session.leave()) for session in self]
        self.main = self.climber = None
        return farewells
