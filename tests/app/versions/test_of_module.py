"""What the version of the module comes to: by the table, in whole sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.versions import Part, known_table, verdict_on
from datev_connector.app.versions.table import EMPTY, read_table, shipped
from datev_connector.domain.legs import LegState, Mender
from datev_connector.starface.module.answers import LogLevel, ModuleInfo
from datev_connector.starface.module.edition import MODULE_VERSION

VERSIONS = st.integers(0, 1000)


def info(version: int) -> ModuleInfo:
    return ModuleInfo(version=version, licence="", log_level=LogLevel.WARN)


@given(VERSIONS)
def test_only_an_older_module_is_to_be_mended(version: int) -> None:
    state, complaint = verdict_on(info(version))
    older, newer = version < MODULE_VERSION, version > MODULE_VERSION
    assert (state is LegState.DEGRADED) is older
    assert ("newer than those that this program knows" in complaint.reason) is newer
    assert (complaint.mender is Mender.PBX_ADMIN) is older
    assert bool(complaint.remedy) is older
    assert str(version) in complaint.reason


def test_an_older_module_is_built_anew() -> None:
    _, complaint = verdict_on(info(MODULE_VERSION - 1))
    told = f"it has version {MODULE_VERSION - 1}, and {MODULE_VERSION} goes with it."
    assert f"older than this program: {told}" in complaint.reason
    assert "module build" in complaint.remedy


def test_the_table_decides_and_nothing_else() -> None:
    later = read_table(shipped().replace('module = "<1"', 'module = "<3"'))
    assert verdict_on(info(2), later)[0] is LegState.DEGRADED
    assert verdict_on(info(3), later)[0] is LegState.UP


@pytest.mark.parametrize("version", [0, 1, 7])
def test_a_spoiled_table_speaks_against_no_module(version: int) -> None:
    state, complaint = verdict_on(info(version), EMPTY)
    assert state is LegState.UP
    assert complaint.reason == f"The module answers, version {version}."


def test_the_oldest_module_that_goes_with_this_program_is_the_one_that_it_builds() -> None:
    """Until a module is built that an older program can do without."""
    (fact,) = [fact for fact in known_table().facts if fact.part is Part.MODULE]
    before = fact.spans[Part.MODULE].before
    assert before is not None
    assert before.numbers == (MODULE_VERSION,)
