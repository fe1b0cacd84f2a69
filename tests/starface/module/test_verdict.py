"""What the answers of the module come to, for people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.legs import LegState, Mender
from datev_connector.starface.module.answers import LogLevel, ModuleInfo
from datev_connector.starface.module.names import STANDARD, near_miss
from datev_connector.starface.module.trouble import bad_answer, missing
from datev_connector.starface.module.verdict import complaint_of, verdict_on

VERSIONS = st.integers(1, 1000)


def info(version: int) -> ModuleInfo:
    return ModuleInfo(version=version, licence="", log_level=LogLevel.WARN)


@given(VERSIONS, VERSIONS)
def test_only_an_older_module_is_to_be_mended(version: int, known: int) -> None:
    state, complaint = verdict_on(info(version), known)
    assert (state is LegState.DEGRADED) is (version < known)
    assert ("newer" in complaint.reason) is (version > known)
    assert (complaint.mender is Mender.PBX_ADMIN) is (version < known)
    assert bool(complaint.remedy) is (version != known)


def test_an_older_module_is_built_anew() -> None:
    _, complaint = verdict_on(info(1), 2)
    assert "older than this program: it has version 1, and 2 goes with it." in complaint.reason
    assert "module build" in complaint.remedy


def test_where_it_stands_under_another_name() -> None:
    near = (near_miss(f"{STANDARD} ", STANDARD), near_miss("DATEV", STANDARD))
    complaint = complaint_of(missing(STANDARD, "fault"), STANDARD, near)
    assert complaint.reason.endswith(
        f'There is one called "{STANDARD} " (with a blank at its end); '
        'one called "DATEV" (another configuration of the module).'
    )
    assert complaint.mender is Mender.PBX_ADMIN
    assert "Rename" in complaint.remedy


def test_where_the_settings_are_wrong() -> None:
    near = (near_miss(STANDARD, "DATEVConector"),)
    complaint = complaint_of(missing("DATEVConector", "fault"), "DATEVConector", near)
    assert complaint.mender is Mender.USER
    assert complaint.remedy == f'Set starface.module_name = "{STANDARD}".'


def test_other_names_explain_nothing_but_a_missing_one() -> None:
    failed = bad_answer("getInfo", "no struct")
    near = (near_miss("DATEV", STANDARD),)
    assert complaint_of(failed, STANDARD, near) == failed.complaint
