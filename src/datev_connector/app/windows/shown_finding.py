"""Findings of the diagnosis as windows show them, and as texts to be sent are made of them."""

from __future__ import annotations

from datev_connector.app.diagnosis.finding import UNKNOWN
from datev_connector.app.diagnosis.finding import Finding as Found
from datev_connector.app.windows.step_names import step_name
from datev_connector.desktop.ports import Finding
from datev_connector.domain.legs import Leg


def for_windows(finding: Found) -> Finding:
    """The finding as windows show it."""
    return Finding(
        leg=finding.leg if isinstance(finding.leg, Leg) else None,
        step=step_name(finding.step),
        state=finding.state,
        left_out=finding.found == UNKNOWN and not finding.remedy,
        tried=finding.tried,
        found=finding.found,
        meaning=finding.meaning,
        mender=finding.mender,
        remedy=finding.remedy,
        duration_s=finding.duration_s,
    )
