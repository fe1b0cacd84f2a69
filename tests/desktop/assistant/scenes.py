"""The first set-up in every state worth a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QWidget

from datev_connector.app.settings.original.report import Fate, Report, Row
from datev_connector.app.windows.taken_over import shown_report
from datev_connector.desktop.assistant.steps import StepName
from datev_connector.desktop.assistant.window import Assistant
from datev_connector.desktop.ports import Finding
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.texts.language import Tongue
from tests.desktop.assistant.calls import call_at, told
from tests.desktop.office import TestOffice
from tests.desktop.settings.forms import Value, form_with
from tests.desktop.settings.scenes import WELL, faulty

EARLIER = shown_report(
    Report(
        at=datetime(2026, 11, 23, 8, tzinfo=UTC),
        file="%AppData%\\DatevConnector\\user.config",
        rows=(
            Row(name="StarfaceHost", fate=Fate.TAKEN, option="starface.host"),
            Row(name="LoginId", fate=Fate.TAKEN, option="starface.login"),
            Row(name="SslPort", fate=Fate.SAME, option="starface.https_port"),
            Row(name="UseSSL", fate=Fate.ENCRYPTED, option="starface.encrypted"),
            Row(name="DirectTransfer", fate=Fate.TAKEN, option="calls.transfer_automatically"),
            Row(name="Password", fate=Fate.SECRET),
            Row(name="UseTapiLine", fate=Fate.TAPI),
            Row(name="RefreshSeconds", fate=Fate.UNKNOWN, form="dd"),
            Row(name="UpgradeRequired", fate=Fate.OWN),
        ),
    )
)
"""What came from the connector that was here before."""

ENTERED: dict[str, Value] = {
    "starface.host": "telefonanlage.kanzlei.example",
    "starface.login": "0123",
    "secret.starface-password": True,
    "dial_plan.area_code": "721",
}


def scenes(surroundings: Surroundings) -> Iterator[tuple[str, QWidget]]:
    """Name and window."""
    yield "assistant-welcome", assistant_at(surroundings, StepName.WELCOME)
    yield "assistant-welcome-taken-over", _after_another(surroundings)
    yield "assistant-pbx-lacking", _lacking(surroundings)
    yield "assistant-datev", assistant_at(surroundings, StepName.DATEV)
    yield "assistant-dial-plan", assistant_at(surroundings, StepName.DIAL_PLAN)
    yield "assistant-check-running", assistant_at(surroundings, StepName.CHECK, WELL[:3])
    yield "assistant-check-failed", assistant_at(surroundings, StepName.CHECK, faulty(surroundings))
    yield "assistant-call-waiting", assistant_at(surroundings, StepName.TEST_CALL, WELL)
    yield "assistant-call-seen", _with_call(assistant_at(surroundings, StepName.TEST_CALL, WELL))
    yield "assistant-end-good", _at_the_end(surroundings, WELL, called=True)
    yield "assistant-end-bad", _at_the_end(surroundings, faulty(surroundings), called=False)


def _after_another(surroundings: Surroundings) -> Assistant:
    """The settings of the connector that was here before were taken over."""
    office = surroundings.office
    assert isinstance(office, TestOffice)
    office.settings.earlier = EARLIER
    try:
        return assistant_at(surroundings, StepName.WELCOME)
    finally:
        office.settings.earlier = None


def assistant_at(
    surroundings: Surroundings, name: StepName, findings: tuple[Finding, ...] = ()
) -> Assistant:
    """The window at a step, reached as a person reaches it."""
    office = surroundings.office
    assert isinstance(office, TestOffice)
    office.settings.shown, office.settings.saved = form_with(ENTERED), None
    office.diagnosis.findings = findings
    office.diagnosis.endless = len(findings) == 3
    office.diagnosis.reports = _reports(surroundings)
    window = Assistant(surroundings)
    window.show()
    while window.at is not name:
        window.next.click()
    return window


def _lacking(surroundings: Surroundings) -> Assistant:
    window = assistant_at(surroundings, StepName.PBX)
    window.enter("starface.host", "")
    window.next.click()
    return window


def _with_call(window: Assistant) -> Assistant:
    at = window.watch.since
    assert at is not None
    name = "Bäckerei Krüger & Söhne, Inhaberin Katharina Krüger-Oberländer"
    window.take(told(at + timedelta(seconds=20), call_at(at, pbx_name=name)))
    return window


def _at_the_end(
    surroundings: Surroundings, findings: tuple[Finding, ...], *, called: bool
) -> Assistant:
    window = assistant_at(surroundings, StepName.TEST_CALL, findings)
    if called:
        _with_call(window)
    window.next.click()
    return window


def _reports(surroundings: Surroundings) -> tuple[LegReport, ...]:
    since = surroundings.now() - timedelta(minutes=3)
    german = surroundings.language.tongue is Tongue.GERMAN
    good = LegReport(
        leg=Leg.CONTACTS_DATEV,
        state=LegState.UP,
        since=since,
        reason="2.417 Kontakte aus DATEVconnect." if german else "2,417 contacts.",
    )
    bad = replace(
        good,
        leg=Leg.DATEV,
        state=LegState.DOWN,
        reason="DATEV ist nicht gestartet." if german else "DATEV is not running.",
        mender=Mender.USER,
        remedy="Starten Sie den DATEV-Arbeitsplatz." if german else "Start DATEV.",
    )
    return (good, bad)
