"""A connector that was ended by force in a call: the bundle of the next run plays it again."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from tests.app.end_to_end.connector import Connector, Event
from tests.app.end_to_end.office import ADA, SHARED, simulated
from tests.app.support_bundle.played_again import assert_played_again

AUTOMATIC = {"calls": {"transfer_automatically": True}}


async def _bundled_at_rest(connector: Connector, folder: Path) -> tuple[Path, list[Event]]:
    """A bundle that was written while nothing happened, and what was told before."""
    for number in count():
        bundle = folder / f"bundle-{number}.zip"
        await connector.obeyed()
        before = len(connector.events)
        connector.command("bundle", file=str(bundle))
        answer = await connector.event("bundle", after=before)
        if connector.events.index(answer) == before:
            return bundle, connector.events[:before]
    raise AssertionError


async def test_what_was_taken_up_of_the_run_before_is_played_as_well(
    tmp_path: Path, people: Path
) -> None:
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
            await connector.event("call", call=other.id, outcome="missed")
            bundle, told = await _bundled_at_rest(connector, tmp_path)
            seen = [one for one in told if "command refused" not in str(one)]
            recording = assert_played_again(bundle, seen, least=8)
            assert recording.restored is not None
            assert len(recording.restored.calls) == 1
            office.sound()
