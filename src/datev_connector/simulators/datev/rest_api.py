"""The resources of the DATEVconnect stand-in: a request in, a response out, no I/O.

Client Master Data 1.7: the list of addressees holds no communications, so that a phone book costs
one request and one more for every addressee; changes are found by `timestamp` and the deletion
log. Every request signs in anew. Parameters that the description does not know (`top`, `skip`,
`expand` on lists) are ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import tzinfo
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

from datev_connector.simulators.datev.filters import (
    ADDRESSEE_FIELDS,
    CLIENT_FIELDS,
    DELETION_FIELDS,
    BadQuery,
    Comparison,
    Kind,
    parse_expand,
    parse_filter,
    parse_select,
)
from datev_connector.simulators.datev.master_data import Collection, MasterData
from datev_connector.simulators.datev.rest_bad_answers import (
    HTML_PAGE,
    LOGIN_PATH,
    WAITING,
    Fault,
    bad_answer,
    spoiled_answer,
)
from datev_connector.simulators.datev.rest_blemishes import blemished
from datev_connector.simulators.datev.rest_clock import ServiceClock
from datev_connector.simulators.datev.rest_faults import RestFaults
from datev_connector.simulators.datev.rest_manners import RestManners
from datev_connector.simulators.datev.rest_message import (
    JSON_TYPE,
    Request,
    Response,
    error_response,
    json_bytes,
    json_response,
)
from datev_connector.simulators.datev.rest_sign_on import SignOnDesk, Visit
from datev_connector.simulators.datev.seeded import Entity

ROOT = "/datev/api/"
EXPANDABLE = (
    "detail",
    "addresses",
    "communications",
    "bank_accounts",
    "tax_offices",
    "contact_persons",
)
_HIDDEN_IN_LISTS = frozenset(EXPANDABLE)
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
        clock: ServiceClock,
        manners: RestManners,
        zone: tzinfo | None = None,
    ) -> None:
        self.faults = RestFaults()
        self.manners = manners
        self._clock = clock
        self._data = data
        self._desk = desk
        self._zone = zone
        self._requests = 0

    @property
    def requests(self) -> int:
        """How many requests came in; shows what a phone book costs."""
        return self._requests

    def headers_of_all(self) -> tuple[tuple[str, str], ...]:
        """What every answer carries."""
        return (("Date", self._clock.http_date()),) if self.manners.date_header else ()

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
            return self._as_asked(request, self._answer(request))
        instead = bad_answer(struck.fault, struck.status)
        if instead is not None:
            return instead
        proper = self._answer(request)
        if struck.fault in WAITING:
            return replace(proper, waits=partial(self.faults.hold, struck.fault))
        return spoiled_answer(proper, struck.fault)

    def _as_asked(self, request: Request, proper: Response) -> Response:
        """The proper answer, as XML to those who get in without asking for JSON."""
        if proper.status != HTTPStatus.OK or _accepts_json(request.headers.get("accept", "")):
            return proper
        return spoiled_answer(proper, Fault.XML)

    def _answer(self, request: Request) -> Response:
        try:
            return self._route(request)
        except BadQuery as error:
            return self._error(400, "bad_request", str(error))

    def _refuse(self, request: Request) -> Response | None:
        if request.method != "GET":
            return self._error(405, "method_not_allowed", f"{request.method} is not served here")
        accepts = _accepts_json(request.headers.get("accept", ""))
        if not accepts and not self.manners.xml_without_accept:
            return self._error(406, "not_acceptable", f"The header 'Accept: {JSON_TYPE}' is needed")
        return None

    def _route(self, request: Request) -> Response:
        path = request.path
        if path == LOGIN_PATH:
            return Response(headers=(("Content-Type", "text/html"),), body=HTML_PAGE.encode())
        domain, version, *resource = [*path.removeprefix(ROOT).split("/"), "", ""]
        if not path.startswith(ROOT) or {"name": domain, "version": version} not in DOMAINS:
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
            return self._collection(self._data.addressees, ADDRESSEE_FIELDS, rest, query)
        if name == "clients":
            return self._collection(self._data.clients, CLIENT_FIELDS, rest, query)
        return self._error(404, "not_found", f"master-data has no resource {name!r}")

    def _collection(
        self,
        collection: Collection,
        fields: Mapping[str, Kind],
        rest: list[str],
        query: Mapping[str, str],
    ) -> Response:
        if not rest:
            comparisons = _comparisons(query, fields)
            return self._list(self._candidates(collection, comparisons), comparisons, query)
        if rest == ["deletion-log"]:
            limit = self.manners.deletion_log_limit
            log = collection.deletion_log
            known = log if limit is None else log[max(len(log) - limit, 0) :]
            return self._list(known, _comparisons(query, DELETION_FIELDS), query)
        entity = collection.get(rest[0])
        if entity is None or len(rest) > 1:
            return self._error(404, "not_found", f"There is no {'/'.join(rest)!r}")
        return json_response(self._shown(entity, query))

    def _candidates(
        self, collection: Collection, comparisons: tuple[Comparison, ...]
    ) -> Iterable[Entity | None]:
        """The entities that can be meant: by an owner's id a few, by a time those that fit it."""
        for comparison in comparisons:
            if comparison.field in {"natural_person_id", "legal_person_id"}:
                return self._data.clients_of(comparison.value)
        times = [each for each in comparisons if each.kind is Kind.TIME]
        if not times:
            return collection.listed()
        return collection.listed(
            lambda stamp: all(each.holds_at(stamp, self._zone) for each in times),
            rising=all(each.operator in {"gt", "ge"} for each in times),
        )

    def _list(
        self,
        listed: Iterable[Entity | None],
        comparisons: tuple[Comparison, ...],
        query: Mapping[str, str],
    ) -> Response:
        matching = _matching(listed, comparisons, self._zone)
        found = self._written(matching, self._select(query))
        headers = (("Content-Type", JSON_TYPE),)
        if not self.faults.cuts_list():
            return Response(headers=headers, body=_json_list(found))
        whole = [entry for entry in found if entry is not None]
        half = b"[" + b",".join(whole[: len(whole) // 2])
        return Response(headers=headers, body=iter([half]), breaks_off=True)

    def _written(
        self, entities: Iterator[Entity | None], select: frozenset[str] | None
    ) -> Iterator[bytes | None]:
        """Each entity as it stands in a list, with the blemishes of the moment."""
        blemishes = self.faults.blemishes
        for entity in entities:
            if entity is None:
                yield None
                continue
            shown = self._fields(entity, _HIDDEN_IN_LISTS, select)
            if blemishes:
                yield b",".join(json_bytes(entry) for entry in blemished(shown, blemishes))
            else:
                yield json_bytes(shown)

    def _shown(self, entity: Entity, query: Mapping[str, str]) -> Any:
        """A single entity as it is asked for, with the blemishes of the moment."""
        select, expand = self._select(query), parse_expand(query.get("expand", ""), EXPANDABLE)
        if select is not None and expand:
            raise BadQuery("select and expand do not go together")
        shown = self._fields(entity, _HIDDEN_IN_LISTS - expand, select)
        return blemished(shown, self.faults.blemishes)[0] if self.faults.blemishes else shown

    def _fields(
        self, entity: Entity, hidden: frozenset[str], select: frozenset[str] | None
    ) -> Entity:
        shown = {
            key: value
            for key, value in entity.items()
            if key not in hidden and (select is None or key in select)
        }
        if "timestamp" in shown:
            shown["timestamp"] = self.manners.written(str(shown["timestamp"]), self._zone)
        return shown

    def _select(self, query: Mapping[str, str]) -> frozenset[str] | None:
        return parse_select(query.get("select")) if self.manners.honours_select else None

    def _error(self, status: int, error: str, description: str) -> Response:
        return error_response(status, error, description, request_id=f"{self._requests:08x}")


@lru_cache(maxsize=64)
def _accepts_json(header: str) -> bool:
    """Whether the header asks for JSON in UTF-8; anything less gets 406."""
    wanted = [part.replace(" ", "").lower() for part in header.split(",")]
    return any(part.startswith(JSON_TYPE.replace(" ", "")) for part in wanted)


def _comparisons(query: Mapping[str, str], fields: Mapping[str, Kind]) -> tuple[Comparison, ...]:
    text = query.get("filter")
    return () if text is None else parse_filter(text, fields)


def _matching(
    listed: Iterable[Entity | None], comparisons: tuple[Comparison, ...], zone: tzinfo | None
) -> Iterator[Entity | None]:
    """The entities to show; None for each one left out."""
    for entity in listed:
        fits = entity is not None and all(each.holds(entity, zone) for each in comparisons)
        yield entity if fits else None


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
