"""What the other tests here stand on: a real Windows Python, and processes beside it."""

from __future__ import annotations

import sys
import winreg

import pytest

import datev_connector
from tests.windows.registry_tree import delete_tree
from tests.windows.windows_process import StartProcess


def test_a_windows_python_of_64_bits_runs_these_tests() -> None:
    assert sys.platform == "win32"
    assert sys.maxsize > 2**32
    assert datev_connector.__version__


def test_a_process_answers_by_pipe_and_ends_with_its_code(windows_process: StartProcess) -> None:
    code = "import sys\nfor line in sys.stdin: print(line.upper(), end='', flush=True)\nsys.exit(3)"
    process = windows_process("-X", "utf8", "-c", code)

    process.tell("grüße")

    assert process.line() == "GRÜSSE"
    assert process.wait() == 3


def test_a_process_that_fails_says_why(windows_process: StartProcess) -> None:
    process = windows_process("-c", "raise SystemExit('no such thing')")

    with pytest.raises(AssertionError, match="no such thing"):
        process.wait_for("ready")


def test_a_process_can_be_killed(windows_process: StartProcess) -> None:
    process = windows_process("-c", "import time; print('up', flush=True); time.sleep(600)")
    process.wait_for("up")

    process.kill()

    assert not process.running


def test_a_part_of_the_registry_is_gone_with_all_that_is_below(registry_subtree: str) -> None:
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{registry_subtree}\a\b") as key:
        winreg.SetValueEx(key, "name", 0, winreg.REG_SZ, "value")

    delete_tree(registry_subtree)

    with pytest.raises(FileNotFoundError):
        winreg.OpenKey(winreg.HKEY_CURRENT_USER, registry_subtree)
