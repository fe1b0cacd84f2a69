"""Whom to speak UCI with over XMPP: STARFACE does not publish the address, so it is looked for.

Advertised ones go first: items of the domain that say that they speak Jabber-RPC (XEP-0030,
XEP-0009). Then come the addresses that are plausible. Either must prove itself by answering one
harmless question of UCI; a fault is an answer too. An address that is set is believed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar
from xml.etree.ElementTree import Element

from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.wire.uci import Uci, UciVersion
from datev_connector.starface.wire.xmlrpc import MethodCall, MethodResponse
from datev_connector.starface.wire.xmlrpc_reader import NotXmlRpc
from datev_connector.starface.xmpp.rpc import unwrap, wrap
from datev_connector.starface.xmpp.stanzas import (
    DISCO_INFO,
    DISCO_ITEMS,
    RPC,
    Refused,
    told,
)

Ask: TypeAlias = Callable[[str, str, str], Coroutine[Any, Any, Element]]
"""Kind of IQ, address, content; answered by the content. Raises Refused and LinkTrouble."""

Answer = TypeVar("Answer")

MOST_ITEMS = 50
"""So many items of a domain are asked what they are."""
QUESTION = wrap(Uci(UciVersion.V30).server_version())


class Found(StrEnum):
    """How an endpoint was found."""

    CONFIGURED = "configured"
    ADVERTISED = "advertised"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Whom we speak UCI with."""

    address: str
    found: Found
    version: str = ""
    """Of the PBX, as it answered when it was found; empty if it was not asked, or did not say."""


async def find_endpoint(
    ask: Ask, domain: str, *, configured: str, where: str, limit_s: float
) -> Endpoint:
    """The endpoint to use. Each round of questions takes `limit_s` at most.

    Raises LinkTrouble: ENDPOINT_SILENT if there is one that does not answer, else ENDPOINT_MISSING.
    """
    if configured:
        return Endpoint(address=configured, found=Found.CONFIGURED)
    advertised = await _advertised(ask, domain, limit_s)
    guessed = [address for address in guesses(domain) if address not in advertised]
    for addresses, found in ((advertised, Found.ADVERTISED), (guessed, Found.GUESSED)):
        proven = await _first(ask, addresses, limit_s)
        if proven is not None:
            address, version = proven
            return Endpoint(address=address, found=found, version=version)
    kind = TroubleKind.ENDPOINT_SILENT if advertised else TroubleKind.ENDPOINT_MISSING
    asked = told(advertised or guessed)
    raise LinkTrouble(Trouble(kind=kind, where=where, detail=asked))


def guesses(domain: str) -> list[str]:
    """Plausible addresses: components, accounts of robots, the server itself."""
    names = ("uci", "ucp")
    return [
        *(f"{name}.{domain}" for name in names),
        *(f"{name}@{domain}" for name in names),
        domain,
    ]


def speaks_rpc(info: Element) -> bool:
    """Tell whether an answer to disco#info names Jabber-RPC (XEP-0009, 4)."""
    if any(feature.get("var") == RPC for feature in info.iterfind(f"{{{DISCO_INFO}}}feature")):
        return True
    identities = info.iterfind(f"{{{DISCO_INFO}}}identity")
    return any((i.get("category"), i.get("type")) == ("automation", "rpc") for i in identities)


def items(answer: Element) -> list[str]:
    """The addresses in an answer to disco#items, each once."""
    named = (item.get("jid", "").strip() for item in answer.iterfind(f"{{{DISCO_ITEMS}}}item"))
    return [*dict.fromkeys(address for address in named if address)][:MOST_ITEMS]


async def _advertised(ask: Ask, domain: str, limit_s: float) -> list[str]:
    """The items of the domain that say that they speak Jabber-RPC, and say so in time."""
    answer = await _settled({domain: _asked(ask, domain, DISCO_ITEMS)}, limit_s)
    listed = items(answer[domain]) if domain in answer else []
    told = await _settled({one: _asked(ask, one, DISCO_INFO) for one in listed}, limit_s)
    return [address for address, info in told.items() if speaks_rpc(info)]


async def _first(ask: Ask, addresses: list[str], limit_s: float) -> tuple[str, str] | None:
    """The first of the addresses that proves itself, with the version of the PBX."""
    work = {address: _proof(ask, address) for address in addresses}
    return next(iter((await _settled(work, limit_s, one=True)).items()), None)


async def _asked(ask: Ask, address: str, namespace: str) -> Element | None:
    try:
        return await ask("get", address, f"<query xmlns='{namespace}'/>")
    except Refused:
        return None


async def _proof(ask: Ask, address: str) -> str | None:
    """The version that `address` answers, maybe empty; None if it does not speak UCI."""
    try:
        answer = unwrap(await ask("set", address, QUESTION))
    except (Refused, NotXmlRpc):
        return None
    if isinstance(answer, MethodCall):
        return None
    value = answer.value if isinstance(answer, MethodResponse) else ""
    return value if isinstance(value, str) else ""


async def _settled(
    work: Mapping[str, Coroutine[Any, Any, Answer | None]], limit_s: float, *, one: bool = False
) -> dict[str, Answer]:
    """What came of all the work in time, without what came to nothing, in the order given.

    With `one` it is not waited for the rest once the first that can come first has come.
    """
    loop = asyncio.get_running_loop()
    tasks = {name: loop.create_task(doing) for name, doing in work.items()}
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                for task in tasks.values():
                    if await task is not None and one:
                        break
        ended = {name: task for name, task in tasks.items() if task.done() and not task.cancelled()}
        answers = ((name, task.result()) for name, task in ended.items())
        return {name: answer for name, answer in answers if answer is not None}
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
