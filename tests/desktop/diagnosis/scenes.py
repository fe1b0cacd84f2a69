"""The states of the diagnosis window that are worth a picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from datev_connector.app.running.master_data_ways import NOT_FOUND
from datev_connector.desktop.diagnosis.rows_area import RowsArea
from datev_connector.desktop.diagnosis.state_row import StateRow
from datev_connector.desktop.diagnosis.status_page import LegRow
from datev_connector.desktop.diagnosis.window import DiagnosisWindow
from datev_connector.desktop.look.look import MARGIN
from datev_connector.desktop.picture import Picture
from datev_connector.desktop.ports import LogStanding, ShownCertificate
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.wording import worded
from datev_connector.starface.trouble import Trouble, TroubleKind
from tests.desktop.diagnosis.every_state import PBX, licence_reports, module_reports
from tests.desktop.diagnosis.examined import FINGERPRINT, SERVER, certificate, findings
from tests.desktop.office import TestDiagnosis, TestProgram

RUNNING = 5
"""So many findings are there while the examination goes on."""
WIDTH = 900


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
    window = _at_the_end(_examined(surroundings, endless=False))
    yield "diagnosis-finished-end", window
    window = _examined(surroundings, endless=False)
    yield "diagnosis-menu-of-texts", _opened(window.examination.hand_on.people)
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

    now = surroundings.now()
    yield "diagnosis-licence-states", _side_by_side(surroundings, licence_reports(now))
    yield "diagnosis-module-states", _side_by_side(surroundings, module_reports(now))


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
    described = certificate(now)
    return ShownCertificate(
        leg=Leg.STARFACE,
        host=PBX,
        port=443,
        fingerprint=FINGERPRINT,
        described=described,
        known=described.filled(fingerprint=bytes(range(64, 96)).hex(":").upper()),
        known_since=now - timedelta(days=400),
        is_known=False,
    )


def _examined(surroundings: Surroundings, *, endless: bool) -> DiagnosisWindow:
    diagnosis = surroundings.office.diagnosis
    assert isinstance(diagnosis, TestDiagnosis)
    diagnosis.findings = findings()[: RUNNING if endless else None]
    diagnosis.endless = endless
    window = DiagnosisWindow(surroundings)
    window.start()
    return window


def _at_the_end(window: DiagnosisWindow) -> DiagnosisWindow:
    """Scrolled to what was found last."""
    page = window.examination
    while page.running:
        QCoreApplication.processEvents()
    page.area.bring(page.area.findChildren(StateRow)[-1])
    return window


def _opened(menu: QMenu) -> QMenu:
    """A menu as a window of its own, which takes no keyboard."""
    menu.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
    return menu


def _side_by_side(surroundings: Surroundings, reports: list[LegReport]) -> QWidget:
    """One leg in all its states, as the status page shows each."""
    window, area = QWidget(), RowsArea(surroundings.look)
    window.setWindowTitle("Status")
    QVBoxLayout(window).addWidget(area)
    for one in reports:
        row = LegRow(one.leg, surroundings)
        row.show_report(one)
        area.add(row)
    inside = area.inside.layout()
    assert inside is not None
    window.resize(WIDTH, inside.totalHeightForWidth(WIDTH - 4 * MARGIN) + 4 * MARGIN)
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
            NOT_FOUND.reason,
            mender=NOT_FOUND.mender.value,
            remedy=NOT_FOUND.remedy,
        ),
    ]
    return all_well(now) | {one.leg: one for one in bad}
