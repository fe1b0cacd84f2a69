from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.dialler.links import LONGEST, is_link, number_of_link, number_offered
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.numbers import Dialable, to_dial


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("tel:+497219876", "+497219876"),
        ("tel:+49-721-9876", "+49-721-9876"),
        ("TEL:+49.721.9876", "+49.721.9876"),
        ("tel:+49(721)9876", "+49(721)9876"),
        ("tel:9876;phone-context=+49721", "9876"),
        ("tel:9876;phone-context=office.example", "9876"),
        ("tel:+497219876;ext=12;isub=1", "+497219876"),
        ("tel:%2B49%20721%209876", "+49 721 9876"),
        ("tel:+49%20(0)%20721%2F9876", "+49 (0) 721/9876"),
        ("tel:0721 9876", "0721 9876"),
        ("tel:0721\u00a09876", "0721 9876"),
        ("tel:0721%E2%80%939876", "0721-9876"),
        ("tel://+497219876/", "+497219876"),
        ("callto:0721-9876", "0721-9876"),
        ("callto://+497219876?call", "+497219876"),
        (" tel:110 ", "110"),
    ],
)
def test_the_number_of_a_link_is_what_is_written_there(link: str, number: str) -> None:
    assert number_of_link(link) == number
    assert number_offered(link) == number


@pytest.mark.parametrize(
    "link",
    [
        "",
        "tel:",
        "tel:+",
        "tel:;ext=12",
        "tel:()-",
        "tel:*21*00497219876%23",
        "tel:%2A21%2A0721",
        "tel:#31#0721",
        "tel:0721%23",
        "tel:**21*0721",
        "tel:0721\n9876",
        "tel:0721%0A9876",
        "tel:0721%00",
        "tel:0721%7f",
        "tel:\u202e0721",
        "tel:0721%E2%80%AE9876",
        "tel:%",
        "tel:0721%2",
        "tel:%252B49721",
        "tel:%FF0721",
        "tel:0800-FLOWERS",
        "tel:0721,,9876",
        "tel:0721w9876",
        "tel:0721 p 9876",
        "tel:+49+721",
        "tel:٠٧٢١",
        "callto:echo123",
        "sip:9876@office.example",
        "javascript:110",
        "file:///110",
        "0721 9876",
        "tel:0" + "1" * LONGEST,
    ],
)
def test_what_is_no_plain_number_never_comes_from_a_link(link: str) -> None:
    assert number_of_link(link) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0721 / 98 76-0", "0721 / 98 76-0"),
        (" +49 721 9876\n", "+49 721 9876"),
        ("tel:0721", "0721"),
        ("Müller", None),
        ("*21#", None),
        ("0721\t9876", None),
        ("1" * (LONGEST + 1), None),
        ("https://office.example/0721", None),
    ],
)
def test_other_programs_hand_over_plain_numbers_as_well(text: str, number: str | None) -> None:
    assert number_offered(text) == number


def test_links_are_told_from_numbers() -> None:
    assert is_link("tel:0721")
    assert is_link("x-other:0721")
    assert not is_link("0721:9876")


@given(st.text(max_size=60), st.booleans())
def test_nothing_from_outside_is_dialled_as_a_service_code(text: str, escaped: bool) -> None:
    for offered in (f"tel:{quote(text) if escaped else text}", text):
        number = number_offered(offered)
        if number is None:
            continue
        assert set(number) <= set("+0123456789 ()./-")
        target = to_dial(number, DialPlan(area_code="721", exchange_prefix="0"))
        assert not isinstance(target, Dialable) or target.number.isdecimal()


@given(st.from_regex(r"\+?[0-9]([0-9 ()./-]{0,20}[0-9])?", fullmatch=True))
def test_a_number_survives_being_made_a_link(number: str) -> None:
    bare = " ".join(number.split())
    assert number_of_link(f"tel:{quote(number)}") == bare
