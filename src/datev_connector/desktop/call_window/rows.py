"""What a list of contacts shows of each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from datev_connector.desktop.call_window.face import badge_of, client_of
from datev_connector.domain.calls import Person
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments

DIGITS = 9
"""So many rows can be chosen by a digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contact to choose."""

    person: Person
    digit: str
    """The key that chooses it; empty from the tenth on."""
    name: str
    source: str
    details: str

    @property
    def spoken(self) -> str:
        """All of the row, as assistive programs read it."""
        parts = (self.digit, self.name, self.source, self.details)
        return ", ".join(part for part in parts if part)


def row_of(
    person: Person,
    position: int,
    last_used: datetime | None,
    language: Language,
    moments: Moments,
    now: datetime,
) -> Row:
    """Word a contact; `position` counts from 0, `last_used` is the last contact with the office."""
    details = [client_of(person, language), _last(last_used, language, moments, now)]
    return Row(
        person=person,
        digit=str(position + 1) if position < DIGITS else "",
        name=person.name,
        source=badge_of(person.ref.source, language),
        details=" · ".join(part for part in details if part),
    )


def _last(last_used: datetime | None, language: Language, moments: Moments, now: datetime) -> str:
    if last_used is None:
        return ""
    return language.say("last contact {moment}", moment=moments.when(last_used, now))
