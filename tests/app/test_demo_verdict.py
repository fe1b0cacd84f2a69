"""The demo's judge: silent when all is as planned, and naming every difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from datev_connector.app.demo import office
from datev_connector.app.demo.day import WORKING_DAY
from datev_connector.app.demo.language import Language, same
from datev_connector.app.demo.plan import Expected
from datev_connector.app.demo.table import TablePrinter
from datev_connector.app.demo.verdict import Evidence, judge, plain_digits
from datev_connector.simulators.datev import (
    CallEntry,
    CallRecord,
    CallState,
    JournalEntry,
    Method,
    Notice,
)
from datev_connector.simulators.starface import CallStory, Outcome

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOCAL_NINE = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 -- DATEV's wall clock


def record(expected: Expected, state: CallState, note: str = "") -> CallRecord:
    contact = expected.contact
    return CallRecord(
        call_id=f"{expected.call}-{note[:3]}",
        direction=expected.direction,
        begin=LOCAL_NINE,
        end=LOCAL_NINE,
        call_state=state,
        name=contact.name if contact else "",
        contact_id=contact.id if contact else "",
        data_source=contact.data_source if contact else "STARFACE",
        number=expected.number,
        note=note,
    )


def live(expected: Expected) -> CallEntry:
    return CallEntry(history=tuple(notices(expected)), sender=1)


def notices(expected: Expected) -> Iterator[Notice]:
    chosen = expected.call != "reuter"
    before = None
    for state in expected.live:
        chosen = chosen or state is before
        told = record(expected if chosen else replace(expected, contact=None), state)
        yield Notice(method=Method.CALL_STATE_CHANGED, record=told)
        before = state


def story(expected: Expected) -> CallStory:
    return CallStory(
        call_id=f"pbx-{expected.call}",
        caller_number=expected.number,
        caller_name="",
        called_number="21",
        called_name="",
        users=(office.LENA.login,),
        started_at=NINE,
        ended_at=NINE + timedelta(seconds=60),
        outcome=expected.pbx,
    )


def kept(expected: Expected) -> dict[str, Any]:
    return {
        "pbx_call": f"pbx-{expected.call}",
        "outcome": expected.desk,
        "number": expected.number,
        "note": expected.journal[-1].note if expected.journal else "",
        "draft": False,
    }


def perfect_day() -> Evidence:
    planned = WORKING_DAY.expected
    return Evidence(
        stories={one.call: story(one) for one in planned},
        calls=[live(one) for one in planned if one.live],
        journal=[
            JournalEntry(record=record(one, entry.state, entry.note))
            for one in planned
            for entry in one.journal
        ],
        outcomes={one.call: one.desk for one in planned},
        kept=[kept(one) for one in planned],
        sign_ins=WORKING_DAY.sign_ins,
    )


def differences(evidence: Evidence) -> list[str]:
    return [text.en for text in judge(WORKING_DAY, evidence).differences]


def test_a_day_as_planned_has_no_difference() -> None:
    assert differences(perfect_day()) == []


def swapped_reuters() -> Iterator[str]:
    # Two calls have the number of the Reuters: these are told apart by their order alone.
    plain = "ringing, connected, finished"
    chosen = "ringing, connected, contact chosen, finished"
    stored, sent = "0221 4710464", "00492214710464"
    yield f"Sabine Reuter: DATEV's states are “{plain}” instead of “{chosen}”"
    yield f"Sabine Reuter: DATEV's call list: wrong number “{stored}” instead of “{sent}”"
    yield f"Sabine Reuter, again: DATEV's states are “{chosen}” instead of “{plain}”"
    yield f"Sabine Reuter, again: DATEV's call list: wrong number “{sent}” instead of “{stored}”"


def test_the_order_of_what_datev_holds_is_of_no_importance_between_numbers() -> None:
    day = perfect_day()
    turned = replace(day, calls=day.calls[::-1], journal=day.journal[::-1])
    assert differences(turned) == list(swapped_reuters())


def change_call(evidence: Evidence, **changes: Any) -> Evidence:
    """The first call's last notification, changed."""
    first, *others = evidence.calls
    *before, last = first.history
    changed = replace(last, record=replace(last.record, **changes))
    return replace(evidence, calls=[replace(first, history=(*before, changed)), *others])


