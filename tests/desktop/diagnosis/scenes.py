"""The states of the diagnosis window that are worth a picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QWidget

from datev_connector.desktop.diagnosis.window import DiagnosisWindow
from datev_connector.desktop.picture import Picture
from datev_connector.desktop.ports import Finding, LogStanding, ShownCertificate
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.wording import Worded, worded
from datev_connector.starface.trouble import Trouble, TroubleKind
from tests.desktop.office import TestDiagnosis, TestProgram

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
SERVER = "pbx.kanzlei-lindgräfe.example:443"


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
    window._written(
        Path(r"C:\Users\lena.sommer\Documents\DATEV-Connector-Support-2026-11-23-1403.zip")
    )
    yield "diagnosis-bundle-saved", window
    yield from _traced(surroundings)

    window = _certificate_changed(surroundings)
    yield "diagnosis-certificate-changed", window
    window = _certificate_changed(surroundings)
    window.trusting._ask(other_certificate(surroundings.now()))
    assert window.trusting.box is not None
    yield "diagnosis-certificate-asked", window.trusting.box


def _traced(surroundings: Surroundings) -> Iterator[tuple[str, QWidget]]:
    """For a day the log tells everything."""
    program = surroundings.office.program
    assert isinstance(program, TestProgram)
    until = surroundings.now() + timedelta(hours=24)
    before, program.standing = program.standing, LogStanding(level="trace", until=until)
    window = DiagnosisWindow(surroundings)
    window.show_legs(Picture(legs=all_well(surroundings.now())))
    yield "diagnosis-log-tells-everything", window
    program.standing = before


def _certificate_changed(surroundings: Surroundings) -> DiagnosisWindow:
    diagnosis = surroundings.office.diagnosis
    assert isinstance(diagnosis, TestDiagnosis)
    diagnosis.changed = {Leg.STARFACE}
    now = surroundings.now()
    window = DiagnosisWindow(surroundings)
    window.show_legs(Picture(legs=all_well(now) | {Leg.STARFACE: certificate_changed(now)}))
    return window


def certificate_changed(now: datetime) -> LegReport:
    """The PBX shows another certificate."""
    changed = Trouble(kind=TroubleKind.CERTIFICATE_CHANGED, where=SERVER).complaint
    return report(
        Leg.STARFACE,
        LegState.DOWN,
        now - timedelta(minutes=12),
        changed.reason,
        mender=changed.mender.value,
        remedy=changed.remedy,
    )


def other_certificate(now: datetime) -> ShownCertificate:
    """What the PBX shows, as the program describes it."""
    described = worded(
        "{described}; SHA-256 {fingerprint}",
        described=worded(
            'certificate of "{subject}", issued by {by}, {validity}',
            subject="pbx.kanzlei-lindgräfe.example",
            by=worded("itself"),
            validity=worded(
                "valid from {begin:%Y-%m-%d} until {until:%Y-%m-%d}",
                begin=now - timedelta(days=1),
                until=now + timedelta(days=3650),
            ),
        ),
        fingerprint=bytes(range(32)).hex(":").upper(),
    )
    return ShownCertificate(
        leg=Leg.STARFACE,
        host=SERVER.partition(":")[0],
        port=443,
        fingerprint=bytes(range(32)).hex(":").upper(),
        described=described,
        known=described.filled(fingerprint=bytes(range(64, 96)).hex(":").upper()),
        known_since=now - timedelta(days=400),
        is_known=False,
    )


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


def contacts(number: int, at: datetime) -> str:
    return worded("{number} contacts, as of {at:%Y-%m-%d %H:%M}", number=number, at=at)


def all_well(now: datetime) -> dict[Leg, LegReport]:
    """A quiet day, in the program's own words."""
    since = now - timedelta(hours=5, minutes=12)
    reasons = {
        Leg.STARFACE: worded("Signed in over XMPP; STARFACE reports calls as they happen."),
        Leg.DATEV: worded("DATEV is connected."),
        Leg.CONTACTS_DATEV: contacts(12_480, now - timedelta(hours=6)),
        Leg.CONTACTS_STARFACE: contacts(318, now - timedelta(hours=3)),
        Leg.STORE: worded("calls and notes are kept"),
        Leg.LICENCE: worded(
            "The licence is valid until {day:%Y-%m-%d}.", day=datetime(2027, 11, 30, tzinfo=UTC)
        ),
        Leg.MODULE: worded("The module answers, version {version}.", version=1),
    }
    return {leg: report(leg, LegState.UP, since, words) for leg, words in reasons.items()}


def several_down(now: datetime) -> dict[Leg, LegReport]:
    """A bad one."""
    refused = Trouble(kind=TroubleKind.SIGN_IN_REFUSED, where=SERVER).complaint
    bad = [
        report(
            Leg.STARFACE,
            LegState.DOWN,
            now - timedelta(days=1, minutes=7),
            refused.reason,
            mender=refused.mender.value,
            remedy=refused.remedy,
        ),
        report(
            Leg.DATEV,
            LegState.DOWN,
            now - timedelta(minutes=3),
            worded("DATEV is not running."),
            mender="user",
            remedy=worded("Start DATEV; the connection is made by itself."),
        ),
        report(
            Leg.CONTACTS_DATEV,
            LegState.DEGRADED,
            now - timedelta(hours=2),
            worded("Neither DATEV's master data service nor DATEVconnect is on this machine."),
            mender="datev-admin",
        ),
    ]
    return all_well(now) | {one.leg: one for one in bad}


def _words(text: object) -> str:
    """The text itself, so that what it remembers is kept."""
    return text if isinstance(text, str) else ""


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
        tried=_words(more.get("tried", "")),
        found=found if isinstance(found, Worded) else worded(found),
        meaning=_words(more.get("meaning", "")),
        mender=Mender(str(more.get("mender", "nobody"))),
        remedy=_words(more.get("remedy", "")),
        duration_s=float(more.get("duration_s", 0.1)),
    )


def findings() -> tuple[Finding, ...]:
    """An examination that finds something."""
    changed = Trouble(kind=TroubleKind.CERTIFICATE_CHANGED, where=SERVER).complaint
    return (
        finding(None, "Settings", "Everything that is needed is set."),
        finding(None, "Password of the phone system", "It is kept in the keyring."),
        finding(None, "Running program", "This connector is running."),
        finding(Leg.STORE, "Open the storage", "It opens, and its content is in order."),
        finding(
            Leg.STORE,
            "Room on the disk",
            worded("{gigabytes:.1f} GB are free.", gigabytes=0.3),
            LegState.DEGRADED,
            tried=worded("write a file beside the store"),
            meaning=worded("The disk is nearly full; a full disk keeps no notes."),
            mender="user",
            remedy=worded("Make room on the disk."),
        ),
        finding(Leg.CONTACTS_DATEV, "Stored contacts", contacts(12_480, AT)),
        finding(Leg.STARFACE, "Name of the server", "192.168.12.7", duration_s=4.2),
        finding(
            Leg.STARFACE,
            "Encryption (TLS)",
            worded(
                'certificate of "{subject}", issued by {by}, {validity}',
                subject="pbx.kanzlei-lindgräfe.example",
                by=worded("itself"),
                validity=worded(
                    "valid from {begin:%Y-%m-%d} until {until:%Y-%m-%d}",
                    begin=AT.replace(year=2019),
                    until=AT.replace(year=2021),
                ),
            ),
            LegState.DOWN,
            tried=worded("speak TLS with {address}", address=SERVER),
            meaning=changed.reason,
            mender=changed.mender.value,
            remedy=changed.remedy,
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
