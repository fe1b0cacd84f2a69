"""The licence as the windows show it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from datev_connector.app.licence.words import leg_report
from datev_connector.desktop.held_licence import HeldLicence
from datev_connector.domain.licences import Judgement

NOON = time(12)
"""The same day in every zone in which an office may be."""


def held_licence(judgement: Judgement, now: datetime) -> HeldLicence:
    """Put into words what counts now."""
    report, licence = leg_report(judgement, now), judgement.licence
    if licence is None:
        return HeldLicence(report=report)
    return HeldLicence(
        report=report,
        customer=licence.customer,
        number=licence.id,
        seats=licence.seats,
        logins=judgement.seats_in_use,
        first_day=_noon(licence.valid_from),
        last_day=_noon(licence.valid_until),
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, NOON, UTC)
