"""Legs in words: what tray, diagnosis, settings and assistant call them. Pure: no Qt."""

from __future__ import annotations

from datetime import datetime

from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments

LEGS = (
    Leg.STARFACE,
    Leg.DATEV,
    Leg.CONTACTS_DATEV,
    Leg.CONTACTS_STARFACE,
    Leg.STORE,
    Leg.LICENCE,
    Leg.MODULE,
)
"""All legs in the order in which people see them."""


def leg_name(leg: Leg | None, language: Language) -> str:
    """Name a leg; None is the program itself."""
    names = {
        None: language.say("This program"),
        Leg.STARFACE: language.say("Phone system"),
        Leg.DATEV: language.say("DATEV telephony"),
        Leg.CONTACTS_DATEV: language.say("DATEV master data"),
        Leg.CONTACTS_STARFACE: language.say("STARFACE address book"),
        Leg.STORE: language.say("Local storage"),
        Leg.LICENCE: language.say("Licence"),
        Leg.MODULE: language.say("Module in the phone system"),
    }
    return names[leg]


def state_word(state: LegState | None, language: Language) -> str:
    """Say how far a leg can be relied on; None: it has not reported."""
    match state:
        case LegState.UP:
            return language.say("In order")
        case LegState.DEGRADED:
            return language.say("Limited")
        case LegState.DOWN:
            return language.say("Not working")
        case None:
            return language.say("No report yet")


def mender_word(mender: Mender, language: Language) -> str:
    """Say who can mend a leg; empty where nobody has to."""
    menders = {
        Mender.NOBODY: "",
        Mender.USER: language.say("You yourself"),
        Mender.PBX_ADMIN: language.say("Administrator of the phone system"),
        Mender.DATEV_ADMIN: language.say("Administrator of DATEV"),
        Mender.NETWORK_ADMIN: language.say("Administrator of the network"),
        Mender.WINDOWS_ADMIN: language.say("Administrator of this computer"),
        Mender.VENDOR: language.say("Vendor of this program"),
    }
    return menders[mender]


def leg_line(leg: Leg, report: LegReport | None, language: Language) -> str:
    """Say name and state of a leg in one short line, as a tooltip has it."""
    state = None if report is None else report.state
    return language.say(
        "{leg}: {state}", leg=leg_name(leg, language), state=state_word(state, language)
    )


def since_words(report: LegReport, language: Language, moments: Moments, now: datetime) -> str:
    """Say since when a leg is as it is; `now` is UTC."""
    return language.say("since {moment}", moment=moments.since(report.since, now))


def leg_text(leg: Leg, report: LegReport | None, language: Language, moments: Moments) -> str:
    """Tell all of a leg in lines made for being sent to whoever mends it.

    It holds no number, name, note or secret, since reports hold none.
    """
    if report is None:
        return leg_line(leg, report, language)
    lines = [
        language.say(
            "{leg}: {state} (since {moment})",
            leg=leg_name(leg, language),
            state=state_word(report.state, language),
            moment=f"{moments.date(report.since)} {moments.time(report.since)}",
        )
    ]
    if report.reason:
        lines.append(language.say("Cause: {cause}", cause=report.reason))
    mender = mender_word(report.mender, language)
    if mender:
        lines.append(language.say("Responsible: {mender}", mender=mender))
    if report.remedy:
        lines.append(language.say("What to do: {remedy}", remedy=report.remedy))
    return "\n".join(lines)
