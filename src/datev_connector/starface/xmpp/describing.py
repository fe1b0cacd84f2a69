"""What an XMPP domain says of itself and of its items (XEP-0030), as it stands in the answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from datev_connector.starface.xmpp.endpoint import Ask, guesses, items
from datev_connector.starface.xmpp.stanzas import DISCO_INFO, DISCO_ITEMS, Refused

MOST_FEATURES = 100
MOST_ITEMS = 8
"""Of those that the domain names; a PBX has a handful."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One address. Everything in it comes from elsewhere, unchecked."""

    address: str
    listed: bool
    """The domain names it; otherwise it was only asked."""
    refusal: str = ""
    """Why it does not say: a condition of XMPP, or `silent`."""
    identities: tuple[tuple[str, str], ...] = ()
    """Category and type."""
    features: tuple[str, ...] = ()


async def describe(ask: Ask, domain: str, *, limit_s: float) -> AsyncIterator[Described]:
    """The domain, its items, and the addresses at which UCI is looked for; one after another.

    Each is asked for `limit_s` at most. Raises LinkTrouble if the line ends.
    """
    listed: list[str] = []
    try:
        async with asyncio.timeout(limit_s):
            query = f"<query xmlns='{DISCO_ITEMS}'/>"
            listed = items(await ask("get", domain, query))
    except (Refused, TimeoutError):
        pass  # it names none
    for address in dict.fromkeys([domain, *listed[:MOST_ITEMS], *guesses(domain)]):
        yield await _described(ask, address, listed=address in listed, limit_s=limit_s)


async def _described(ask: Ask, address: str, *, listed: bool, limit_s: float) -> Described:
    try:
        async with asyncio.timeout(limit_s):
            info = await ask("get", address, f"<query xmlns='{DISCO_INFO}'/>")
    except Refused as refused:
        return Described(address=address, listed=listed, refusal=refused.condition)
    except TimeoutError:
        return Described(address=address, listed=listed, refusal="silent")
    identities = info.iterfind(f"{{{DISCO_INFO}}}identity")
    features = info.iterfind(f"{{{DISCO_INFO}}}feature")
    return Described(
        address=address,
        listed=listed,
        identities=tuple((one.get("category", ""), one.get("type", "")) for one in identities),
        features=tuple(one.get("var", "") for one in features)[:MOST_FEATURES],
    )