def first_told(evidence: Evidence, which: int = 0, **changes: Any) -> Evidence:
    """What DATEV was told first of a call, changed."""
    calls = list(evidence.calls)
    first, *others = calls[which].history
    changed = replace(first, record=replace(first.record, **changes))
    calls[which] = replace(calls[which], history=(changed, *others))
    return replace(evidence, calls=calls)


def change_note(evidence: Evidence, **changes: Any) -> Evidence:
    first, *others = evidence.journal
    return replace(
        evidence, journal=[replace(first, record=replace(first.record, **changes)), *others]
    )


def foreign_record(**changes: Any) -> CallRecord:
    return replace(record(WORKING_DAY.expected[0], CallState.FINISHED, "twice"), **changes)


MUTATIONS: dict[str, tuple[Callable[[Evidence], Evidence], str]] = {
    "call missing in DATEV": (
        lambda day: replace(day, calls=day.calls[1:]),
        "Bäckerei Hollerbach GmbH: missing in DATEV's call list",
    ),
    "call twice in DATEV": (
        lambda day: replace(day, calls=[*day.calls, day.calls[0]]),
        "Too many in DATEV's call list: Bäckerei Hollerbach GmbH, 0221 4710-133",
    ),
    "internal call in DATEV": (
        lambda day: replace(
            day,
            calls=[*day.calls, CallEntry(history=(notice(foreign_record(number="22")),), sender=1)],
        ),
        "Too many in DATEV's call list: Bäckerei Hollerbach GmbH, 22",
    ),
    "wrong number": (
        lambda day: change_call(day, number="02214710133"),
        "DATEV's call list: wrong number “02214710133” instead of “0221 4710-133”",
    ),
    "wrong contact": (
        lambda day: change_call(day, name="Tischlerei Vogt", contact_id=office.VOGT.id),
        "wrong contact “Tischlerei Vogt” instead of “Bäckerei Hollerbach GmbH”",
    ),
    "wrong contact only at first": (
        lambda day: first_told(day, name="Tischlerei Vogt", contact_id=office.VOGT.id),
        "wrong contact “Tischlerei Vogt” instead of “Bäckerei Hollerbach GmbH”",
    ),
    "a client named before the choice": (
        lambda day: first_told(
            day, 2, name="Dr. Martin Reuter", contact_id="x", data_source="DATEV_Adressaten"
        ),
        "Sabine Reuter: DATEV's call list: wrong contact “Dr. Martin Reuter” instead of “no con",
    ),
    "contact with another id": (
        lambda day: change_call(day, contact_id="another"),
        "contact “Bäckerei Hollerbach GmbH” with a wrong id or source",
    ),
    "call never ended in DATEV": (
        lambda day: replace(
            day,
            calls=[replace(day.calls[0], history=day.calls[0].history[:-1]), *day.calls[1:]],
        ),
        "DATEV's states are “ringing, connected” instead of “ringing, connected, finished”",
    ),
    "note missing": (
        lambda day: replace(day, journal=day.journal[1:]),
        "Bäckerei Hollerbach GmbH: 0 notes in DATEV's journal instead of 1",
    ),
    "note twice": (
        lambda day: replace(day, journal=[*day.journal, day.journal[0]]),
        "Too many in DATEV's journal: Bäckerei Hollerbach GmbH, 0221 4710-133",
    ),
    "another note": (
        lambda day: change_note(day, note="etwas anderes"),
        "wrong note “etwas anderes” instead of “Lohn August",
    ),
    "note with the wrong contact": (
        lambda day: change_note(day, name="", contact_id="", data_source="STARFACE"),
        "DATEV's journal: wrong contact “no contact” instead of “Bäckerei Hollerbach GmbH”",
    ),
    "note of a call that was not answered": (
        lambda day: change_note(day, call_state=CallState.ABSENCE),
        "DATEV's journal says “not answered” instead of “finished”",
    ),
    "missed instead of answered elsewhere": (
        lambda day: replace(day, outcomes={**day.outcomes, "pohl": "missed"}),
        "Hausverwaltung Pohl: at Lena's desk “missed” instead of “answered elsewhere”",
    ),
    "the end never told": (
        lambda day: replace(day, outcomes={**day.outcomes, "pohl": ""}),
        "Hausverwaltung Pohl: at Lena's desk “unknown” instead of “answered elsewhere”",
    ),
    "another outcome at the PBX": (
        lambda day: replace(
            day,
            stories={
                **day.stories,
                "lindner": replace(day.stories["lindner"], outcome=Outcome.ANSWERED),
            },
        ),
        "Architekturbüro Lindner: at the PBX “answered” instead of “cut off by the restart”",
    ),
    "a call that never came": (
        lambda day: replace(
            day, stories={name: one for name, one in day.stories.items() if name != "vogt"}
        ),
        "Tischlerei Vogt: the PBX had no such call",
    ),
    "an additional call at the PBX": (
        lambda day: replace(day, foreign=[story(WORKING_DAY.expected[0])]),
        "The PBX had another call from 0221 4710-133 to 21",
    ),
    "not in the connector's own journal": (
        lambda day: replace(day, kept=day.kept[1:]),
        "is 0 times in the connector's own journal instead of once",
    ),
    "too much in the connector's own journal": (
        lambda day: replace(day, kept=[*day.kept, {**day.kept[0], "pbx_call": "x"}]),
        "Too many in the connector's own journal: 0221 4710-133",
    ),
    "own journal with another note": (
        lambda day: replace(day, kept=[{**day.kept[0], "note": "x"}, *day.kept[1:]]),
        "in the connector's own journal the note “x” instead of “Lohn August",
    ),
    "own journal with an unsent note": (
        lambda day: replace(day, kept=[{**day.kept[0], "draft": True}, *day.kept[1:]]),
        "the note still counts as unsent",
    ),
    "own journal with another end": (
        lambda day: replace(day, kept=[{**day.kept[0], "outcome": "missed"}, *day.kept[1:]]),
        "in the connector's own journal “missed” instead of “answered”",
    ),
    "something in the outbox": (
        lambda day: replace(day, outbox=[{}]),
        "The connector's outbox still holds something for DATEV (1)",
    ),
    "a broken rule of DATEV": (
        lambda day: replace(day, violations=["[chain] Finished must not follow Offered"]),
        "DATEV's rules broken: [chain] Finished must not follow Offered",
    ),
    "a sign-in too many": (
        lambda day: replace(day, sign_ins=4),
        "sign-ins over HTTPS: 4 instead of 3, refused: 0",
    ),
    "a refused sign-in": (
        lambda day: replace(day, refused_sign_ins=1),
        "sign-ins over HTTPS: 3 instead of 3, refused: 1",
    ),
    "an error": (
        lambda day: replace(day, errors=[same("the disk is full")]),
        "Error: the disk is full",
    ),
}


