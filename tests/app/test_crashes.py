from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from datev_connector.app.crashes import LARGEST_BYTES, NAME
from datev_connector.app.support_bundle.log_tails import log_tails

CRASH = """
import faulthandler, sys
from pathlib import Path
from datev_connector.app.crashes import crashes_noted

def of_the_fault(secret):
    faulthandler._sigsegv()

with crashes_noted(Path(sys.argv[1])):
    of_the_fault("Geheim&8821")
"""


KEPT_SMALL = """crashes_noted(Path(sys.argv[1])) as keep_small:
    with (Path(sys.argv[1]) / "crash.log").open("ab") as file:
        file.write(b"x" * 1_000_001)
    keep_small()"""


def crashed(folder: Path) -> int:
    return subprocess.run(
        [sys.executable, "-c", CRASH, str(folder)], check=False, capture_output=True
    ).returncode


def test_a_crash_leaves_its_trace_without_values(tmp_path: Path) -> None:
    assert crashed(tmp_path) != 0
    trace = (tmp_path / NAME).read_text("utf-8")
    assert "of_the_fault" in trace
    assert "Geheim" not in trace
    assert NAME in dict(log_tails(tmp_path)), "the support bundle takes it along"


def test_traces_do_not_grow_without_end(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"x" * (LARGEST_BYTES + 1))
    crashed(tmp_path)
    assert (tmp_path / NAME).stat().st_size < LARGEST_BYTES


def test_the_file_is_kept_small_while_the_program_runs(tmp_path: Path) -> None:
    script = CRASH.replace("crashes_noted(Path(sys.argv[1])):", KEPT_SMALL)
    subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], check=False, capture_output=True, timeout=60
    )
    text = (tmp_path / NAME).read_text("utf-8")
    assert "of_the_fault" in text
    assert len(text) < LARGEST_BYTES


def test_without_a_folder_nothing_is_noted(tmp_path: Path) -> None:
    assert crashed(tmp_path / "nowhere") != 0
    assert not list(tmp_path.iterdir())
