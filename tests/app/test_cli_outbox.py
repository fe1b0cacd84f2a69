from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from datev_connector.app.folders import find_profile
from datev_connector.app.requests_by_file import Request
from datev_connector.app.running.instance import only_instance
from datev_connector.domain.effects import SaveCall, SaveEntry
from datev_connector.domain.outbox import EntryState
from tests.app.cli_profile import NOON, CliProfile, call, entry

LATER = NOON + timedelta(days=9000)


@pytest.fixture
def profile(tmp_path: Path) -> CliProfile:
    profile = CliProfile(tmp_path / "profile")
    with profile.store() as store:
        store.commit([SaveCall(call("c-1")), SaveCall(call("c-2")), SaveCall(call("c-3"))])
        store.commit(
            [
                SaveEntry(entry(1, state=EntryState.CONFIRMED)),
                SaveEntry(
                    entry(
                        2,
                        state=EntryState.REFUSED,
                        attempts=3,
                        hresult=-2147418111,
                        not_before=LATER,
                    )
                ),
                SaveEntry(entry(3)),
            ]
        )
    return profile


def test_the_list_holds_what_is_not_confirmed_in_order(profile: CliProfile) -> None:
    found = profile.json("outbox", "list")
    assert [each["position"] for each in found] == [2, 3]
    assert found[0]["state"] == "refused"
    assert found[0]["note"] == "Rückruf"
    table = profile.done("outbox", "list")
    assert "refused (0x80010001)" in table
    assert "at once" in table


def test_an_empty_outbox_says_so(tmp_path: Path) -> None:
    assert "empty" in CliProfile(tmp_path / "new").run("outbox", "list").stderr


def test_retry_lets_the_next_start_try_at_once(profile: CliProfile) -> None:
    assert profile.json("outbox", "retry") == {"entries": 2, "running": False}
    with profile.store() as store:
        entries = store.outbox.open_entries()
    assert [each.not_before for each in entries] == [None, None]
    assert entries[0].state is EntryState.REFUSED
    assert entries[0].attempts == 3


def test_retry_asks_a_running_connector_and_leaves_its_entries_alone(profile: CliProfile) -> None:
    files = find_profile(folder=profile.folder)
    with only_instance(files.lock_file, NOON), profile.store() as store:
        # A process of its own: within this one the system would take the lock for ours.
        command = [sys.executable, "-m", "datev_connector", "outbox", "retry"]
        told = subprocess.run(
            [*command, "--profile", str(profile.folder)],
            capture_output=True,
            text=True,
            timeout=50,
            check=True,
        ).stdout
        assert store.outbox.open_entries()[0].not_before == LATER
    assert "the running connector" in told
    assert Request.RETRY.take(files)
    assert not Request.RETRY.take(files)
