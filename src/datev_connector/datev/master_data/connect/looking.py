"""What can be seen of DATEVconnect for a handful of small requests: for the diagnosis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datev_connector.datev.master_data.connect.lane import Lane
from datev_connector.datev.master_data.connect.listing import (
    ADDRESSEES,
    CLIENTS,
    read_list,
    since,
    single,
)
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Trouble
from datev_connector.domain.wording import worded

ECHO = "diagnostics/v1/echo"
DOMAINS = "diagnostics/v1/domains"
ME = "iam/v1/Users/me"
NOTHING_SINCE = "2900-01-01T00:00:00"
"""Nothing is as new as that: asks for the right to read, and for no entry."""
USER_NAMES = ("user_name", "userName", "display_name", "displayName", "name", "id")
LONGEST_WORD = 100
SAMPLE = 2
"""Entries that are asked for where a few are enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A part of DATEVconnect that is installed."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What DATEVconnect shows of itself. A trouble of None: that works."""

    echo: Trouble | None
    domains: tuple[Domain, ...] | None
    """None: it does not tell."""
    user: str
    """Whom it takes us for; empty: it does not tell."""
    addressees: Trouble | None
    clients: Trouble | None
    clock: datetime | None
    """DATEV's, UTC without zone; None: it does not tell, and there are no deltas then."""


async def look_around(lane: Lane) -> Seen:
    """Ask small questions. Raises MasterDataTrouble for what keeps all of them from answers."""
    echo = await _echo(lane)
    domains = await _value(lane, DOMAINS)
    user = await _value(lane, ME)
    clock, addressees = await _readable(lane, ADDRESSEES, worded("the addressees"))
    _, clients = await _readable(lane, CLIENTS, worded("the clients"))
    return Seen(
        echo=echo,
        domains=tuple(_domains(domains)) if isinstance(domains, list) else None,
        user=_user(user),
        addressees=addressees,
        clients=clients,
        clock=clock,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The beginning of a list that was asked to be short, and one of its entries by itself."""

    entries: list[Any]
    """More than `SAMPLE`: how many were asked for counts for nothing there."""
    single: Any = None
    """The first addressee with its numbers, as DATEVconnect gives it; None: it gives none."""


async def take_sample(lane: Lane, resource: str) -> Sample:
    """Look at a few entries. They are personal; nothing of them may be kept but their form.

    Raises MasterDataTrouble.
    """
    entries: list[Any] = []
    what = worded("a few entries")
    async with read_list(lane, f"{resource}?top={SAMPLE}", what) as listing:
        async for step in listing.steps():
            entries += step
            if len(entries) > SAMPLE:
                break
    first = entries[0] if entries and isinstance(entries[0], dict) else {}
    identity = first.get("id")
    if resource != ADDRESSEES or not isinstance(identity, str):
        return Sample(entries=entries)
    return Sample(entries=entries, single=await _value(lane, single(identity)))


async def _echo(lane: Lane) -> Trouble | None:
    return (await lane.get(ECHO)).trouble(worded("its echo"), lane.where)


async def _value(lane: Lane, target: str) -> Any:
    answer = await lane.get(target)
    if answer.trouble("", lane.where) is not None:
        return None
    try:
        return answer.value()
    except ValueError:
        return None


async def _readable(lane: Lane, resource: str, what: str) -> tuple[datetime | None, Trouble | None]:
    try:
        async with read_list(lane, since(resource, NOTHING_SINCE), what) as listing:
            async for _ in listing.steps():
                break
            return listing.clock, None
    except MasterDataTrouble as failure:
        return None, failure.trouble


def _domains(value: list[Any]) -> Iterator[Domain]:
    for each in value:
        if isinstance(each, dict) and (name := _word(each, "name")):
            yield Domain(name=name, version=_word(each, "version"))


def _user(value: Any) -> str:
    fields = value if isinstance(value, dict) else {}
    return next(filter(None, (_word(fields, name) for name in USER_NAMES)), "")


def _word(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    usable = isinstance(value, str) and len(value) <= LONGEST_WORD and value.isprintable()
    return str(value).strip() if usable else ""