def notice(told: CallRecord) -> Notice:
    return Notice(method=Method.NEW_CALL, record=told)


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_difference_is_named(name: str) -> None:
    mutate, words = MUTATIONS[name]
    found = differences(mutate(perfect_day()))
    assert any(words in difference for difference in found), found


@pytest.mark.parametrize(
    "number", ["0221 4710-133", "+49 (221) 4710133", "00492214710133", "0221/4710 133"]
)
def test_one_number_in_all_spellings(number: str) -> None:
    assert plain_digits(number) == "492214710133"


def test_internal_numbers_stay_as_they_are() -> None:
    assert plain_digits("22") == "22"


@pytest.mark.parametrize("width", [79, 99])
@pytest.mark.parametrize("language", list(Language))
def test_the_table_keeps_within_its_width_and_marks_what_is_wrong(
    width: int, language: Language
) -> None:
    lines: list[str] = []
    day = perfect_day()
    verdict = judge(WORKING_DAY, replace(day, calls=day.calls[1:]))
    TablePrinter(language=language, width=width, write=lines.append).table(verdict)
    plain = [without_colour(line) for line in lines]
    wrong = {Language.GERMAN: "NEIN", Language.ENGLISH: "NO"}[language]
    marked = [line for line in plain if line.endswith(wrong)]
    assert len(marked) == 1
    assert marked[0].startswith(" 1  Bäckerei Hollerbach ")
    assert max(map(len, plain)) <= width


def without_colour(line: str) -> str:
    for code in ("\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"):
        line = line.replace(code, "")
    return line
