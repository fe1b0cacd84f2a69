from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.journal.words import (
    InDatev,
    Kind,
    first_line,
    fits,
    headline,
    in_datev,
    kind_of,
    nothing_there,
    row_words,
    sendable,
)
from datev_connector.desktop.ports import Only
from datev_connector.domain.calls import Call, CallState, Direction, Live, Outcome
from datev_connector.texts.language import Language, Tongue
from datev_connector.texts.moments import Moments
from tests.desktop.journal.calls import NOON, call, handed_over, missed, noted, person, waiting

GERMAN = Language.of(Tongue.GERMAN)
ENGLISH = Language.of(Tongue.ENGLISH)
MOMENTS = Moments(GERMAN, UTC)
LATER = NOON - timedelta(minutes=3)


def words(one: Call) -> Any:
    return row_words(one, GERMAN, MOMENTS, NOON)


def test_a_row_says_who_when_and_how_long() -> None:
    row = words(call(age_min=10, person=person("Köhler, Grażyna", "14711"), **noted("Eins\nZwei")))
    assert (row.when, row.name, row.client) == ("heute 11:50", "Köhler, Grażyna", "14711")
    assert (row.number, row.duration) == ("0721 12345678", "3:07")
    assert (row.note, row.datev) == ("Eins …", "Entwurf")


def test_who_is_not_known_is_said_so() -> None:
    assert words(call()).name == "unbekannt"
    assert words(call(number="", e164=None)).name == "Rufnummer unterdrückt"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"state": CallState.RINGING, "outcome": None}, Kind.LIVING),
        ({}, Kind.INCOMING),
        ({"direction": Direction.OUTGOING}, Kind.OUTGOING),
        (missed(), Kind.MISSED),
        ({"outcome": Outcome.ANSWERED_ELSEWHERE}, Kind.ELSEWHERE),
        ({"outcome": Outcome.UNREACHED, "direction": Direction.OUTGOING}, Kind.UNREACHED),
    ],
)
def test_each_kind_of_call_has_its_shape(fields: dict[str, Any], kind: Kind) -> None:
    assert kind_of(call(**fields)) is kind


@pytest.mark.parametrize(
    ("fields", "expected", "said"),
    [
        ({}, InDatev.NO, "nein"),
        (noted("offen"), InDatev.DRAFT, "Entwurf"),
        (noted("offen", in_datev_at=LATER), InDatev.DRAFT, "Entwurf"),
        (noted(" \n", in_datev_at=LATER), InDatev.YES, "in DATEV 11:57"),
        (handed_over("fort", LATER), InDatev.YES, "in DATEV 11:57"),
        (waiting("fort"), InDatev.WAITS, "wartet"),
        (waiting("fort", in_datev_at=LATER), InDatev.WAITS, "wartet"),
        (
            noted("fort", note_wanted=True, wanted_note="fort", wanted_revision=1),
            InDatev.WAITS,
            "wartet",
        ),
        ({"journalled": True}, InDatev.WAITS, "wartet"),
        ({"wanted": True, "live": Live.BROKEN}, InDatev.WAITS, "wartet"),
        ({"owed": True}, InDatev.WAITS, "wartet"),
    ],
)
def test_how_far_a_call_has_come(fields: dict[str, Any], expected: InDatev, said: str) -> None:
    one = call(**fields)
    assert in_datev(one) is expected
    assert words(one).datev == said
    assert sendable(one) is (expected in (InDatev.NO, InDatev.DRAFT))


def test_what_came_to_datev_on_another_day_tells_the_day() -> None:
    long_ago = NOON - timedelta(days=2)
    assert words(call(in_datev_at=long_ago)).datev == "in DATEV 21.11.2026"


@given(st.text())
def test_the_first_line_is_one_line_of_the_note(note: str) -> None:
    line = first_line(note)
    assert len(line.splitlines()) <= 1
    assert bool(line) is bool(note.strip())
    assert line.removesuffix(" …").strip() in note


def test_the_head_of_the_detail_is_one_line() -> None:
    one = call(age_min=10, person=person("Köhler"))
    told = headline(one, GERMAN, MOMENTS, NOON)
    assert told == "Eingehender Anruf · heute 11:50 · Gesprächsdauer 3:07 · 0721 12345678"
    assert headline(call(**missed()), GERMAN, MOMENTS, NOON) == "Verpasster Anruf · heute 12:00"


def test_an_empty_list_says_why() -> None:
    assert nothing_there(Only.MISSED, " ", GERMAN) == "Keine verpassten Anrufe."
    assert nothing_there(Only.MISSED, " Köh ", GERMAN) == "Kein Anruf passt zu „Köh“."
    assert len({nothing_there(only, "", ENGLISH) for only in Only}) == len(Only)


def test_filters_are_those_of_the_store() -> None:
    assert fits(call(), Only.ALL)
    assert fits(call(**missed()), Only.MISSED)
    assert not fits(call(), Only.MISSED)
    assert fits(call(**noted("x")), Only.DRAFT)
    assert not fits(call(**handed_over("x", LATER)), Only.DRAFT)
    assert fits(call(), Only.NOT_IN_DATEV)
    assert not fits(call(in_datev_at=LATER), Only.NOT_IN_DATEV)
