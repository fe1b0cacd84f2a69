"""The reader and stand-ins of DATEV's assemblies, built once; without Mono their tests skip."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.datev.master_data.sdd.standin import Built, Standin

SCRIPT = Path(__file__).parents[4] / "scripts" / "build_sdd_reader"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    for program in ("mcs", "mono"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (Debian: mono-mcs, mono-runtime)")
    folder = tmp_path_factory.mktemp("sdd-reader")
    subprocess.run(["sh", SCRIPT, folder], check=True)
    subprocess.run(["sh", SCRIPT, "--standin", folder / "standin"], check=True)
    return Built(reader=folder / "sdd-reader.exe", assemblies=folder / "standin")


@pytest.fixture
def standin(built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Standin:
    folder = tmp_path / "service"
    folder.mkdir()
    monkeypatch.setenv("SDD_STANDIN", str(folder))
    monkeypatch.setenv("MONO_REGISTRY_PATH", str(tmp_path / "registry"))
    for name in ("ProgramFiles(x86)", "ProgramW6432", "ProgramFiles", "WINDIR"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    assert "SDD_STANDIN" in os.environ
    return Standin(built=built, folder=folder)
