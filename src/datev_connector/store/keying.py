"""Which rules made the keys of the index: when they change, the keys must be made anew."""

from __future__ import annotations

import dataclasses
import json

from datev_connector.domain.dial_plan import DialPlan

KEY_RULES = 3
"""Raised whenever the domain reads stored numbers in another way."""


def fingerprint(plan: DialPlan) -> str:
    """Return a text that is the same exactly for the same plan under the same rules."""
    known = {
        field.name: _plain(getattr(plan, field.name)) for field in dataclasses.fields(DialPlan)
    }
    return json.dumps({"rules": KEY_RULES, **known}, sort_keys=True)


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
