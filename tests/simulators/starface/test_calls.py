"""Every case of the STARFACE call sequences, seen by a v30 and a v22 client over real sockets."""

from __future__ import annotations

from datev_connector.simulators.starface import StarfaceSimulator
from tests.simulators.starface.client import Client, Receiver


async def test_answered(starface: StarfaceSimulator, anna: Client, receiver: Receiver) -> None:
    call = starface.pbx.incoming("0123", "004972112345", "Müller GmbH")
    call.ring()
    call.answer()
    call.hangup()
    await starface.settled()
    assert receiver.states(call.call_id) == ["RINGING", "CONNECTED", "HANGUP"]
    first = receiver.events[0]
    assert first.method == "ucp.v30.events.call.receiveCallState"
    assert first.struct["callerName"] == "Müller GmbH"
    assert first.query["de.vertico.starface.user"] == ["0123"]
    assert starface.chronicle.calls[0].outcome == "answered"
