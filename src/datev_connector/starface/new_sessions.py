"""Begins sessions, each with the terms that those before it have earned."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from datev_connector.starface.commands import Command, Transport
from datev_connector.starface.event_source import Events
from datev_connector.starface.generations import Generations
from datev_connector.starface.known_calls import KnownCalls
from datev_connector.starface.pacing import Moment, Pacing
from datev_connector.starface.session import Session, Terms


class NewSessions:
    """Numbers of attempts and tickets are never used again, so a late answer meets nobody else."""

    def __init__(
        self,
        generations: Generations,
        events: Events,
        pacing: Pacing,
        *,
        known: KnownCalls,
        emit: Callable[[Command], None],
    ) -> None:
        """`known` is shared by all sessions; `emit` takes the commands of each."""
        self._generations = generations
        self._events = events
        self._pacing = pacing
        self._known = known
        self._emit = emit
        self._tickets: Iterator[int] = itertools.count(1)
        self._attempts: Iterator[int] = itertools.count(1)

    def begin(self, way: Transport, now: Moment, *, proven: bool, alone: bool) -> Session:
        """Begin a session over this way; `proven` and `alone` as in `Terms`."""
        fell_back = self._generations.fell_back(way)
        terms = Terms(
            transport=way,
            versions=self._generations.to_try(way, now),
            events=Events.AUTO if way is Transport.XMPP else self._events,
            pacing=self._pacing,
            proven=proven and not fell_back,
            alone=alone,
        )
        session = Session(
            next(self._attempts),
            terms,
            known=self._known,
            tickets=self._tickets,
            emit=self._emit,
        )
        session.begin()
        return session
