"""The settings of an office in the domain's own terms."""

from __future__ import annotations

from datev_connector.app.settings.sections import Settings
from datev_connector.domain.choice import ContactRules
from datev_connector.domain.dial_plan import DialPlan


def dial_plan(settings: Settings) -> DialPlan:
    """How numbers are read and dialled.

    Without the accounts of the PBX, which are known only while it is connected. This is also the
    plan for the keys of the contact index, which must not change with every connection.
    """
    plan = settings.dial_plan
    return DialPlan(
        country=plan.country,
        area_code=plan.area_code,
        exchange_prefix=plan.exchange_prefix,
        internal_digits=plan.internal_digits,
    )


def contact_rules(settings: Settings) -> ContactRules:
    """What is taken without asking."""
    return ContactRules(
        prefer_datev=settings.calls.prefer_datev,
        first_best_contact=settings.calls.first_best_contact,
    )
