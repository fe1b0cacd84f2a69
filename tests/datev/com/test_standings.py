from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.datev.com import standings
from datev_connector.datev.com.standings import competitor, not_registered, standing
from datev_connector.datev.wire import signed
from datev_connector.domain.legs import LegState, Mender

WORDS = {
    0x800401E3: "not running",
    0x80040154: "not registered",
    0x80040155: "not registered",
    0x80004002: "does not answer as DATEV does",
    0x80010108: "has ended",
    0x800706BA: "has ended",
    0x800706BE: "in the middle of a call",
    0x80010001: "busy",
    0x8001010A: "busy",
    0x80010105: "fault of its own",
    0x8001010E: "mistake of the connector",
    0x8001010D: "mistake of the connector",
    0x800401FD: "has ended",
    0x80070005: "does not let",
}
"""The table of the contract, and what a person reads."""


@pytest.mark.parametrize(("code", "words"), WORDS.items())
def test_every_code_of_the_contract_has_words_of_its_own(code: int, words: str) -> None:
    assert words in standing(signed(code)).reason


@given(st.integers(-(1 << 31), -1))
def test_every_failure_has_a_reason_a_mender_and_a_remedy(hresult: int) -> None:
    told = standing(hresult)
    assert told.state is not LegState.UP
    assert told.reason.endswith(".")
    assert told.remedy.endswith(".")
    assert told.mender is not Mender.NOBODY


@given(st.integers(-(1 << 31), -1))
def test_a_code_without_words_is_named(hresult: int) -> None:
    if standing(hresult).reason.startswith("DATEV refused a call with"):
        assert f"0x{hresult + (1 << 32):08X}" in standing(hresult).reason


def test_a_competitor_is_named_where_it_is_known() -> None:
    assert "SwyxIt!.exe" in competitor("SwyxIt!.exe").reason
    assert "another telephony program" in competitor("").reason
    assert competitor("").state is LegState.DEGRADED


def test_without_a_registration_datev_still_hears_of_calls() -> None:
    assert not_registered(signed(0x80004005)).state is LegState.DEGRADED
    assert "0x80004005" in not_registered(signed(0x80004005)).reason


def test_datev_that_hangs_is_down_so_that_nothing_is_sent() -> None:
    assert standings.HANGS.state is LegState.DOWN
