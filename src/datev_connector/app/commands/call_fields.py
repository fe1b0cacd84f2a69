"""A call as an object of plain values, for JSON and for tables of other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datev_connector.app.commands.output import local_iso

if TYPE_CHECKING:
    from datev_connector.domain.calls import Call


def call_json(call: Call) -> dict[str, Any]:
    """One call for programs; times with the zone of this machine."""
    person = call.person
    return {
        "call": call.call,
        "pbx_call": call.pbx_call,
        "direction": call.direction.value,
        "state": call.state.value,
        "outcome": call.outcome.value if call.outcome else None,
        "began": local_iso(call.began_at),
        "connected": local_iso(call.connected_at),
        "ended": local_iso(call.ended_at),
        "number": call.e164 or call.number,
        "internal": call.internal,
        "name": call.name,
        "contact": {"id": person.ref.id, "source": person.ref.source.value} if person else None,
        "note": call.note,
        "draft": call.is_draft,
        "in_datev": local_iso(call.in_datev_at),
    }
