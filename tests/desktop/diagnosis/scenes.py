"""The states of the diagnosis window that are worth a picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QWidget

from datev_connector.desktop.diagnosis.window import DiagnosisWindow
from datev_connector.desktop.picture import Picture
from datev_connector.desktop.ports import Finding
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.wording import worded
from tests.desktop.office import TestDiagnosis


def scenes(surroundings: Surroundings) -> Iterator[tuple[str, QWidget]]:
    """Every state of the window."""
    window = DiagnosisWindow(surroundings)
    window.show_legs(Picture(legs=all_well(surroundings.now())))
    yield "diagnosis-all-well", window
    window = DiagnosisWindow(surroundings)
    window.show_legs(Picture(legs=several_down(surroundings.now())))
    yield "diagnosis-several-down", window
    yield "diagnosis-running", _examined(surroundings, endless=True)
    yield "diagnosis-finished", _examined(surroundings, endless=False)
    window = DiagnosisWindow(surroundings)
    window.show_legs(Picture(legs=all_well(surroundings.now())))
    window._written(Path.home() / "Documents" / "DATEV-Connector-Support-2026-11-23-1403.zip")
    yield "diagnosis-bundle-saved", window


def _examined(surroundings: Surroundings, *, endless: bool) -> DiagnosisWindow:
    diagnosis = surroundings.office.diagnosis
    assert isinstance(diagnosis, TestDiagnosis)
    diagnosis.findings = findings()[: 7 if endless else None]
    diagnosis.endless = endless
    window = DiagnosisWindow(surroundings)
    window.start()
    return window


def report(leg: Leg, state: LegState, since: datetime, reason: str, **more: str) -> LegReport:
    mender = Mender(more.get("mender", Mender.NOBODY))
    return LegReport(
        leg=leg,
        state=state,
        since=since,
        reason=reason,
        mender=mender,
        remedy=more.get("remedy", ""),
    )


def all_well(now: datetime) -> dict[Leg, LegReport]:
    """A quiet day."""
    since = now - timedelta(hours=5, minutes=12)
    reasons = {
        Leg.STARFACE: "signed in over XMPP",
        Leg.DATEV: "connected to DATEV",
        Leg.CONTACTS_DATEV: "12,480 contacts, as of 2026-11-23 06:00",
        Leg.CONTACTS_STARFACE: "318 contacts, as of 2026-11-23 09:30",
        Leg.STORE: "calls and notes are kept",
    }
    return {leg: report(leg, LegState.UP, since, words) for leg, words in reasons.items()}


def several_down(now: datetime) -> dict[Leg, LegReport]:
    """A bad one."""
    bad = [
        report(
            Leg.STARFACE,
            LegState.DOWN,
            now - timedelta(days=1, minutes=7),
            "The PBX does not accept this password. Calls are not seen, and nothing can be dialled "
            "until somebody has entered the right one.",
            mender="pbx-admin",
            remedy="Look whether the account is locked, and enter the password anew in the "
            "settings of this program.",
        ),
        report(
            Leg.DATEV,
            LegState.DOWN,
            now - timedelta(minutes=3),
            "DATEV telephony is not running; calls and notes wait for it.",
            mender="user",
            remedy="Start DATEV Arbeitsplatz and switch telephony on.",
        ),
        report(
            Leg.CONTACTS_DATEV,
            LegState.DEGRADED,
            now - timedelta(hours=2),
            "12,480 contacts, as of 2026-11-21 06:00; the service that reads them is not there.",
            mender="datev-admin",
            remedy="Have the DATEV services started on the server.",
        ),
    ]
    return all_well(now) | {one.leg: one for one in bad}


def finding(
    leg: Leg | None,
    step: str,
    found: str,
    state: LegState = LegState.UP,
    **more: str | float | bool,
) -> Finding:
    return Finding(
        leg=leg,
        step=worded(step),
        state=state,
        left_out=bool(more.get("left_out", False)),
        tried=str(more.get("tried", "")),
        found=found,
        meaning=str(more.get("meaning", "")),
        mender=Mender(str(more.get("mender", "nobody"))),
        remedy=str(more.get("remedy", "")),
        duration_s=float(more.get("duration_s", 0.1)),
    )


def findings() -> tuple[Finding, ...]:
    """An examination that finds something."""
    return (
        finding(None, "Settings", "Everything that is needed is set."),
        finding(None, "Password of the phone system", "It is kept in the keyring."),
        finding(None, "Running program", "This connector is running."),
        finding(Leg.STORE, "Open the storage", "It opens, and its content is in order."),
        finding(
            Leg.STORE,
            "Room on the disk",
            "0.3 GB are free.",
            LegState.DEGRADED,
            tried="write a file beside the store",
            meaning="The disk is nearly full; a full disk keeps no notes.",
            mender="user",
            remedy="Make room on the disk.",
        ),
        finding(Leg.CONTACTS_DATEV, "Stored contacts", "12,480 contacts, as of 2026-11-23 06:00."),
        finding(Leg.STARFACE, "Name of the server", "192.168.12.7", duration_s=4.2),
        finding(
            Leg.STARFACE,
            "Encryption (TLS)",
            'certificate of "pbx.kanzlei-lindgräfe.example", issued by itself, valid from '
            "2019-03-01 until 2021-03-01 (expired)",
            LegState.DOWN,
            tried="speak TLS with pbx.kanzlei-lindgräfe.example:443",
            meaning="The certificate of the PBX is not the one that was trusted before.",
            mender="pbx-admin",
            remedy="Compare its fingerprint with that of the PBX, and trust it anew.",
        ),
        finding(
            Leg.STARFACE,
            "Sign-in",
            "unknown",
            LegState.DEGRADED,
            left_out=True,
            meaning="this needs an encrypted connection.",
        ),
        finding(Leg.DATEV, "Connection to DATEV", "connected, and understood"),
    )
