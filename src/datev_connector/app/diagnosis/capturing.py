"""Questions that only a capture asks: what the PBX offers, beside what the connector needs.

They harm nothing: all of them read. They have no finding of their own, only notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from datev_connector.app.diagnosis.finding import Observation, Step
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import Ask, Probe
from datev_connector.domain.legs import Leg
from datev_connector.domain.masking import likeness
from datev_connector.starface.address_book.rest import RestVisit
from datev_connector.starface.trouble import LinkTrouble
from datev_connector.starface.xmpp.describing import Described

SHORT_S = 2.0
"""For each address of XMPP; who is there answers at once."""
MANY = 1000
"""More contacts than a page is likely to hold."""
RESOURCES = ("/contacts/scheme", "/contacts/tags", "/users/me")
FEATURE = re.compile(r"[A-Za-z][\w:/.#+-]{1,100}")
PART = re.compile(r"[a-z]{2,20}(?:-[a-z]{2,20})?\.")
"""The first label of a component's name, such as `conference.`"""
TOKEN = re.compile(r"[a-z][a-z-]{1,30}")


class CaptureProbes:
    """Asks, where somebody wants to know."""

    def __init__(self, ground: Ground, notebook: Notebook, visit: PbxVisit) -> None:
        self._ground = ground
        self._notebook = notebook
        self._visit = visit

    def probes(self) -> tuple[Probe, ...]:
        """None without a capture."""
        if self._ground.capture is None:
            return ()
        asks: tuple[Ask, ...] = (self.services, self.xmpp, self.rest)
        limit_s = 3 * self._ground.limit_s
        return tuple(
            Probe(leg=Leg.STARFACE, step=Step.CAPTURE, ask=ask, limit_s=limit_s) for ask in asks
        )

    async def services(self) -> Observation | None:
        """Which services UCI has, on each way."""
        for attempt in self._visit.ready:
            for call in attempt.uci.provided_services():
                try:
                    await attempt.ask(call)  # the link notes the answer
                except LinkTrouble:
                    break
        return None

    async def xmpp(self) -> Observation | None:
        """What the XMPP domain says of itself."""
        notes, link = self._ground.capture, self._visit.xmpp_link
        if notes is None or link is None or self._visit.xmpp is None:
            return None
        notes.facts["xmpp sign-in"] = link.mechanism
        if link.endpoint is not None:
            domain = link.own_address.partition("@")[2].partition("/")[0]
            notes.places.add(domain)
            notes.facts["uci over xmpp"] = {
                "address": shown_address(link.endpoint.address, domain),
                "found": link.endpoint.found.value,
            }
        try:
            described = await link.describe(limit_s=SHORT_S)
        except LinkTrouble as failed:
            notes.facts["xmpp service discovery"] = failed.trouble.kind.value
            return None
        domain = described[0].address if described else ""
        notes.places.add(domain)
        notes.facts["xmpp service discovery"] = [_shown(one, domain) for one in described]
        return None

    async def rest(self) -> Observation | None:
        """What REST gives, and how much of it at a time."""
        notes, https = self._ground.capture, self._visit.https
        if notes is None or https is None or not https.accepted or self._visit.why_not_again:
            return None
        found: dict[str, object] = {}
        notes.facts["rest"] = found
        try:
            async with RestVisit(self._visit.credentials) as rest:
                query = {"page": "0", "pagesize": str(MANY)}
                page = await rest.get("/contacts", query)
                found["/contacts"] = notes.forms.of(page)
                found["most contacts in a page"] = _entries(page)
                for resource in RESOURCES:
                    found[resource] = await _resource(rest, resource, notes.forms.of)
        except LinkTrouble as failed:
            found["trouble"] = failed.trouble.kind.value
        return None


async def _resource(rest: RestVisit, path: str, form: Callable[[object], object]) -> object:
    try:
        return form(await rest.get(path))
    except LinkTrouble as failed:
        return {"trouble": failed.trouble.kind.value}


def _entries(page: object) -> int:
    """How many entries a page has, whatever it calls them."""
    values = page.values() if isinstance(page, dict) else (page,)
    return max((len(value) for value in values if isinstance(value, list)), default=0)


def shown_address(address: str, domain: str) -> str:
    """An address of XMPP without the name of the PBX, and without whose account it is."""
    local, at, host = address.rpartition("@")
    host = host.partition("/")[0]
    if domain and host.lower() == domain.lower():
        place = "DOMAIN"
    elif domain and host.lower().endswith(f".{domain.lower()}"):
        part = host[: -len(domain)]
        place = (part if PART.fullmatch(part) else likeness(part)) + "DOMAIN"
    else:
        place = f"elsewhere ({likeness(host)})"
    name = local if local in {"uci", "ucp"} else likeness(local)
    return f"{name}{at}{place}"


def _shown(one: Described, domain: str) -> dict[str, object]:
    identities = [
        "/".join(word if TOKEN.fullmatch(word) else likeness(word) for word in identity)
        for identity in one.identities
    ]
    features = [
        feature if FEATURE.fullmatch(feature) else likeness(feature) for feature in one.features
    ]
    return {
        "address": shown_address(one.address, domain),
        "listed": one.listed,
        "refusal": one.refusal if TOKEN.fullmatch(one.refusal) else likeness(one.refusal),
        "identities": identities,
        "features": features,
    }
