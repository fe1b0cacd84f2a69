"""How numbers are read and dialled in this office."""

from __future__ import annotations

from datev_connector.app.settings import rules
from datev_connector.app.settings.option import Option

DIAL_PLAN = (
    Option(
        section="dial_plan",
        key="country",
        kind=str,
        default="DE",
        rule=rules.country,
        help="Country of the office, by its two letters.",
    ),
    Option(
        section="dial_plan",
        key="area_code",
        kind=str,
        default="",
        rule=rules.area_code,
        help="Area code of the office without the leading 0; completes local numbers. "
        "Empty: local numbers are not completed.",
    ),
    Option(
        section="dial_plan",
        key="exchange_prefix",
        kind=str,
        default="",
        rule=rules.exchange_prefix,
        help='Prefix for an outside line, such as "0": '
        "stripped from callers, put before dialled numbers.",
    ),
    Option(
        section="dial_plan",
        key="internal_digits",
        kind=int,
        default=4,
        minimum=0,
        maximum=8,
        unit="digits",
        help="Numbers of up to this many digits are internal.",
    ),
)
