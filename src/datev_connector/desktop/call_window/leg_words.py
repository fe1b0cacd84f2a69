"""What a broken leg means for the person at a call, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments


def is_down(legs: Mapping[Leg, LegReport], leg: Leg) -> bool:
    """Tell whether a leg has reported that it is down."""
    report = legs.get(leg)
    return report is not None and report.state is LegState.DOWN


def leg_words(
    legs: Mapping[Leg, LegReport],
    language: Language,
    moments: Moments,
    now: datetime,
    *,
    active: bool,
) -> Iterator[tuple[Leg, str]]:
    """Say of each leg that is down what it means here, the gravest first.

    `active`: the call lives; one that is over has no need of the phone system.
    """
    for leg in (Leg.STORE, Leg.STARFACE, Leg.DATEV):
        if is_down(legs, leg) and (active or leg is not Leg.STARFACE):
            yield leg, _words(leg, moments.since(legs[leg].since, now), language)


def _words(leg: Leg, since: str, language: Language) -> str:
    match leg:
        case Leg.STORE:
            return language.say(
                "Nothing can be saved since {since}. Keep this window open until it is saved.",
                since=since,
            )
        case Leg.STARFACE:
            return language.say(
                "No connection to the phone system since {since}."
                " What is shown of the call may be out of date.",
                since=since,
            )
        case _:
            return language.say(
                "DATEV cannot be reached since {since}."
                " Notes stay saved and are handed over later.",
                since=since,
            )


def no_hang_up(legs: Mapping[Leg, LegReport], language: Language) -> str:
    """Why the program cannot hang up at the moment; empty: it can."""
    if not is_down(legs, Leg.STARFACE):
        return ""
    return language.say("There is no connection to the phone system: hang up at the phone itself.")


def no_dialling(legs: Mapping[Leg, LegReport], language: Language) -> str:
    """Why the program cannot dial at the moment; empty: it can."""
    if not is_down(legs, Leg.STARFACE):
        return ""
    return language.say("There is no connection to the phone system: dial at the phone itself.")
