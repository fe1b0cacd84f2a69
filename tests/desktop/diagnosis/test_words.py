from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.diagnosis import words
from datev_connector.desktop.legs import LEGS, leg_name
from datev_connector.desktop.ports import Finding
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.wording import worded
from datev_connector.texts.language import Language, Tongue
from datev_connector.texts.moments import Moments

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LANGUAGES = st.sampled_from([Language.of(tongue) for tongue in Tongue])
TEXTS = st.text(st.characters(categories=["L", "Nd", "Zs"], exclude_characters="\n"), max_size=30)
REPORTS = st.dictionaries(st.sampled_from(Leg), st.sampled_from(LegState)).map(
    lambda states: {
        leg: LegReport(leg=leg, state=state, since=NOON, reason=f"because of {leg}", remedy="do it")
        for leg, state in states.items()
    }
)
FINDINGS = st.builds(
    Finding,
    leg=st.one_of(st.none(), st.sampled_from(Leg)),
    step=TEXTS,
    state=st.sampled_from(LegState),
    left_out=st.booleans(),
    tried=TEXTS,
    found=TEXTS,
    meaning=TEXTS,
    mender=st.sampled_from(Mender),
    remedy=TEXTS,
    duration_s=st.floats(0, 100),
)


@given(reports=REPORTS, language=LANGUAGES)
def test_the_worst_leg_speaks_for_all(reports: dict[Leg, LegReport], language: Language) -> None:
    state, sentence = words.overall(reports, language)
    states = [report.state for report in reports.values()]
    worst = next((s for s in (LegState.DOWN, LegState.DEGRADED, LegState.UP) if s in states), None)
    assert state is worst
    if state in (LegState.DOWN, LegState.DEGRADED):
        assert sentence.startswith(str(states.count(state)))


@given(reports=REPORTS, language=LANGUAGES)
def test_the_text_for_all_legs_leaves_none_out(
    reports: dict[Leg, LegReport], language: Language
) -> None:
    text = words.all_legs_text(reports, language, Moments(language, UTC), "0.5.0")
    head, *parts = text.split("\n\n")
    assert "0.5.0" in head
    assert [part.partition(":")[0] for part in parts] == [leg_name(leg, language) for leg in LEGS]
    for report in reports.values():
        assert report.reason in text


@pytest.mark.parametrize("state", list(LegState))
def test_why_a_leg_is_as_it_is_is_a_whole_sentence(german: Language, state: LegState) -> None:
    report = LegReport(
        leg=Leg.STORE, state=state, since=NOON, reason=worded("calls and notes are kept")
    )
    assert words.reason_told(report, german) == "Anrufe und Notizen werden aufbewahrt."
    told = dict(words.report_details(report, german)).values()
    assert state is LegState.UP or "Anrufe und Notizen werden aufbewahrt." in told


def test_a_leg_that_is_well_has_nothing_to_mend(german: Language) -> None:
    up = LegReport(leg=Leg.STORE, state=LegState.UP, since=NOON, reason="fine", remedy="x")
    assert words.report_details(up, german) == []


@given(finding=FINDINGS, language=LANGUAGES)
def test_nothing_of_a_broken_step_is_left_unsaid(finding: Finding, language: Language) -> None:
    text = words.finding_text(finding, language).upper().casefold()  # sentences begin large
    broken = finding.state is not LegState.UP and not finding.left_out
    for part in (finding.tried, finding.found, finding.meaning, finding.remedy):
        assert not broken or part.upper().casefold() in text
    assert finding.left_out or finding.meaning.upper().casefold() in text


@given(finding=FINDINGS, language=LANGUAGES)
def test_what_is_not_well_is_told_in_whole_sentences(finding: Finding, language: Language) -> None:
    told = words.headline(finding, language)
    if finding.left_out or finding.state is not LegState.UP:
        assert not told or told.endswith((".", "!", "?"))
        assert finding.meaning.upper().casefold() in told.upper().casefold()


def test_what_was_left_out_says_so_once(german: Language) -> None:
    why = worded("Not tried: somebody may stand between, who would get the password.")
    finding = Finding(
        leg=Leg.MODULE,
        step="module",
        state=LegState.DEGRADED,
        left_out=True,
        tried="",
        found="unknown",
        meaning=why,
        mender=Mender.NOBODY,
        remedy="",
        duration_s=0.0,
    )
    assert words.headline(finding, german) == german.tell(why)
    assert words.finding_text(finding, german).count("Nicht") == 2, "once as word, once in the why"


@given(findings=st.lists(FINDINGS, max_size=8), language=LANGUAGES, stopped=st.booleans())
def test_a_summary_counts_every_finding_once(
    findings: list[Finding], language: Language, *, stopped: bool
) -> None:
    state, text = words.summary(findings, language, stopped=stopped)
    counted = [int(part) for part in text.replace(",", "").split() if part.isdecimal()]
    assert sum(counted) == len(findings)
    tried = [one.state for one in findings if not one.left_out]
    assert (state is LegState.DOWN) is (LegState.DOWN in tried)
    assert state is not LegState.UP or (not stopped and LegState.DEGRADED not in tried)


@given(findings=st.lists(FINDINGS, max_size=8), language=LANGUAGES)
def test_the_text_of_an_examination_names_each_leg_once(
    findings: list[Finding], language: Language
) -> None:
    text = words.examination_text(findings, language, stopped=False, version="0.5.0")
    heads = {leg_name(finding.leg, language) for finding in findings}
    lines = text.splitlines()
    for head in heads:
        assert lines.count(head) == 1


def test_only_slow_steps_say_how_long_they_took(german: Language) -> None:
    finding = Finding(
        leg=None,
        step="x",
        state=LegState.UP,
        tried="",
        found="",
        meaning="",
        mender=Mender.NOBODY,
        remedy="",
        duration_s=timedelta(seconds=4).total_seconds(),
    )
    assert words.duration_word(finding, german) == "4 s"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the connection was refused", "The connection was refused"),
        ("starface.host is not set", "starface.host is not set"),
        ("getCallIds: a fault", "getCallIds: a fault"),
        ("nothing.", "Nothing."),
        ("127.0.0.1:443", "127.0.0.1:443"),
    ],
)
def test_names_stay_as_they_are_written(text: str, said: str, german: Language) -> None:
    assert words.said(text, german) == said
