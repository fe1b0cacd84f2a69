"""Several connectors beside each other on one Windows: each has its profile to itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.windows.conftest import StartProcess
from tests.windows.windows_process import WindowsProcess

PEOPLE = 5
PATIENCE_S = 100.0
SETTINGS = """
[starface]
host = "127.0.0.1"
https_port = 1
login = "{login}"

[datev]
link = "simulator"
"""


def connector(start: StartProcess, profile: Path) -> WindowsProcess:
    words = ("-m", "datev_connector", "run", "--headless", "--profile", str(profile))
    return start(*words, environment={"DATEV_CONNECTOR_PASSWORD": "Pass123"})


@pytest.mark.timeout(400)
def test_connectors_of_several_people_do_not_meet(
    windows_process: StartProcess, tmp_path: Path
) -> None:
    profiles = [tmp_path / f"user-{number}" for number in range(PEOPLE)]
    for number, profile in enumerate(profiles):
        profile.mkdir()
        text = SETTINGS.format(login=f"{1000 + number}")
        (profile / "settings.toml").write_text(text, "utf-8")
    running = [connector(windows_process, profile) for profile in profiles]
    for process in running:
        told = json.loads(process.wait_for('"starface"', PATIENCE_S))
        assert told["event"] == "leg"

    second = connector(windows_process, profiles[0])
    assert second.wait(PATIENCE_S) == 1
    assert f"process {running[0].pid}" in second.complaints

    for process in running:
        process.tell('{"command": "quit"}')
        assert process.wait(PATIENCE_S) == 0
    assert all((profile / "store.db").stat().st_size for profile in profiles)
