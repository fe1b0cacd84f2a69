"""What is said of legs that are not touched, because a running connector has them in use."""

from __future__ import annotations

from datetime import datetime

from datev_connector.app.diagnosis.finding import UNKNOWN, Observation, leg_seen
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.running.standing import STALE, LastStanding
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.wording import worded


def left_to_connector(
    tried: str, why: str, leg: Leg, ground: Ground, notebook: Notebook
) -> Observation:
    """What the connector wrote down about the leg; if that is not fresh, where to look."""
    standing, now = notebook.standing, ground.now()
    report = None if standing is None else standing.of(leg)
    if standing is not None and report is not None and not is_stale(standing, now):
        return leg_seen(
            tried,
            report,
            found=worded("told by the running connector, {age}", age=age(standing, now)),
        )
    return Observation(
        state=LegState.DEGRADED,
        tried=tried,
        found=UNKNOWN,
        meaning=why,
        remedy=worded("The last state of each leg stands in {log}.", log=str(ground.connector_log)),
    )


def is_stale(standing: LastStanding, now: datetime) -> bool:
    """Tell whether the connector wrote nothing for so long that it hangs, or cannot write."""
    return now - standing.at > STALE


def age(standing: LastStanding, now: datetime) -> str:
    """How old a standing is."""
    return worded("{seconds} s ago", seconds=max(0, round((now - standing.at).total_seconds())))
