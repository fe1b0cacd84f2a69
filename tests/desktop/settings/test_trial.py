from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.ports import Finding
from datev_connector.desktop.settings.trial import Trial
from datev_connector.domain.legs import Leg, LegState
from tests.desktop.settings.forms import finding

FINDINGS = st.builds(
    finding,
    st.sampled_from([None, Leg.STARFACE, Leg.DATEV]),
    st.sampled_from(list(LegState)),
    left_out=st.booleans(),
    meaning=st.sampled_from(["", "because", "since"]),
)
BADNESS = [LegState.UP, LegState.DEGRADED, LegState.DOWN]


def made(findings: list[Finding]) -> Trial:
    trial = Trial()
    for one in findings:
        trial = trial.after(one)
    return trial


@given(st.lists(FINDINGS))
def test_a_leg_is_as_bad_as_its_worst_step(findings: list[Finding]) -> None:
    trial = made(findings)
    assert [one.leg for one in trial.legs] == list(dict.fromkeys(one.leg for one in findings))
    for leg in trial.legs:
        tried = [one for one in findings if one.leg is leg.leg and not one.left_out]
        if not tried:
            assert leg.state is None
            assert leg.telling.left_out
            continue
        assert leg.state is max((one.state for one in tried), key=BADNESS.index)
        assert leg.telling.state is leg.state
        assert not leg.telling.left_out
    assert set(trial.faults) == {
        leg for leg in trial.legs if leg.state in {LegState.DEGRADED, LegState.DOWN}
    }


@given(st.lists(FINDINGS, min_size=1))
def test_it_is_good_without_a_broken_leg(findings: list[Finding]) -> None:
    trial = made(findings)
    down = any(one.state is LegState.DOWN and not one.left_out for one in findings)
    assert trial.over
    assert trial.good is not down


def test_what_is_left_out_says_why_and_what_is_well_says_nothing() -> None:
    out = finding(Leg.DATEV, LegState.DEGRADED, left_out=True, meaning="not tried")
    assert made([out]).legs[0].words == "not tried"
    assert made([out, finding(Leg.DATEV, meaning="fine")]).legs[0].words == ""
    broken = finding(Leg.DATEV, LegState.DOWN)
    assert made([broken]).legs[0].words == broken.found


def test_what_runs_or_was_broken_off_is_not_over() -> None:
    legs = made([finding(Leg.DATEV)]).legs
    assert Trial(legs=legs).over
    assert not Trial(legs=legs, running=True).over
    assert not Trial(legs=legs, broken_off=True).good
    assert not Trial(legs=legs, unanswered=True).over
    assert not Trial().over
