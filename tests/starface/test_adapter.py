from __future__ import annotations

from datev_connector.domain.calls import PbxState
from datev_connector.domain.legs import LegState
from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from tests.starface.pbx_run import running


async def test_a_call_is_reported_from_the_first_ring_to_the_end() -> None:
    async with StarfaceSimulator(StarfaceConfig()) as simulator, running(simulator) as run:
        await run.engine.leg(LegState.UP)
        call = simulator.pbx.incoming("0123", "004972112345", "Ada Byron")
        call.ring()
        call.answer()
        call.hangup()
        await run.engine.sighted(PbxState.HANGUP)
        assert run.engine.states == [PbxState.RINGING, PbxState.CONNECTED, PbxState.HANGUP]
        rang = run.engine.sightings[0]
        assert rang.caller_number == "004972112345"
        assert rang.caller_name == "Ada Byron"
        assert rang.pbx_call == call.call_id
        assert rang.changed_at is not None
        assert abs((rang.changed_at - rang.at).total_seconds()) < 2
