"""How much the log tells, switched while the connector runs: by the stream, and by the file."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.app.end_to_end.connector import SWIFT
from tests.app.end_to_end.office import ADA, at_work


def log_of(profile: Path) -> list[str]:
    return (profile / "logs" / "connector.log").read_text("utf-8").splitlines()


async def test_the_stream_switches_the_log(tmp_path: Path) -> None:
    async with at_work(tmp_path / "profile") as office:
        office.connector.command("log", level="trace")
        told = await office.connector.event("log", level="trace")
        until, at = datetime.fromisoformat(told["until"]), datetime.fromisoformat(told["at"])
        assert timedelta(hours=23, minutes=59) < until - at <= timedelta(hours=24)
        call = await office.rings(ADA)
        await call.over()
        office.connector.command("log", level="settings")
        back = await office.connector.event("log", level="info")
        assert back["until"] is None
        mark = office.connector.mark
        for line in ({"level": "loud"}, {}):
            office.connector.command("log", **line)
        await office.connector.obeyed()
        refused = office.connector.told("error", after=mark)
        assert (
            "must be one of error, warning, info, debug, trace, or 'settings'"
            in (refused[0]["text"])
        )
        assert "'level' must be a string" in refused[1]["text"]
        office.sound()
    traced = [line for line in log_of(tmp_path / "profile") if " TRACE " in line]
    assert any("receiveCallState" in line for line in traced)
    assert not any("72112345" in line or "Byron" in line for line in traced)


async def test_a_changed_file_counts_while_the_connector_runs(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    async with at_work(profile, program=SWIFT) as office:
        office.settings({"general": {"log_level": "debug"}})
        await office.connector.event("log", level="debug", timeout_s=30)
        office.settings({"general": {"log_level": "error"}})
        await office.connector.event("log", level="error", timeout_s=30)
        office.sound()
    assert not (profile / "log-level.json").exists(), "nothing detailed is wanted any more"


async def test_a_bundle_is_written_on_demand_and_replaces_nothing(tmp_path: Path) -> None:
    letter, bundle = tmp_path / "letter.zip", tmp_path / "bundle.zip"
    letter.write_text("a letter")
    async with at_work(tmp_path / "profile") as office:
        office.connector.command("bundle", file=str(letter))
        refused = await office.connector.event("error")
        assert refused["text"].startswith("the support bundle cannot be written: ")
        office.connector.command("bundle", file=str(bundle))
        told = await office.connector.event("bundle")
        assert told["file"] == str(bundle)
        office.sound()
    assert letter.read_text() == "a letter"
    assert bundle.stat().st_size > 1000
