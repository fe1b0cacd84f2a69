"""Who is let in by a list of Windows, and the list that lets in nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.system.private_files import closed, strangers

ME = "S-1-5-21-1004336348-1177238915-682003330-512"
OTHER = "S-1-5-21-1004336348-1177238915-682003330-513"


@pytest.mark.parametrize(
    ("description", "found"),
    [
        (f"D:(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;{ME})", set()),
        (f"O:{ME}G:DUD:PAI(A;OICI;FA;;;{ME})(A;OICIIO;FA;;;CO)", set()),
        (f"D:(A;;FA;;;{ME})(A;;0x1200a9;;;BU)", {"BU"}),
        (f"D:(A;;FA;;;{ME})(A;;FR;;;WD)(A;;FR;;;{OTHER})S:(AU;SA;FA;;;WD)", {"WD", OTHER}),
        (f"D:(D;;FA;;;{OTHER})(A;;FA;;;{ME})", set()),
        (f'D:(XA;;FX;;;{OTHER};(@User.Title=="PM" && (@User.A==1)))', {OTHER}),
        ("D:(A;;FA;;;S-1-5-18)(A;;FA;;;S-1-5-32-544)", set()),
        ("D:NO_ACCESS_CONTROL", {"WD"}),
        ("", {"WD"}),
        ("O:SYG:SY", {"WD"}),
        ("D:", set()),
        ("D:P", set()),
    ],
)
def test_who_else_is_let_in(description: str, found: set[str]) -> None:
    assert strangers(description, ME) == found


@pytest.mark.parametrize("folder", [True, False])
def test_a_closed_list_lets_in_nobody_else_and_inherits_nothing(*, folder: bool) -> None:
    words = closed(ME, folder=folder)
    assert strangers(words, ME) == set()
    assert strangers(words, OTHER) == {ME}
    assert words.startswith("D:P(")
    assert ("OICI" in words) is folder


@given(st.text(alphabet="DSA:;()PBUW1-5", max_size=60))
def test_any_description_can_be_read(description: str) -> None:
    strangers(description, ME)
