"""A number that a person gives to a command."""

from __future__ import annotations

from dataclasses import replace

from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.numbers import Number, NumberKind, read_caller, read_stored


def read_given(text: str, plan: DialPlan) -> Number:
    """Read a number as the PBX sends it or, failing that, as people write it, remarks and all."""
    sent = read_caller(text, plan)
    if sent.kind is not NumberKind.UNPARSEABLE:
        return sent
    typed = read_stored(text, "", plan)
    readable = (number for number in typed if number.kind is not NumberKind.UNPARSEABLE)
    return next((replace(number, given=text) for number in readable), sent)
