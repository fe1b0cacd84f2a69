"""A program that cannot start says so: a person in a box, in the language of Windows; the installer
is not kept waiting by one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.making import Made
from installer.places import CONSOLE, PACKAGES, WINDOWED
from tests.msi.windows import LIMIT_S, Windows

DAMAGED = 121
ENGLISH = "The DATEV Connector is damaged: parts of the folder runtime are missing"
GERMAN = "Der DATEV Connector ist beschädigt: Teile des Ordners runtime fehlen"
MODULES = "runtime/python313.zip"
LIBRARY = "runtime/python313.dll"
OUR_START = f"{PACKAGES}/datev_connector/app/cli.pyc"


@pytest.fixture
def folder(newer: Made) -> Iterator[Path]:
    """The files of an installation, to be damaged: each by another one in its place."""
    made = newer.layout.with_name("damaged")
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(newer.layout, made, copy_function=os.link)
    yield made
    shutil.rmtree(made)


def damage(file: Path, content: bytes | None = None) -> None:
    file.unlink()
    if content is not None:
        file.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (LIBRARY, None),
        (LIBRARY, b"MZ damaged"),
        (MODULES, None),
        (MODULES, b"PK damaged"),
        (f"{PACKAGES}/datev_connector/__main__.pyc", None),
        (OUR_START, b"damaged"),
        (f"{PACKAGES}/datev_connector/app/commands/run.pyc", b"damaged"),
        (f"{PACKAGES}/datev_connector/app/windows/without_console.pyc", None),
    ],
)
def test_a_person_reads_in_a_box_why_nothing_opens(
    windows: Windows, folder: Path, name: str, content: bytes | None
) -> None:
    damage(folder / name, content)
    started = windows.start(folder=folder)
    assert windows.read_box().startswith(ENGLISH)
    assert started.wait(LIMIT_S) == DAMAGED


def test_the_box_speaks_german_on_a_german_windows(
    windows: Windows, folder: Path, tmp_path: Path
) -> None:
    locales = tmp_path / "locales"
    locales.mkdir()
    made = ["localedef", "-i", "de_DE", "-f", "UTF-8", str(locales / "de_DE.UTF-8")]
    subprocess.run(made, check=True)
    damage(folder / MODULES)
    german = {"LOCPATH": str(locales), "LC_ALL": "de_DE.UTF-8"}
    started = windows.start("run", "--at-sign-in", folder=folder, **german)
    assert windows.read_box().startswith(GERMAN)
    assert started.wait(LIMIT_S) == DAMAGED


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (LIBRARY, ["quit", "--for-update"]),
        (MODULES, ["setup", "machine-settings"]),
        (MODULES, ["run", "--after-update"]),
    ],
)
def test_the_installer_is_not_kept_waiting(
    windows: Windows, folder: Path, name: str, words: list[str]
) -> None:
    damage(folder / name)
    assert windows.start(*words, folder=folder).wait(LIMIT_S) == DAMAGED


def test_a_command_line_says_it_on_standard_error(windows: Windows, folder: Path) -> None:
    damage(folder / OUR_START)
    run = windows.connector("selftest", folder=folder)
    assert run.returncode == DAMAGED
    assert run.stderr.splitlines()[-1].startswith(ENGLISH)


def test_a_sound_program_says_nothing_of_damage(windows: Windows, newer: Made) -> None:
    for program in (WINDOWED, CONSOLE):
        run = windows.run(str(newer.layout / program), "--version")
        assert run.returncode == 0
        assert "damaged" not in run.stderr
    assert windows.connector("no-such-command", folder=newer.layout).returncode == 2
