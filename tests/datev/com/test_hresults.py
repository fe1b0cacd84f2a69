from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.datev.com import hresults
from datev_connector.datev.com.hresults import delivery, spelt
from datev_connector.datev.wire import signed
from datev_connector.domain.record import Delivery

ANY = st.integers(-(1 << 31), (1 << 31) - 1)
FAILURES = st.integers(-(1 << 31), -1)

TAKEN_AND_ANSWERED = {
    0x80010105: Delivery.REFUSED,
    0x80010001: Delivery.REFUSED,
    0x8001010A: Delivery.REFUSED,
    0x80040154: Delivery.REFUSED,
    0x80004005: Delivery.REFUSED,
    0x80020009: Delivery.REFUSED,
    0x8000FFFF: Delivery.REFUSED,
}
NOBODY_KNOWS = (0x800706BE, 0x800706BA, 0x80010002, 0x80010007, 0x80010006, 0x8001011F, 0x800706C6)
NOT_EXECUTED = (0x80010108, 0x800401FD, 0x800706BF, 0x80010012, 0x8001010E, 0x8001010D, 0x80010114)


@given(ANY)
def test_what_did_not_leave_is_away_whatever_failed(hresult: int) -> None:
    assert delivery(hresult, left=False) is Delivery.AWAY


@given(st.integers(0, (1 << 31) - 1))
def test_every_success_confirms(hresult: int) -> None:
    assert delivery(hresult, left=True) is Delivery.CONFIRMED


@pytest.mark.parametrize(("code", "ending"), TAKEN_AND_ANSWERED.items())
def test_an_answer_of_datev_is_a_refusal(code: int, ending: Delivery) -> None:
    assert delivery(signed(code), left=True) is ending


@pytest.mark.parametrize("code", NOBODY_KNOWS)
def test_a_transport_that_broke_leaves_it_open(code: int) -> None:
    assert delivery(signed(code), left=True) is Delivery.UNCLEAR


@pytest.mark.parametrize("code", NOT_EXECUTED)
def test_what_com_says_was_not_executed_may_go_out_again(code: int) -> None:
    assert delivery(signed(code), left=True) is Delivery.AWAY


@given(FAILURES)
def test_only_a_known_code_says_that_nothing_was_taken(hresult: int) -> None:
    ending = delivery(hresult, left=True)
    assert ending is not Delivery.CONFIRMED
    assert (ending is Delivery.AWAY) == (hresult in hresults.NOT_TAKEN)


@given(st.integers(0, 0xFFFF))
def test_an_unknown_fault_of_remote_calls_is_never_taken_for_an_answer(code: int) -> None:
    hresult = signed(0x80010000 | code)
    known = hresults.BUSY | {hresults.RPC_E_SERVERFAULT} | hresults.NOT_TAKEN
    if hresult not in known:
        assert delivery(hresult, left=True) is Delivery.UNCLEAR


def test_no_code_is_two_things() -> None:
    assert not hresults.BUSY & hresults.NOT_TAKEN
    assert not hresults.OUR_MISTAKE & hresults.GONE


@given(ANY)
def test_a_code_is_spelt_as_everybody_does(hresult: int) -> None:
    assert signed(int(spelt(hresult), 16)) == hresult
    assert len(spelt(hresult)) == 10


def test_a_competitor_in_the_table_is_a_success() -> None:
    assert f"0x{hresults.ALREADY_REGISTERED:08X}" == "0x000401E7"
