from __future__ import annotations

import sys
from pathlib import Path

import pytest

from datev_connector.datev.master_data.sdd import finding
from datev_connector.datev.master_data.sdd.finding import PROGRAM, Command, find_reader
from datev_connector.datev.master_data.sdd.options import SddOptions


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a program that has nothing of a checkout."""
    folder = tmp_path / "Programs" / "Connector"
    folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "executable", str(folder / "connector.exe"))
    module = folder / "lib/datev_connector/datev/master_data/sdd/finding.py"
    monkeypatch.setattr(finding, "__file__", str(module))
    return folder


def put(folder: Path) -> Path:
    program = folder / PROGRAM
    program.parent.mkdir(parents=True)
    program.touch()
    return program


def test_the_named_one_counts(packaged: Path, tmp_path: Path) -> None:
    put(packaged)
    named = put(tmp_path / "elsewhere")
    assert find_reader(SddOptions(reader=named)) == named
    named.unlink()
    assert find_reader(SddOptions(reader=named)) is None


def test_an_installation_has_it_beside_its_program(packaged: Path) -> None:
    assert find_reader(SddOptions()) is None
    program = put(packaged)
    assert find_reader(SddOptions()) == program


def test_a_checkout_has_it_where_it_was_built(
    packaged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "src/datev_connector/datev/master_data/sdd/finding.py"
    monkeypatch.setattr(finding, "__file__", str(module))
    program = put(tmp_path / "build")
    assert find_reader(SddOptions()) is None
    (tmp_path / "sdd_reader").mkdir()
    assert find_reader(SddOptions()) == program


@pytest.mark.skipif(sys.platform == "win32", reason="Windows runs it itself")
def test_mono_runs_it_elsewhere(tmp_path: Path) -> None:
    program, mono = tmp_path / "sdd-reader.exe", tmp_path / "mono"
    assert Command.of(program, SddOptions(mono=str(mono))) is None
    mono.touch(mode=0o755)
    command = Command.of(program, SddOptions(mono=str(mono)))
    assert command == Command((str(mono), str(program)), tmp_path)
    assert Command.of(tmp_path / "other", SddOptions()) == Command(
        (str(tmp_path / "other"),), tmp_path
    )
