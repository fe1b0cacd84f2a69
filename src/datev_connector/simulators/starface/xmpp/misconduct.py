"""What the endpoint answers in XMPP when a planned fault strikes."""

from __future__ import annotations

from collections.abc import Callable

from datev_connector.simulators.starface.faults import FaultKind
from datev_connector.simulators.starface.misconduct import OVERSIZE_BYTES, other_value
from datev_connector.simulators.starface.wire import write_fault, write_response
from datev_connector.simulators.starface.xmpp.element import Element, Raw, build
from datev_connector.simulators.starface.xmpp.namespaces import RPC
from datev_connector.simulators.starface.xmpp.stanzas import error, result, rpc

BROKEN = (
    "<methodResponse><params><param><value><int>seven</int></value></param></params>"
    "</methodResponse>"
)
ENTITIES = "<methodResponse>&unheard-of;</methodResponse>"
WEB_PAGE = "<html xmlns='http://www.w3.org/1999/xhtml'><body>STARFACE Login</body></html>"


def instead(kind: FaultKind, question: Element, fault_code: int) -> Element | None:
    """What is answered in place of the truth; None if this fault lets the request through."""
    answers: dict[FaultKind, Callable[[], Element]] = {
        FaultKind.HTML: lambda: result(question, Raw(WEB_PAGE)),
        FaultKind.REDIRECT: lambda: error(question, "gone"),
        FaultKind.SERVER_ERROR: lambda: error(question, "internal-server-error"),
        FaultKind.UNAVAILABLE: lambda: error(question, "service-unavailable"),
        FaultKind.UNAUTHORIZED: lambda: error(question, "not-authorized"),
        FaultKind.EMPTY: lambda: result(question),
        FaultKind.GARBAGE: lambda: _query(question, BROKEN),
        FaultKind.OVERSIZE: lambda: result(question, rpc(write_response("a" * OVERSIZE_BYTES))),
        FaultKind.ENTITIES: lambda: _query(question, ENTITIES),
        FaultKind.UCI_FAULT: lambda: result(
            question, rpc(write_fault(fault_code, "UciException: internal error"))
        ),
    }
    make = answers.get(kind)
    return make() if make else None


def distorted(answer: Element) -> Element:
    """The same answer with a value of another type."""
    query = answer.child("query", RPC)
    body = "".join(str(child) for child in query.children) if query else ""
    return build("iq", "", answer.attributes, rpc(other_value(body.encode())))


def _query(question: Element, content: str) -> Element:
    return result(question, build("query", RPC, None, Raw(content)))
