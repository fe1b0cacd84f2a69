"""Windows come and go all day: nothing of them may stay, and nothing may go with them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROUNDS = 3


def test_windows_that_are_thrown_away_leave_nothing_and_take_nothing_along(screen: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.desktop.thrown_away", str(ROUNDS)],
        env={**os.environ, "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"},
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rounds = [tuple(int(word) for word in line.split()) for line in done.stdout.splitlines()]
    assert len(rounds) == ROUNDS
    windows, widgets, objects = zip(*rounds, strict=True)
    assert min(windows) > 50
    assert set(widgets) == {0}
    # The first round fills what is kept on purpose, such as symbols that were drawn.
    assert objects[-1] - objects[1] < min(windows), rounds
