"""The ends of a program, in a process of their own: a program takes that down with itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_program_ends_in_order_whatever_hangs() -> None:
    file = Path(__file__).with_name("endings.py")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", str(file)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3]
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "5 passed" in done.stdout
