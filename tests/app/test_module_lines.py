"""What goes into the log of the module: which lines, at which level, and how few."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.running.module_lines import (
    MOST_WAITING,
    LegLines,
    Line,
    WaitingLines,
    summary_lines,
)
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.starface.module.answers import LogLevel

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LINES = st.builds(
    Line,
    level=st.sampled_from(LogLevel),
    at=st.just(AT),
    text=st.text(min_size=1, max_size=5),
    leg=st.sampled_from([None, *Leg]),
)


def report(state: LegState, reason: str = "It is so.", remedy: str = "") -> LegReport:
    mender = Mender.PBX_ADMIN if remedy else Mender.NOBODY
    return LegReport(
        leg=Leg.STARFACE, state=state, since=AT, reason=reason, mender=mender, remedy=remedy
    )


def line(text: str, level: LogLevel = LogLevel.INFO, leg: Leg | None = None) -> Line:
    return Line(level=level, at=AT, text=text, leg=leg)


def test_what_changes_the_state_of_a_leg_is_told_by_its_weight() -> None:
    legs = LegLines()
    told = [
        legs.line(report(state), AT).level
        for state in (
            LegState.UP,
            LegState.DOWN,
            LegState.DOWN,
            LegState.DEGRADED,
            LegState.UP,
            LegState.UP,
        )
    ]
    assert told == ["DEBUG", "ERROR", "DEBUG", "WARN", "WARN", "DEBUG"]


def test_a_line_says_what_is_wrong_and_who_mends_it() -> None:
    told = LegLines().line(report(LegState.DOWN, "It rings nowhere.", "Plug it in."), AT)
    assert told.text == (
        "starface is down: It rings nowhere. To be mended by pbx-admin: Plug it in."
    )


def test_a_line_holds_its_own_time_and_no_number() -> None:
    told = line("call of 0721 1234567 and password=hunter2").told
    assert told.startswith(f"{AT.astimezone():%Y-%m-%d %H:%M:%S} call of ***")
    assert "1234567" not in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (r"C:\Users\Anna Meier\AppData\Roaming\x.db", r"C:\Users\...\AppData\Roaming\x.db"),
        (
            r"\\server\profiles$\Meier\AppData\Local\x.db",
            r"\\server\profiles$\...\AppData\Local\x.db",
        ),
        (r"'C:\\Users\\Anna Meier\\x.db'", r"'C:\\Users\\...\\x.db'"),
        ("/home/meier/.local/share/x.db", "/home/.../.local/share/x.db"),
    ],
)
def test_a_line_tells_of_no_folder_that_is_called_like_a_person(path: str, shown: str) -> None:
    line = Line(level=LogLevel.WARN, at=AT, text=f"The store {path} is damaged.")
    assert line.told.endswith(f" The store {shown} is damaged.")


def test_lines_come_in_order_and_only_those_that_are_wanted() -> None:
    waiting = WaitingLines()
    for level in LogLevel:
        waiting.add(line(level.value, level))
    taken = [waiting.take(LogLevel.WARN) for _ in range(4)]
    assert [each.text for each in taken if each] == ["ERROR", "WARN"]
    assert not len(waiting)


def test_the_least_important_are_left_out_first_and_that_is_said() -> None:
    waiting = WaitingLines(limit=3)
    for text, level in (
        ("a", LogLevel.INFO),
        ("b", LogLevel.ERROR),
        ("c", LogLevel.INFO),
        ("d", LogLevel.WARN),
        ("e", LogLevel.ERROR),
    ):
        waiting.add(line(text, level))
    texts = [each.text for _ in range(3) if (each := waiting.take(LogLevel.TRACE))]
    assert texts == ["b (2 earlier lines were left out)", "d", "e"]


def test_of_what_a_leg_says_in_passing_the_last_counts() -> None:
    waiting = WaitingLines()
    for page in range(100):
        waiting.add(line(f"page {page}", LogLevel.DEBUG, Leg.CONTACTS_STARFACE))
    waiting.add(line("other", LogLevel.DEBUG, Leg.DATEV))
    assert len(waiting) == 2
    first = waiting.take(LogLevel.DEBUG)
    assert first is not None
    assert first.text == "page 99"


@given(st.lists(LINES, max_size=100), st.sampled_from(LogLevel))
def test_never_too_many_wait_and_none_comes_that_is_not_wanted(
    lines: list[Line], level: LogLevel
) -> None:
    waiting = WaitingLines()
    for each in lines:
        waiting.add(each)
        assert len(waiting) <= MOST_WAITING
    while taken := waiting.take(level):
        assert level.includes(taken.level)
    assert waiting.take(level) is None


def test_a_line_that_could_not_be_told_is_the_next_one() -> None:
    waiting = WaitingLines()
    waiting.add(line("first"))
    waiting.add(line("second"))
    taken = waiting.take(LogLevel.INFO)
    assert taken is not None
    waiting.put_back(taken)
    again = waiting.take(LogLevel.INFO)
    assert again is not None
    assert again.text == "first"


def test_a_diagnosis_in_a_few_lines() -> None:
    found = [
        ("starface, tcp", LegState.DOWN, "Nothing listens."),
        ("store, open", LegState.UP, "It opens."),
        ("datev, link", LegState.DEGRADED, "Nobody is there."),
        ("starface, tls", LegState.DOWN, "It hangs."),
    ]
    lines = summary_lines(found, AT)
    assert [(each.level.value, each.text) for each in lines] == [
        (
            "ERROR",
            "diagnosis found down: starface, tcp: Nothing listens. | starface, tls: It hangs.",
        ),
        ("WARN", "diagnosis found degraded: datev, link: Nobody is there."),
        ("INFO", "diagnosis: 4 steps, 2 down, 1 degraded"),
    ]
