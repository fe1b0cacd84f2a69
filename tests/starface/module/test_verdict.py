"""What it means, for people, that the module does not answer."""

from __future__ import annotations

from datev_connector.domain.legs import Mender
from datev_connector.starface.module.names import STANDARD, near_miss
from datev_connector.starface.module.trouble import bad_answer, missing
from datev_connector.starface.module.verdict import complaint_of


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
    assert complaint.remedy == (
        f'Enter "{STANDARD}" in the settings under Connection, as the name of the module '
        "configuration (starface.module_name)."
    )


def test_other_names_explain_nothing_but_a_missing_one() -> None:
    failed = bad_answer("getInfo", "no struct")
    near = (near_miss("DATEV", STANDARD),)
    assert complaint_of(failed, STANDARD, near) == failed.complaint
