"""What is said of a licence, once for all: windows, commands, log and diagnosis say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType

from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.licences import (
    Flaw,
    Ground,
    Judgement,
    Licence,
    LicenceState,
    Origin,
)
from datev_connector.domain.wording import joined, worded


@dataclass(frozen=True, slots=True)
class Told:
    """What is the matter, who can mend it, and how."""

    what: str
    mender: Mender = Mender.NOBODY
    remedy: str = ""


ORDER = worded(
    'Order a licence from the vendor, and have it put into the tab "Lizenz" of the module; without '
    "the module, into the licence file."
)
COPY_AGAIN = worded(
    "Copy the whole text of the licence once more, from the first to the last line of the vendor's "
    "message."
)
NEW_ONE = worded("Ask the vendor for a licence that fits.")
FILE_TO_BE_READ = worded(
    "See to it that the licence file is where the settings say, and can be read."
)
CLOCK_FIRST = worded("If the clock of this computer is wrong, set it first.")
UPDATE = worded("Update this program; if that does not help, ask the vendor for a new licence.")

FLAWS: Mapping[Flaw, Told] = MappingProxyType(
    {
        Flaw.FOREIGN: Told(
            worded("The text is no licence of this program, or only a part of one."),
            Mender.PBX_ADMIN,
            COPY_AGAIN,
        ),
        Flaw.TOO_LONG: Told(
            worded("The text is far too long for a licence."), Mender.PBX_ADMIN, COPY_AGAIN
        ),
        Flaw.SEVERAL: Told(
            worded("The text holds several licences."),
            Mender.PBX_ADMIN,
            worded("Leave only the one that shall count."),
        ),
        Flaw.DAMAGED: Told(
            worded("The text of the licence has been changed: letters are wrong or missing."),
            Mender.PBX_ADMIN,
            COPY_AGAIN,
        ),
        Flaw.FORGED: Told(
            worded("The licence was changed after the vendor had signed it."),
            Mender.VENDOR,
            worded("Ask the vendor for the licence once more."),
        ),
        Flaw.UNKNOWN_KEY: Told(
            worded("The licence is signed with a key that this program does not know."),
            Mender.VENDOR,
            UPDATE,
        ),
        Flaw.WITHDRAWN_KEY: Told(
            worded("The licence is signed with a key that was withdrawn before."),
            Mender.VENDOR,
            worded("Ask the vendor for a new licence."),
        ),
        Flaw.NEWER: Told(
            worded("The licence is of a form that this program does not understand."),
            Mender.VENDOR,
            UPDATE,
        ),
    }
)


def leg_report(judgement: Judgement, at: datetime) -> LegReport:
    """The report of the leg `licence`; `at` is UTC."""
    told = finding(judgement)
    return LegReport(
        leg=Leg.LICENCE,
        state=leg_state(judgement),
        since=at,
        reason=joined(told.what, service(judgement)),
        mender=told.mender,
        remedy=told.remedy,
    )


def leg_state(judgement: Judgement) -> LegState:
    """How far the licence can be relied on."""
    if not judgement.serves:
        return LegState.DOWN
    is_well = judgement.state is LicenceState.VALID or is_plain_trial(judgement)
    return LegState.UP if is_well and not judgement.ends_soon else LegState.DEGRADED


def is_plain_trial(judgement: Judgement) -> bool:
    """Tell whether the trial runs and nothing is there that may be a licence."""
    is_trial = judgement.state is LicenceState.NONE and judgement.ground is Ground.TRIAL
    return is_trial and not judgement.is_file_closed


def service(judgement: Judgement) -> str:
    """By what the connector serves, and until when; empty where the licence says so itself."""
    day = judgement.until
    if judgement.ground is Ground.NOTHING:
        return worded(
            "The connector does not sign in to the phone system. What was noted can still be "
            "read, exported and handed over to DATEV."
        )
    if judgement.ground is Ground.LICENCE or day is None:
        return ""
    if judgement.ground is Ground.TRIAL:
        return worded("The trial goes on until {day:%Y-%m-%d}.", day=day)
    return worded("The connector works on until {day:%Y-%m-%d}.", day=day)


def finding(judgement: Judgement) -> Told:
    """What there is to say of the licence itself."""
    if judgement.state is LicenceState.CLOCK:
        return Told(
            worded("The clock of this computer has been set back."),
            Mender.WINDOWS_ADMIN,
            worded(
                "Set the clock of this computer. If it was wrong before and is right now, ask the "
                "vendor for a new licence."
            ),
        )
    if judgement.flaw is not None:
        return FLAWS[judgement.flaw]
    if judgement.licence is None:
        return _none(judgement)
    return of_licence(judgement, judgement.licence)


def _none(judgement: Judgement) -> Told:
    if judgement.is_file_closed:
        what = worded("The licence file cannot be read.")
        return Told(what, Mender.WINDOWS_ADMIN, FILE_TO_BE_READ)
    if judgement.ground is Ground.NOTHING:
        return Told(
            worded("There is no licence, and the trial is over."), Mender.VENDOR, _order(judgement)
        )
    if judgement.ground is Ground.TRIAL:
        return Told(worded("There is no licence yet."), Mender.VENDOR, ORDER)
    return Told(
        worded("The licence is no longer where it was read before."),
        Mender.PBX_ADMIN,
        worded(
            'Put the licence into the tab "Lizenz" of the module again; without the module, into '
            "the licence file."
        ),
    )


def _order(judgement: Judgement) -> str:
    return joined(CLOCK_FIRST, ORDER) if judgement.has_leapt else ORDER


def of_licence(judgement: Judgement, licence: Licence) -> Told:  # noqa: PLR0911 - a line for each state
    """What there is to say of a licence that is signed as it should be."""
    match judgement.state:
        case LicenceState.TOO_MANY_SEATS:
            return _too_many_seats(judgement, licence)
        case LicenceState.UNREAD:
            return _unread(judgement)
        case LicenceState.NOT_YET:
            day = first_moment(licence.valid_from)
            return Told(
                worded("The licence is valid only from {day:%Y-%m-%d}.", day=day),
                Mender.VENDOR,
                worded("Ask the vendor for a licence for the time until then."),
            )
        case LicenceState.ENDED:
            day = first_moment(licence.valid_until)
            return Told(
                worded("The licence has ended; its last day was {day:%Y-%m-%d}.", day=day),
                Mender.VENDOR,
                _order(judgement),
            )
        case LicenceState.OTHER_PRODUCT:
            return Told(worded("The licence is for another product."), Mender.VENDOR, NEW_ONE)
        case LicenceState.OTHER_PBX:
            return Told(
                worded("The licence is for another phone system."),
                Mender.VENDOR,
                joined(worded("Compare the address of the phone system in the settings."), NEW_ONE),
            )
        case _:
            return _valid(judgement, licence)


def _unread(judgement: Judgement) -> Told:
    what = worded("The licence could not be read lately.")
    if judgement.origin is Origin.FILE:
        return Told(what, Mender.WINDOWS_ADMIN, FILE_TO_BE_READ)
    return Told(
        what,
        Mender.PBX_ADMIN,
        worded('See to it that the module answers, and that its tab "Lizenz" is filled.'),
    )


def _valid(judgement: Judgement, licence: Licence) -> Told:
    day = first_moment(licence.valid_until)
    what = worded("The licence is valid until {day:%Y-%m-%d}.", day=day)
    if not judgement.ends_soon:
        return Told(what)
    return Told(what, Mender.VENDOR, worded("Order the next licence from the vendor in time."))


def _too_many_seats(judgement: Judgement, licence: Licence) -> Told:
    return Told(
        worded(
            "The licence is for {seats} seats, and {in_use} logins of the phone system have used "
            "the connector on this computer in the last 30 days. Nobody is stopped by that.",
            seats=licence.seats,
            in_use=judgement.seats_in_use,
        ),
        Mender.VENDOR,
        worded("Order a licence for more seats from the vendor."),
    )


def first_moment(day: date) -> datetime:
    """A day as a moment, so that every language writes it in its own way."""
    return datetime.combine(day, time(), UTC)
