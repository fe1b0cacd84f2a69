"""Names and pieces of XMPP that are more than one file's business: pure, without any library."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from datev_connector.domain.wording import worded

CLIENT = "jabber:client"
STREAM = "http://etherx.jabber.org/streams"
STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"
TLS = "urn:ietf:params:xml:ns:xmpp-tls"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"
SESSION = "urn:ietf:params:xml:ns:xmpp-session"
DISCO_INFO = "http://jabber.org/protocol/disco#info"
DISCO_ITEMS = "http://jabber.org/protocol/disco#items"
RPC = "jabber:iq:rpc"
PING = "urn:xmpp:ping"

PRESENCE = "<presence><priority>-1</priority></presence>"
"""We are here, but no chat message is meant for us (RFC 6121, 4.7.2.3)."""

WHO_WE_ARE = (
    f"<query xmlns='{DISCO_INFO}'><identity category='automation' type='rpc'/>"
    f"<feature var='{DISCO_INFO}'/><feature var='{RPC}'/><feature var='{PING}'/></query>"
)
"""The answer to disco#info (XEP-0030, XEP-0009)."""

MECHANISM = re.compile(r"[A-Z0-9_-]{1,20}")
"""The name of a form of sign-in (RFC 4422, 3.1); a server's other names are none."""
LONGEST_DOMAIN = 255
MOST_TOLD = 8
LONGEST_TOLD = 60

ERROR_TYPES = {"bad-request": "modify", "forbidden": "auth"}


class Refused(Exception):
    """A request was answered by an error; `condition` names it as RFC 6120, 8.3.3 does."""

    def __init__(self, condition: str) -> None:
        super().__init__(condition)
        self.condition = condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a server offers at the beginning of a stream."""

    starttls: bool
    mechanisms: tuple[str, ...]
    bind: bool
    session: bool
    """A session must be asked for, as servers before RFC 6121 want it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An IQ that wants an answer from us."""

    kind: str
    """"get" or "set"."""
    number: str
    sender: str
    """As it was written; empty: our server."""
    sender_bare: str
    """Without resource, in its one form; empty: our server, or an impossible address."""
    addressee: str
    content: Element | None
    """None if there is not exactly one element."""

    @property
    def asks_for(self) -> str:
        """The name of the content, as ElementTree writes it."""
        return "" if self.content is None else self.content.tag


def stream_header(domain: str) -> str:
    """What begins a stream to a server of this name."""
    return (
        f"<?xml version='1.0'?><stream:stream to={quoteattr(domain)} version='1.0' "
        f"xml:lang='en' xmlns={quoteattr(CLIENT)} xmlns:stream={quoteattr(STREAM)}>"
    )


def offer_of(features: Element) -> Offer:
    """What stream features say."""
    session = features.find(f"{{{SESSION}}}session")
    offered = features.iterfind(f"{{{SASL}}}mechanisms/{{{SASL}}}mechanism")
    names = ((mechanism.text or "").strip() for mechanism in offered)
    return Offer(
        starttls=features.find(f"{{{TLS}}}starttls") is not None,
        mechanisms=tuple(name for name in names if MECHANISM.fullmatch(name)),
        bind=features.find(f"{{{BIND}}}bind") is not None,
        session=session is not None and session.find(f"{{{SESSION}}}optional") is None,
    )


def request_of(iq: Element, *, sender_bare: str, addressee: str) -> Request:
    """An IQ of type "get" or "set"; the addresses as `Request` has them."""
    return Request(
        kind=iq.get("type", ""),
        number=iq.get("id", ""),
        sender=iq.get("from", ""),
        sender_bare=sender_bare,
        addressee=addressee,
        content=iq[0] if len(iq) == 1 else None,
    )


def condition_of(error: Element | None, namespace: str = STANZAS) -> str:
    """The condition that an error names; undefined-condition if it names none."""
    for child in () if error is None else error:
        space, _, name = child.tag.rpartition("}")
        if space == f"{{{namespace}" and name != "text":
            return name
    return "undefined-condition"


def error_element(condition: str) -> str:
    """An error for the answer to an IQ."""
    kind = ERROR_TYPES.get(condition, "cancel")
    return f"<error type='{kind}'><{condition} xmlns='{STANZAS}'/></error>"


def server_name(header: Element) -> str:
    """What a server calls itself in the header of its stream; empty if that is no domain."""
    name = header.get("from", "")
    return name if len(name) <= LONGEST_DOMAIN and name.isprintable() else ""


def told(names: Sequence[str]) -> str:
    """What a server named, for a person: a few, short, of characters that can be seen."""
    few = ", ".join(_shown(name) for name in names[:MOST_TOLD])
    more = len(names) - MOST_TOLD
    return worded("{few} and {more} more", few=few, more=more) if more > 0 else few


def _shown(name: str) -> str:
    seen = "".join(letter if letter.isprintable() else "?" for letter in name[:LONGEST_TOLD])
    return f"{seen}..." if len(name) > LONGEST_TOLD else seen


def domain_of(address: str) -> str:
    """The domain of an address: all of it that may stand in a log."""
    return address.partition("/")[0].rpartition("@")[2]
