"""XML-RPC inside of XMPP stanzas, both ways (XEP-0009), and what an error in its place means."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from datev_connector.domain.wording import worded
from datev_connector.starface.wire.xmlrpc import Fault, Message, encode_element
from datev_connector.starface.wire.xmlrpc_reader import NotXmlRpc, decode_element
from datev_connector.starface.xmpp.stanzas import RPC

QUERY = f"{{{RPC}}}query"

GONE = frozenset(
    {
        *("item-not-found", "service-unavailable", "recipient-unavailable", "gone"),
        *("remote-server-not-found", "remote-server-timeout", "jid-malformed", "redirect"),
    }
)
"""Conditions that say that nobody is there (RFC 6120, 8.3.3)."""

DENIED = frozenset(
    {
        *("forbidden", "not-allowed", "not-authorized", "policy-violation"),
        *("registration-required", "subscription-required", "payment-required"),
    }
)


def wrap(message: Message) -> str:
    """The content of an IQ. Raises Unsendable."""
    return f"<query xmlns='{RPC}'>{encode_element(message)}</query>"


def unwrap(content: Element) -> Message:
    """The message in the content of an IQ. Raises NotXmlRpc."""
    if content.tag != QUERY or len(content) != 1:
        raise NotXmlRpc(worded("the stanza holds no XML-RPC"))
    return decode_element(content[0])


def fault_of(condition: str) -> Fault | None:
    """The fault that an error of the endpoint stands for; None: there is no endpoint any more."""
    if condition in GONE:
        return None
    words = condition.replace("-", " ")
    return Fault(code=0, text=f"forbidden: {words}" if condition in DENIED else words)
