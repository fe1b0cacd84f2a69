from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.starface.pacing import Pace, Pacing

CHANCE = st.floats(0, 1, exclude_max=True)


@given(st.sampled_from(Pace), st.integers(1, 10_000), CHANCE)
def test_pauses_stay_in_their_range(pace: Pace, failures: int, chance: float) -> None:
    pause_s = Pacing().pause_s(pace, failures, chance)
    first, limit = {
        Pace.QUICK: (0.5, 60.0),
        Pace.CAREFUL: (60.0, 900.0 * 1.25),
        Pace.REFUSED: (900.0, 4 * 3600.0 * 1.25),
        Pace.CLIMB: (30.0, 3600.0 * 1.25),
    }[pace]
    assert first <= pause_s <= limit


@given(st.sampled_from(Pace), st.integers(1, 100), CHANCE)
def test_pauses_never_shrink(pace: Pace, failures: int, chance: float) -> None:
    pacing = Pacing()
    before = pacing.pause_s(pace, failures, chance)
    assert before <= pacing.pause_s(pace, failures + 1, chance)
