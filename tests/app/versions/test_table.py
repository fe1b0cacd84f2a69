"""The table that is shipped, and what becomes of one that is spoiled."""

from __future__ import annotations

import pytest

from datev_connector import __version__
from datev_connector.app.versions import Part, Version, known_table, table
from datev_connector.app.versions.table import EMPTY, BadTable, Table, read_table, shipped
from datev_connector.app.versions.words import WORDS
from datev_connector.domain.legs import Mender
from datev_connector.starface.module.edition import MODULE_VERSION
from datev_connector.texts.language import Language, Tongue

FACT = """
[[fact]]
id = "pbx-wants-oauth"
pbx = ">=10"
source = "Somebody has seen it."
"""


def test_the_table_of_this_program_can_be_used() -> None:
    found = read_table(shipped())
    assert found.facts
    assert known_table() == found
    assert known_table() != EMPTY


def test_this_program_knows_itself() -> None:
    own, newest = Version.read(__version__), known_table().newest[Part.OWN]
    assert own is not None
    assert own <= newest or own.begins_with(newest)


def test_it_knows_the_module_that_it_builds() -> None:
    assert known_table().newest[Part.MODULE].numbers == (MODULE_VERSION,)


def test_each_fact_has_its_words_and_no_words_are_left_over() -> None:
    assert {fact.id for fact in known_table().facts} == set(WORDS)


@pytest.mark.parametrize("fact", known_table().facts, ids=lambda fact: fact.id)
def test_who_is_warned_is_told_who_mends_it_and_how(fact: table.Fact) -> None:
    told = WORDS[fact.id]
    assert (told.mender is not Mender.NOBODY) is fact.warning
    assert bool(told.remedy) is fact.warning
    german = Language.of(Tongue.GERMAN)
    for text in filter(None, (told.reason, told.remedy)):
        assert german.say(text.template) != text.template


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "Expected '='"),
        ("[other]", "nobody reads other"),
        ("newest = 3", "newest is no list"),
        ('[[newest]]\npart = "pbx"\nversion = "eight"\nsource = "x"', "no version"),
        ('[[newest]]\npart = "pbx"\nversion = "8 or so"\nsource = "x"', "no version"),
        ('[[newest]]\npart = "fax"\nversion = "8"\nsource = "x"', "fax"),
        ('[[newest]]\npart = "pbx"\nversion = "8"', "source"),
        ('[[newest]]\npart = "pbx"\nversion = "8"\nsource = "x"\n' * 2, "twice"),
        (FACT.replace(">=10", "10"), "pbx-wants-oauth: no span"),
        (FACT.replace('pbx = ">=10"', ""), "about no part"),
        (FACT.replace("source", "sauce"), "nobody reads sauce"),
        (FACT.replace("Somebody has seen it.", " "), "source is missing"),
        (FACT + 'unless = ["luck"]', "luck"),
        (FACT + 'unless = "calls"', "no list of proofs"),
        (FACT + 'warning = "yes"', "neither true nor false"),
        (FACT * 2, "twice"),
    ],
)
def test_a_spoiled_table_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(BadTable, match=words):
        read_table(text)


@pytest.mark.parametrize(
    "spoiled", [BadTable("x"), OSError("x"), UnicodeDecodeError("utf-8", b"x", 0, 1, "x")]
)
def test_in_an_office_a_spoiled_table_is_one_that_knows_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, spoiled: Exception
) -> None:
    def fail() -> str:
        raise spoiled

    monkeypatch.setattr(table, "shipped", fail)
    assert known_table() == Table(newest={}, facts=())
    assert "versions" in caplog.text
