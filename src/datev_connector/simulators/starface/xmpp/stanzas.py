"""IQ stanzas: questions, answers, errors (RFC 6120, section 8), and what is known of a peer."""

from __future__ import annotations

from collections.abc import Iterable

from datev_connector.simulators.starface.xmpp.element import Element, Raw, build
from datev_connector.simulators.starface.xmpp.namespaces import (
    DISCO_INFO,
    DISCO_ITEMS,
    RPC,
    STANZA_ERRORS,
)

ERROR_TYPES = {
    "bad-request": "modify",
    "forbidden": "auth",
    "gone": "cancel",
    "internal-server-error": "cancel",
    "item-not-found": "cancel",
    "not-allowed": "cancel",
    "not-authorized": "auth",
    "recipient-unavailable": "wait",
    "remote-server-not-found": "cancel",
    "service-unavailable": "cancel",
}
XML_HEAD = "?>"


def is_question(stanza: Element) -> bool:
    """Whether this is an IQ that must be answered."""
    return stanza.name == "iq" and stanza.get("type") in ("get", "set")


def payload(stanza: Element) -> Element | None:
    """What the stanza carries."""
    return next(stanza.elements, None)


def result(question: Element, *content: Element | str) -> Element:
    """The answer to an IQ."""
    return build("iq", "", _back(question, "result"), *content)


def error(question: Element, condition: str, text: str = "") -> Element:
    """An answer that says what is wrong; the condition is one of RFC 6120, section 8.3.3."""
    said = [build("text", STANZA_ERRORS, None, text)] if text else []
    kind = {"type": ERROR_TYPES.get(condition, "cancel")}
    problem = build("error", "", kind, build(condition, STANZA_ERRORS), *said)
    return build("iq", "", _back(question, "error"), problem)


def condition_of(stanza: Element) -> str:
    """The condition that an error stanza names, `""` if it names none."""
    problem = stanza.child("error")
    found = (e.name for e in problem.elements) if problem else iter(())
    return next(found, "")


def rpc(body: bytes) -> Element:
    """XML-RPC as the content of an IQ (XEP-0009)."""
    text = body.decode()
    inner = text.partition(XML_HEAD)[2] if text.startswith("<?xml") else text
    return build("query", RPC, None, Raw(inner.strip()))


def rpc_body(query: Element, root: str) -> bytes | None:
    """The XML-RPC that an IQ carries, by the name of its root; None if there is none."""
    found = query.child(root, RPC)
    return found.xml(RPC).encode() if found else None


def disco_info(identities: Iterable[tuple[str, str, str]], features: Iterable[str]) -> Element:
    """Who one is and what one can do (XEP-0030); an identity is category, type and name."""
    known = [
        build("identity", DISCO_INFO, {"category": category, "type": kind, "name": name})
        for category, kind, name in identities
    ]
    able = [build("feature", DISCO_INFO, {"var": name}) for name in features]
    return build("query", DISCO_INFO, None, *known, *able)


def disco_items(jids: Iterable[str]) -> Element:
    """What else there is (XEP-0030)."""
    items = [build("item", DISCO_ITEMS, {"jid": jid}) for jid in jids]
    return build("query", DISCO_ITEMS, None, *items)


def _back(question: Element, kind: str) -> dict[str, str]:
    return {
        "type": kind,
        "id": question.get("id"),
        "from": question.get("to"),
        "to": question.get("from"),
    }
