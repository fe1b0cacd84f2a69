"""A licence and what counts at the moment, as lines for people and as JSON for programs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datev_connector.app.folders import Profile
from datev_connector.app.licence import places, seats, signature, words
from datev_connector.app.licence.keeper import LicenceKeeper
from datev_connector.app.licence.kept import Notes
from datev_connector.app.licence.keys import VendorKeys
from datev_connector.app.settings import Settings
from datev_connector.domain.licences import (
    USABLE,
    Flaw,
    Ground,
    Judgement,
    Licence,
    Origin,
    Reading,
    first_seen,
    state_of,
)

Json = dict[str, Any]
Line = tuple[str, str]

BY = {
    Ground.LICENCE: "by the licence",
    Ground.GRACE: "by a licence that was valid a short while ago",
    Ground.TRIAL: "by the trial",
}


@dataclass(frozen=True, slots=True)
class _ReadOnly:
    """Looks into the store of a profile that may be running, and changes nothing."""

    notes: Notes

    def noted(self, name: str) -> str | None:
        """Return what was noted under a name."""
        return self.notes.noted(name)

    def note(self, name: str, value: str) -> None:
        """Leave it to the connector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InEffect:
    """What counts for a profile."""

    judgement: Judgement
    file: str
    """Where the file was read; empty: there is none, or it cannot be read now."""
    fault: str
    """Why it cannot be read; empty: it can, or nothing says why."""


def in_effect(
    profile: Profile,
    settings: Settings,
    notes: Notes,
    keys: VendorKeys,
    now: Callable[[], datetime],
) -> InEffect:
    """Judge as a connector of this profile would; the module counts as it was read last."""
    read: list[places.FileRead] = []
    faults: list[str] = []

    def look() -> places.FileRead | None:
        try:
            found = places.read_file(profile, settings.general.licence_file)
        except places.Unreadable as fault:
            faults.append(str(fault))
            raise
        read.extend([found] if found is not None else [])
        return found

    keeper = LicenceKeeper(
        _ReadOnly(notes),
        keys,
        pbx=lambda: settings.starface.host,
        file=places.FileLook(look),
        seats=seats.SeatRegister(seats.shared_folder()),
        now=now,
        changed=lambda: None,
    )
    asyncio.run(keeper.look())
    return InEffect(
        judgement=keeper.judgement,
        file=str(read[0].path) if read else "",
        fault=faults[0] if faults else "",
    )


def explained(raw: bytes, keys: VendorKeys, *, pbx: str, now: datetime) -> Judgement | None:
    """Judge a text alone, without trial and grace; None: it is empty."""
    found = signature.read(raw, keys)
    if found is None:
        return None
    state = state_of(Reading(found=found, origin=Origin.FILE, read_at=now), first_seen(now), pbx)
    licence = found if isinstance(found, Licence) else None
    usable = licence is not None and state in USABLE
    return Judgement(
        state=state,
        ground=Ground.LICENCE if usable else Ground.NOTHING,
        at=now,
        until=licence.ends if usable and licence is not None else None,
        licence=licence,
        flaw=found if isinstance(found, Flaw) else None,
        origin=Origin.FILE,
    )


def lines(judgement: Judgement, *, file: str = "", fault: str = "") -> list[Line]:
    """What there is to say, a heading and a text a line."""
    told = words.finding(judgement)
    found: list[Line] = [("State", judgement.state.value), ("", told.what)]
    if judgement.serves:
        until = judgement.until
        day = (
            f", until {until:%Y-%m-%d}" if until and judgement.ground is not Ground.LICENCE else ""
        )
        found.append(("Serves", f"yes, {BY[judgement.ground]}{day}"))
    else:
        found.append(("Serves", "no"))
    if judgement.licence is not None:
        found += _licence_lines(judgement.licence)
    if judgement.seats_in_use:
        found.append(("Logins seen", f"{judgement.seats_in_use} on this computer in 30 days"))
    if judgement.origin is not None and judgement.licence is not None:
        found.append(("Read from", file if judgement.origin is Origin.FILE else "the module"))
    if fault:
        found.append(("Not read", fault))
    if told.remedy:
        found.append(("What to do", told.remedy))
    return found


def _licence_lines(licence: Licence) -> list[Line]:
    return [
        ("Customer", licence.customer),
        ("Product", licence.product),
        ("Seats", str(licence.seats)),
        ("Features", ", ".join(licence.features) or "none"),
        ("Valid", f"from {licence.valid_from} until {licence.valid_until}"),
        ("For the PBX", ", ".join(licence.pbx) or "any"),
        ("Licence", f"{licence.id}, issued {licence.issued}, key {licence.key_id}"),
    ]


def as_json(judgement: Judgement, *, file: str = "") -> Json:
    """The same for programs."""
    told = words.finding(judgement)
    is_file = judgement.origin is Origin.FILE
    return {
        "state": judgement.state.value,
        "serves": judgement.serves,
        "by": judgement.ground.value,
        "until": None if judgement.until is None else judgement.until.isoformat(),
        "reason": told.what,
        "flaw": None if judgement.flaw is None else judgement.flaw.value,
        "mender": told.mender.value,
        "remedy": told.remedy,
        "origin": None if judgement.origin is None else judgement.origin.value,
        "file": file if is_file and file else None,
        "seats_in_use": judgement.seats_in_use,
        "licence": None if judgement.licence is None else licence_json(judgement.licence),
    }


def licence_json(licence: Licence) -> Json:
    """What a licence says."""
    return {
        "id": licence.id,
        "product": licence.product,
        "customer": licence.customer,
        "seats": licence.seats,
        "features": [*licence.features],
        "issued": licence.issued.isoformat(),
        "valid_from": licence.valid_from.isoformat(),
        "valid_until": licence.valid_until.isoformat(),
        "pbx": [*licence.pbx],
        "key_id": licence.key_id,
    }
