"""Words for what happens with calls, and for the dial plan."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from datev_connector.desktop.settings.option_words import OptionWords, option
from datev_connector.domain.wording import worded

WORDS: Mapping[str, OptionWords] = MappingProxyType(
    {
        "calls.transfer_automatically": option(
            worded("Hand calls to DATEV directly"),
            worded(
                "Calls appear in DATEV without a click, already while it rings. "
                "Otherwise you hand them over by the DATEV button."
            ),
        ),
        "calls.only_datev_matches": option(
            worded("Only with a hit in the DATEV master data"),
            worded("Calls of unknown numbers do not go to DATEV by themselves."),
        ),
        "calls.skip_internal": option(
            worded("Not the internal calls"),
            worded("Internal calls open the call window, but do not go to DATEV by themselves."),
        ),
        "calls.only_answered": option(
            worded("Only answered calls"),
            worded("Nothing goes to DATEV before somebody answers; missed calls never do."),
        ),
        "calls.open_window": option(
            worded("Open the call window all the same"),
            worded("Without this tick the program stays silently in the background."),
        ),
        "calls.prefer_datev": option(
            worded("Prefer DATEV master data"),
            worded(
                "If exactly one hit is in DATEV, it is taken without asking, "
                "even if the STARFACE address book knows the number too."
            ),
        ),
        "calls.first_best_contact": option(
            worded("Take the first contact that fits"),
            worded(
                "With several hits in one source one is taken without asking: "
                "the one used last, otherwise the first by name."
            ),
        ),
        "calls.hide_internal": option(
            worded("Leave internal calls out altogether"),
            worded("Internal calls open no window and never go to DATEV."),
        ),
        "calls.close_after_call": option(
            worded("Close the call window after the call"),
            worded("The window closes when the call ends. What you have written stays kept."),
        ),
        "dial_plan.country": option(
            worded("Country"),
            worded("Country of the office by its two letters, such as DE or AT."),
        ),
        "dial_plan.area_code": option(
            worded("Area code"),
            worded("Area code of the office without the leading 0, such as 721 for Karlsruhe."),
            empty=worded("local numbers are not completed"),
        ),
        "dial_plan.exchange_prefix": option(
            worded("Prefix for an outside line"),
            worded(
                "Is put before dialled numbers and taken off those of callers. "
                "Leave it empty if you dial without one."
            ),
            empty=worded("none"),
        ),
        "dial_plan.internal_digits": option(
            worded("Internal numbers have up to"),
            worded("Numbers with so few digits count as internal."),
            unit=worded("digits"),
        ),
    }
)
