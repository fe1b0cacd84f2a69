"""The resources of the DATEVconnect stand-in: a request in, a response out, no I/O.

Client Master Data 1.7: the list of addressees holds no communications, so that a phone book costs
one request and one more for every addressee; changes are found by `timestamp` and the deletion
log. Every request signs in anew. Parameters that the description does not know (`top`, `skip`,
`expand` on lists) are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import tzinfo
from functools import partial
from typing import Any

from datev_connector.simulators.datev.filters import (
    ADDRESSEE_FIELDS,
    CLIENT_FIELDS,
    DELETION_FIELDS,
    BadQuery,
    Comparison,
    Kind,
    parse_filter,
    parse_select,
)
from datev_connector.simulators.datev.master_data import Collection, MasterData
from datev_connector.simulators.datev.office import Entity
from datev_connector.simulators.datev.rest_bad_answers import (
    HTML_PAGE,
    LOGIN_PATH,
    WAITING,
    bad_answer,
    spoiled_answer,
)
from datev_connector.simulators.datev.rest_blemishes import Blemished, blemished
from datev_connector.simulators.datev.rest_faults import RestFaults
from datev_connector.simulators.datev.rest_message import (
    JSON_TYPE,
    Request,
    Response,
    error_response,
    json_response,
)
from datev_connector.simulators.datev.rest_sign_on import SignOnDesk, Visit

ROOT = "/datev/api/"
EXPANDABLE = (
    "detail",
    "addresses",
    "communications",
    "bank_accounts",
    "tax_offices",
    "contact_persons",
)
# So many entries are looked at before anything else gets its turn.
BATCH = 200
DOMAINS = [
    {"name": "diagnostics", "version": "v1"},
    {"name": "iam", "version": "v1"},
    {"name": "master-data", "version": "v1"},
]


class RestApi:
    """Answers requests from master data to those whom `desk` lets in."""

    def __init__(
        self,
        data: MasterData,
        *,
        desk: SignOnDesk,
        zone: tzinfo | None = None,
    ) -> None:
        self.faults = RestFaults()
        self._data = data
        self._desk = desk
        self._zone = zone
        self._requests = 0

    @property
    def requests(self) -> int:
        """How many requests came in; shows what a phone book costs."""
        return self._requests

    def handle(self, request: Request, visit: Visit) -> Response:
        """Answer one request of one connection."""
        self._requests += 1
        entry = self._desk.admit(request.headers.get("authorization", ""), visit)
        if entry.refusal is not None:
            return entry.refusal
        response = self._let_in(request)
        if entry.headers:
            return replace(response, headers=(*response.headers, *entry.headers))
        return response

    def _let_in(self, request: Request) -> Response:
        """Answer somebody who has signed in, as the faults of the moment have it."""
        refused = self.faults.instead() or self._refuse(request)
        if refused is not None:
            return refused
        struck = self.faults.strike(request)
        if struck is None:
            return self._answer(request)
        instead = bad_answer(struck.fault, struck.status)
        if instead is not None:
            return instead
        proper = self._answer(request)
        if struck.fault in WAITING:
            return replace(proper, waits=partial(self.faults.hold, struck.fault))
        return spoiled_answer(proper, struck.fault)

    def _answer(self, request: Request) -> Response:
        try:
            return self._route(request)
        except BadQuery as error:
            return self._error(400, "bad_request", str(error))

    def _refuse(self, request: Request) -> Response | None:
        if request.method != "GET":
            return self._error(405, "method_not_allowed", f"{request.method} is not served here")
        if not _accepts_json(request.headers.get("accept", "")):
            return self._error(406, "not_acceptable", f"The header 'Accept: {JSON_TYPE}' is needed")
        return None

    def _route(self, request: Request) -> Response:
        if request.path == LOGIN_PATH:
            return Response(headers=(("Content-Type", "text/html"),), body=HTML_PAGE.encode())
        domain, version, *resource = [*request.path.removeprefix(ROOT).split("/"), "", ""]
        if not request.path.startswith(ROOT) or {"name": domain, "version": version} not in DOMAINS:
            text = f"The domain {domain!r} in version {version!r} is in none of the loaded plug-ins"
            return self._error(404, "not_found", text)
        parts = [part for part in resource if part]
        if domain == "master-data":
            return self._master_data(parts, request.query)
        return self._service(domain, "/".join(parts))

    def _service(self, domain: str, resource: str) -> Response:
        if (domain, resource) == ("diagnostics", "echo"):
            return json_response({"id": str(self._requests), "echo_message": "echo"})
        if (domain, resource) == ("diagnostics", "domains"):
            return json_response(DOMAINS)
        if (domain, resource) == ("iam", "Users/me"):
            name = self._desk.account.user if self._desk.account else "simulator"
            return json_response({"id": "me", "user_name": name, "display_name": name})
        return self._error(404, "not_found", f"{domain} has no resource {resource!r}")

    def _master_data(self, parts: list[str], query: Mapping[str, str]) -> Response:
        name, *rest = parts or [""]
        if name == "addressees":
            listed: Iterable[Entity] = self._data.addressees
            return self._collection(self._data.addressees, listed, ADDRESSEE_FIELDS, rest, query)
        if name == "clients":
            listed = self._clients(query)
            return self._collection(self._data.clients, listed, CLIENT_FIELDS, rest, query)
        return self._error(404, "not_found", f"master-data has no resource {name!r}")

    def _clients(self, query: Mapping[str, str]) -> Iterable[Entity]:
        """All clients, or (by the owner's id) the few that can be meant."""
        for comparison in self._comparisons(query, CLIENT_FIELDS):
            if comparison.field in {"natural_person_id", "legal_person_id"}:
                return self._data.clients_of(comparison.value)
        return self._data.clients

    def _collection(
        self,
        collection: Collection,
        listed: Iterable[Entity],
        fields: Mapping[str, Kind],
        rest: list[str],
        query: Mapping[str, str],
    ) -> Response:
        if not rest:
            return self._list(listed, fields, query)
        if rest == ["deletion-log"]:
            return self._list(collection.deletion_log, DELETION_FIELDS, query)
        entity = collection.get(rest[0])
        if entity is None or len(rest) > 1:
            return self._error(404, "not_found", f"There is no {'/'.join(rest)!r}")
        return json_response(self._spoiled(_shown(entity, query)))

    def _list(
        self, listed: Iterable[Entity], fields: Mapping[str, Kind], query: Mapping[str, str]
    ) -> Response:
        comparisons = self._comparisons(query, fields)
        select = parse_select(query.get("select"))
        found = _written(_matching(listed, comparisons, select, self._zone), self.faults.blemishes)
        headers = (("Content-Type", JSON_TYPE),)
        if not self.faults.cuts_list():
            return Response(headers=headers, body=_json_list(found))
        whole = [entry for entry in found if entry is not None]
        half = b"[" + b",".join(whole[: len(whole) // 2])
        return Response(headers=headers, body=iter([half]), breaks_off=True)

    def _spoiled(self, entity: Entity) -> Any:
        blemishes = self.faults.blemishes
        return blemished(entity, blemishes)[0] if blemishes else entity

    def _comparisons(
        self, query: Mapping[str, str], fields: Mapping[str, Kind]
    ) -> tuple[Comparison, ...]:
        text = query.get("filter")
        return () if text is None else parse_filter(text, fields)

    def _error(self, status: int, error: str, description: str) -> Response:
        return error_response(status, error, description, request_id=f"{self._requests:08x}")


def _accepts_json(header: str) -> bool:
    """Whether the header asks for JSON in UTF-8; anything less gets 406."""
    wanted = [part.replace(" ", "").lower() for part in header.split(",")]
    return any(part.startswith(JSON_TYPE.replace(" ", "")) for part in wanted)


def _matching(
    entities: Iterable[Entity],
    comparisons: tuple[Comparison, ...],
    select: frozenset[str] | None,
    zone: tzinfo | None,
) -> Iterator[Entity | None]:
    """The entities to show, without what only `expand` brings; None for each one left out."""
    for entity in entities:
        if not all(comparison.holds(entity, zone) for comparison in comparisons):
            yield None
            continue
        yield {
            key: value
            for key, value in entity.items()
            if key not in EXPANDABLE and (select is None or key in select)
        }


def _written(
    entities: Iterator[Entity | None], blemishes: tuple[Blemished, ...]
) -> Iterator[bytes | None]:
    """Each entity as it stands in the list, with the blemishes of the moment."""
    for entity in entities:
        if entity is None:
            yield None
        elif blemishes:
            yield b",".join(_json(entry) for entry in blemished(entity, blemishes))
        else:
            yield _json(entity)


def _shown(entity: Entity, query: Mapping[str, str]) -> Entity:
    select = parse_select(query.get("select"))
    expand = {name.strip() for name in query.get("expand", "").split(",") if name.strip()}
    unknown = expand - {*EXPANDABLE, "*"}
    if unknown:
        raise BadQuery(f"{min(unknown)!r} cannot be expanded")
    if select is not None and expand:
        raise BadQuery("select and expand do not go together")
    hidden = set() if "*" in expand else set(EXPANDABLE) - expand
    return {
        key: value
        for key, value in entity.items()
        if key not in hidden and (select is None or key in select)
    }


def _json_list(entries: Iterator[bytes | None]) -> Iterator[bytes]:
    """A JSON array in pieces, with an empty piece after each batch that brought nothing."""
    yield b"["
    batch: list[bytes] = []
    separator = b""
    for count, entry in enumerate(entries, start=1):
        if entry is not None:
            batch.append(entry)
        if count % BATCH == 0:
            yield separator + b",".join(batch) if batch else b""
            separator = b"," if batch else separator
            batch.clear()
    yield (separator + b",".join(batch) if batch else b"") + b"]"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
