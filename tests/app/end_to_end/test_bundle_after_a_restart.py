"""A connector that was ended by force in a call: the bundle of the next run plays it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.end_to_end.office import ADA, SHARED, simulated
from tests.app.support_bundle.played_again import assert_played_again

AUTOMATIC = {"calls": {"transfer_automatically": True}}

pytestmark = pytest.mark.timeout(120)


async def test_what_was_taken_up_of_the_run_before_is_played_as_well(
    tmp_path: Path, people: Path
) -> None:
    bundle = tmp_path / "bundle.zip"
    async with simulated(tmp_path / "profile", AUTOMATIC, people=people) as office:
        async with office.run() as connector:
            call = await office.rings(ADA)
            await call.answered()
            call.note("Rückruf wegen Einspruch")
            await connector.obeyed()
            await call.event("window", note="draft")
            await connector.kill()
        async with office.run() as connector:
            await connector.event("call", call=call.id, state="connected")
            call.transfer()
            await call.over()
            await office.journal(1)
            other = await office.rings(SHARED)
            await other.over()
            await connector.event("datev", call=other.id, result="confirmed", method="NewCall")
            await connector.obeyed()
            seen = [one for one in connector.events if "command refused" not in str(one)]
            connector.command("bundle", file=str(bundle))
            await connector.event("bundle")
            recording = assert_played_again(bundle, seen, least=8)
            assert recording.restored is not None
            assert len(recording.restored.calls) == 1
            office.sound()
