"""Somebody reads the stream no longer, and does not close it either."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.end_to_end.office import USER, at_work

AUTO = {"calls": {"transfer_automatically": True}}
CALLS = 120


async def test_calls_reach_datev_all_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    profile: Path = tmp_path_factory.mktemp("stalled") / "profile"
    async with at_work(profile, AUTO) as office:
        transport = office.connector.process._transport.get_pipe_transport(1)  # type: ignore[attr-defined]
        transport.pause_reading()
        try:
            for n in range(CALLS):
                call = office.starface.pbx.incoming(USER, f"0049721{4000 + n}")
                call.ring()
                call.answer()
                call.hangup()
            await office.datev.wait_for(
                lambda datev: sum(entry.over for entry in datev.calls) == CALLS, 20
            )
        finally:
            transport.resume_reading()
