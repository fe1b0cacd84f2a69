"""A colleague asks the user first, then hands a client's call over."""

from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.simulators.starface import StarfaceConfig
from tests.app.end_to_end.office import ADA, COLLEAGUE, UNKNOWN, USER, at_work

AUTO = {"calls": {"transfer_automatically": True}}


@pytest.fixture
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("transfer") / "profile"


@pytest.mark.parametrize("new_id", [True, False])
@pytest.mark.parametrize(("number", "name"), [(ADA, "Ada Byron"), (UNKNOWN, "")])
async def test_the_call_takes_the_name_of_the_new_far_end(
    profile: Path, people: Path, new_id: bool, number: str, name: str
) -> None:
    async with at_work(profile, AUTO, pbx=StarfaceConfig(), people=people) as office:
        at_pbx = office.starface.pbx.incoming(COLLEAGUE, number)
        at_pbx.ring()
        at_pbx.answer()
        ask = at_pbx.consult(USER)
        ask.ring()
        ask.answer()
        first = await office.connector.event("call", internal=True, state="connected")
        at_pbx.transfer(ask, new_id=new_id)
        told = await office.connector.event("call", call=first["call"], internal=False)
        assert told["name"] == name
        assert told["match"]["candidates"] == (1 if name else 0)
        ask.hangup()
        await office.connector.event("call", call=first["call"], state="ended")
        assert len({event["call"] for event in office.connector.told("call")}) == 1
        assert not office.connector.told("choose")
        office.sound()
