"""Each state of a licence is told in plain words, in both languages, with who mends it and how."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from datev_connector.app.licence.words import leg_report
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.licences import (
    Flaw,
    Ground,
    Judgement,
    Licence,
    LicenceState,
    Origin,
)
from datev_connector.texts.language import Language, Tongue
from tests.app.licence.signed import a_licence

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LICENCE = a_licence(
    valid_from=NOW.date(), valid_until=(NOW + 400 * DAY).date(), issued=NOW.date(), seats=2
)
GERMAN = Language.of(Tongue.GERMAN)


def judged(
    state: LicenceState,
    ground: Ground = Ground.NOTHING,
    *,
    days: float | None = None,
    licence: Licence | None = None,
    flaw: Flaw | None = None,
) -> Judgement:
    return Judgement(
        state=state,
        ground=ground,
        at=NOW,
        until=None if days is None else NOW + days * DAY,
        licence=licence,
        flaw=flaw,
        origin=Origin.MODULE,
        seats_in_use=3,
    )


S, G = LicenceState, Ground
STATES = [
    (judged(S.VALID, G.LICENCE, days=400, licence=LICENCE), LegState.UP, "valid until 2027-12-28"),
    (judged(S.VALID, G.LICENCE, days=29, licence=LICENCE), LegState.DEGRADED, "valid until"),
    (judged(S.TOO_MANY_SEATS, G.LICENCE, days=400, licence=LICENCE), LegState.DEGRADED, "2 seats"),
    (judged(S.NONE, G.TRIAL, days=20), LegState.UP, "trial goes on until 2026-12-13"),
    (judged(S.NONE, G.TRIAL, days=6), LegState.DEGRADED, "trial goes on"),
    (judged(S.NONE, G.GRACE, days=20), LegState.DEGRADED, "works on until 2026-12-13"),
    (judged(S.NONE), LegState.DOWN, "trial is over"),
    *(
        (replace(judged(S.NONE, ground, days=20), is_file_closed=True), state, "file cannot be")
        for ground, state in [
            (G.TRIAL, LegState.DEGRADED),
            (G.GRACE, LegState.DEGRADED),
            (G.NOTHING, LegState.DOWN),
        ]
    ),
    (judged(S.UNREAD, G.GRACE, days=20, licence=LICENCE), LegState.DEGRADED, "not be read"),
    (judged(S.UNREAD, licence=LICENCE), LegState.DOWN, "not be read"),
    (judged(S.CLOCK, G.GRACE, days=20, licence=LICENCE), LegState.DEGRADED, "clock"),
    (judged(S.CLOCK), LegState.DOWN, "clock"),
    (judged(S.NOT_YET, licence=LICENCE), LegState.DOWN, "only from 2026-11-23"),
    (judged(S.ENDED, licence=LICENCE), LegState.DOWN, "last day was 2027-12-28"),
    (judged(S.ENDED, G.GRACE, days=3, licence=LICENCE), LegState.DEGRADED, "works on until"),
    (judged(S.OTHER_PRODUCT, licence=LICENCE), LegState.DOWN, "another product"),
    (judged(S.OTHER_PBX, licence=LICENCE), LegState.DOWN, "another phone system"),
    *((judged(S.TAMPERED, flaw=flaw), LegState.DOWN, "") for flaw in Flaw),
    (judged(S.TAMPERED, G.TRIAL, days=20, flaw=Flaw.DAMAGED), LegState.DEGRADED, "changed"),
]


@pytest.mark.parametrize(("judgement", "state", "part"), STATES)
def test_a_state_is_told(judgement: Judgement, state: LegState, part: str) -> None:
    report = leg_report(judgement, NOW)
    assert (report.leg, report.state, report.since) == (Leg.LICENCE, state, NOW)
    assert part in report.reason
    if state is LegState.UP and judgement.ground is Ground.LICENCE:
        assert (report.mender, report.remedy) == (Mender.NOBODY, "")
    else:
        assert report.mender is not Mender.NOBODY
        assert report.remedy.endswith(".")


@pytest.mark.parametrize(("judgement", "state", "part"), STATES)
def test_it_is_told_in_german_and_names_nobody(
    judgement: Judgement, state: LegState, part: str
) -> None:
    report = leg_report(judgement, NOW)
    reason, remedy = GERMAN.tell(report.reason), GERMAN.tell(report.remedy)
    assert reason != report.reason
    assert "{" not in reason + remedy
    assert remedy == "" or remedy != report.remedy
    assert " the " not in reason + remedy
    for told in (report.reason, report.remedy, reason, remedy):
        assert LICENCE.customer not in told
        assert LICENCE.id not in told


@pytest.mark.parametrize(
    "judgement",
    [
        judged(S.NONE),
        judged(S.NONE, G.TRIAL, days=20),
        judged(S.NONE, G.GRACE, days=20),
        judged(S.ENDED, G.GRACE, days=20, licence=LICENCE),
    ],
)
def test_who_has_no_module_is_told_of_the_file(judgement: Judgement) -> None:
    remedy = leg_report(judgement, NOW).remedy
    assert 'tab "Lizenz" of the module' in remedy
    assert "without the module, into the licence file" in remedy


def test_days_are_written_as_the_language_does() -> None:
    report = leg_report(STATES[0][0], NOW)
    assert GERMAN.tell(report.reason) == "Die Lizenz gilt bis zum 28.12.2027."


@pytest.mark.parametrize("judgement", [judged(S.ENDED, licence=LICENCE), judged(S.NONE)])
def test_before_a_licence_is_ordered_a_clock_that_is_far_ahead_is_looked_at(
    judgement: Judgement,
) -> None:
    usual = leg_report(judgement, NOW)
    ahead = leg_report(replace(judgement, has_leapt=True), NOW)
    assert ahead.reason == usual.reason
    assert ahead.remedy == f"If the clock of this computer is wrong, set it first. {usual.remedy}"
    assert GERMAN.tell(ahead.remedy).startswith("Geht die Uhr dieses Computers falsch, ")


@pytest.mark.parametrize(
    ("origin", "mender", "place"),
    [(Origin.MODULE, Mender.PBX_ADMIN, "module"), (Origin.FILE, Mender.WINDOWS_ADMIN, "file")],
)
def test_what_was_not_read_lately_is_mended_where_it_lies(
    origin: Origin, mender: Mender, place: str
) -> None:
    unread = replace(judged(S.UNREAD, G.GRACE, days=20, licence=LICENCE), origin=origin)
    report = leg_report(unread, NOW)
    assert report.mender is mender
    assert place in report.remedy


def test_every_state_is_in_the_table() -> None:
    told = {judgement.state for judgement, _, _ in STATES} | {LicenceState.UNKNOWN_KEY}
    assert told == set(LicenceState)
