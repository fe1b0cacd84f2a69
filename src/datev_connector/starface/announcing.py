"""What an event that the PBX has sent tells of a call, and what is known of the call by it."""

from __future__ import annotations

from dataclasses import dataclass

from datev_connector.domain.inputs import CallMoved, CallSighted
from datev_connector.starface.known_calls import KnownCalls
from datev_connector.starface.pacing import Moment
from datev_connector.starface.wire.uci_calls import CallReport, IdChanged, SessionReset, read_event
from datev_connector.starface.wire.xmlrpc import MethodCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """News of a call, for the engine."""

    pbx_call: str
    """Its id from now on."""
    news: CallSighted | CallMoved


def announced(
    event: MethodCall, known: KnownCalls, now: Moment, *, prompt: bool
) -> Announced | SessionReset | None:
    """Take an event; None: it is not about calls.

    `prompt`: it has just been sent, so that its time tells what the PBX's clock shows now.
    """
    match found := read_event(event, known=known.knows):
        case CallReport(pbx_call=pbx_call):
            return Announced(pbx_call=pbx_call, news=known.pushed(found, now, prompt=prompt))
        case IdChanged(old=old, new=new):
            known.moved(old, new, now)
            return Announced(pbx_call=new, news=CallMoved(at=now.at, old=old, new=new))
        case SessionReset():
            return found
        case _:
            return None
