"""The one examination on Windows, against a real counterpart in the Running Object Table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from datev_connector.app.diagnosis import Finding, Step
from datev_connector.datev.com import type_library
from datev_connector.domain.legs import LegState, Mender
from datev_connector.texts.language import Language, Tongue
from tests.app.diagnosis.office import FaultyOffice
from tests.windows.com_house import counterpart
from tests.windows.conftest import StartProcess

OURS = Path(__file__).parents[2] / "build" / "type-library" / "datev_cti.tlb"
GERMAN = Language.of(Tongue.GERMAN)


@pytest.fixture(autouse=True)
def carried() -> Iterator[None]:
    """Windows knows DATEV's interfaces, as where DATEV is installed."""
    type_library.register(str(OURS))
    yield
    type_library.unregister()


async def link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Finding:
    office = FaultyOffice(tmp_path / "profile", monkeypatch)
    office.set("datev", link="com")
    return (await office.examine()).of(Step.LINK)


async def test_nobody_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await link(tmp_path, monkeypatch)
    assert (found.state, found.mender, found.found) == (LegState.DOWN, Mender.USER, "0x800401E3")
    assert "läuft in dieser Windows-Sitzung nicht" in GERMAN.tell(found.meaning)


async def test_datev_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, windows_process: StartProcess
) -> None:
    datev = await counterpart(windows_process)
    await datev.ask("register", "datev")
    found = await link(tmp_path, monkeypatch)
    assert (found.state, found.found) == (LegState.UP, "it answers")


async def test_another_program_holds_the_slot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, windows_process: StartProcess
) -> None:
    datev, other = await counterpart(windows_process), await counterpart(windows_process)
    await datev.ask("register", "datev")
    await other.ask("register", "buddy")
    found = await link(tmp_path, monkeypatch)
    assert (found.state, found.mender) == (LegState.DEGRADED, Mender.USER)
    assert "262631" in found.found
    assert "zwei Telefonieprogramme" in GERMAN.tell(found.meaning)
    assert "python.exe" in found.meaning


async def test_interfaces_that_windows_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, windows_process: StartProcess
) -> None:
    datev = await counterpart(windows_process)
    await datev.ask("register", "datev")
    type_library.unregister()
    found = await link(tmp_path, monkeypatch)
    assert (found.state, found.mender) == (LegState.DEGRADED, Mender.WINDOWS_ADMIN)
    assert "may not be able to dial" in found.meaning
