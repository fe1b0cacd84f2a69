"""Which tongue a person gets."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.texts.language import Tongue
from datev_connector.texts.wanted import system_locale, wanted_tongue


@pytest.mark.parametrize(
    ("system", "tongue"),
    [
        ("de_DE.UTF-8", Tongue.GERMAN),
        ("de_AT", Tongue.GERMAN),
        ("DE_CH", Tongue.GERMAN),
        ("German_Germany", Tongue.GERMAN),
        ("", Tongue.GERMAN),
        ("C", Tongue.GERMAN),
        ("C.UTF-8", Tongue.GERMAN),
        ("POSIX", Tongue.GERMAN),
        ("en_GB.UTF-8", Tongue.ENGLISH),
        ("English_United Kingdom", Tongue.ENGLISH),
        ("fr_FR", Tongue.ENGLISH),
        ("cs_CZ", Tongue.ENGLISH),
    ],
)
def test_the_system_decides_where_nobody_has(system: str, tongue: Tongue) -> None:
    assert wanted_tongue("auto", system) is tongue


@given(st.sampled_from(Tongue), st.text())
def test_what_is_set_counts_whatever_the_system_speaks(tongue: Tongue, system: str) -> None:
    assert wanted_tongue(tongue.value, system) is tongue


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such variables")
@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"LC_ALL": "de_DE", "LC_MESSAGES": "fr_FR", "LANG": "en_GB"}, "de_DE"),
        ({"LC_ALL": "", "LC_MESSAGES": "fr_FR", "LANG": "en_GB"}, "fr_FR"),
        ({"LANG": "en_GB"}, "en_GB"),
        ({}, ""),
    ],
)
def test_the_strongest_variable_names_the_locale(environment: dict[str, str], name: str) -> None:
    assert system_locale(environment) == name
