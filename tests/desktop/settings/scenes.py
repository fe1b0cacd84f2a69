"""The settings window in every state worth a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtWidgets import QWidget

from datev_connector.desktop.ports import DialPreview, Flaw, Form, Saved
from datev_connector.desktop.settings.pages import PageName
from datev_connector.desktop.settings.window import SettingsWindow
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg, LegState, Mender
from tests.desktop.office import TestOffice
from tests.desktop.settings.forms import OFFICE, Value, finding, form_with

POLICY = "Gruppenrichtlinie des Computers"

WELL = (
    finding(None),
    finding(Leg.STORE),
    finding(Leg.STARFACE),
    finding(Leg.DATEV),
    finding(Leg.CONTACTS_DATEV),
    finding(Leg.CONTACTS_STARFACE),
)
FAULTY = (
    finding(None),
    finding(Leg.STORE),
    finding(
        Leg.STARFACE,
        LegState.DOWN,
        meaning="STARFACE lehnt die Anmeldung ab: Login oder Passwort stimmen nicht.",
        mender=Mender.USER,
        remedy="Prüfen Sie Login und Passwort an der STARFACE-Oberfläche im Browser.",
    ),
    finding(
        Leg.DATEV,
        LegState.DEGRADED,
        meaning="DATEV ist nicht gestartet; Anrufe werden aufbewahrt und später übertragen.",
        mender=Mender.USER,
        remedy="Starten Sie den DATEV-Arbeitsplatz.",
    ),
    finding(Leg.CONTACTS_DATEV),
    finding(
        Leg.CONTACTS_STARFACE,
        LegState.DEGRADED,
        left_out=True,
        meaning="Nicht versucht: Ohne Anmeldung ist das Adressbuch nicht zu lesen.",
    ),
)


def scenes(surroundings: Surroundings) -> Iterator[tuple[str, QWidget]]:
    """Name and window."""
    office = surroundings.office
    assert isinstance(office, TestOffice)
    yield from _pages(surroundings, office)
    yield "settings-connection-advanced", _advanced(surroundings, office)
    yield "settings-refinements-idle", _idle(surroundings, office)
    yield "settings-locked", _locked(surroundings, office)
    yield "settings-flawed", _flawed(surroundings, office)
    yield "settings-unsaved", _unsaved(surroundings, office)
    yield "settings-saved", _saved(surroundings, office)
    yield "settings-test-running", _tested(surroundings, office, running=True)
    yield "settings-test-failed", _tested(surroundings, office, running=False)


def settings_window(
    surroundings: Surroundings, form: Form, page: PageName = PageName.CONNECTION
) -> SettingsWindow:
    """A window on a page."""
    office = surroundings.office
    assert isinstance(office, TestOffice)
    office.settings.shown, office.settings.saved = form, None
    preview = DialPreview(dialled="07219876-0".replace("-", ""), shown="0721 9876-0")
    office.dialling.previews["0721 9876-0"] = preview
    window = SettingsWindow(surroundings)
    window.show_page(page)
    return window


def _pages(surroundings: Surroundings, office: TestOffice) -> Iterator[tuple[str, QWidget]]:
    for page in PageName:
        yield f"settings-{page.value}", settings_window(surroundings, form_with(), page)


def _advanced(surroundings: Surroundings, office: TestOffice) -> SettingsWindow:
    window = settings_window(surroundings, form_with())
    page = window.pages[PageName.CONNECTION]
    page.sheet.unfold()
    window.resize(window.width(), 1000)
    return window


def _idle(surroundings: Surroundings, office: TestOffice) -> SettingsWindow:
    form = form_with({**OFFICE, "calls.transfer_automatically": False})
    return settings_window(surroundings, form, PageName.CALLS)


def _locked(surroundings: Surroundings, office: TestOffice) -> SettingsWindow:
    locked = {"starface.host": POLICY, "starface.encrypted": POLICY, "starface.https_port": POLICY}
    return settings_window(surroundings, form_with(locked=locked))


def _flawed(surroundings: Surroundings, office: TestOffice) -> SettingsWindow:
    window = settings_window(surroundings, form_with(), PageName.CALLS)
    flaws = (
        Flaw(name="starface.host", text="Das ist kein Name und keine Adresse eines Rechners."),
        Flaw(name="dial_plan.area_code", text="Bitte nur Ziffern ohne führende 0."),
    )
    office.settings.saved = Saved(form=window.draft.form, flaws=flaws)
    _enter(window, {"starface.host": "pbx kanzlei", "dial_plan.area_code": "O721"})
    window.save.click()
    return window


def _unsaved(surroundings: Surroundings, office: TestOffice) -> SettingsWindow:
    window = settings_window(surroundings, form_with(), PageName.DIAL_PLAN)
    _enter(window, {"dial_plan.exchange_prefix": "0"})
    window.show()
    window.close()
    return window


def _saved(surroundings: Surroundings, office: TestOffice) -> SettingsWindow:
    window = settings_window(surroundings, form_with(), PageName.GENERAL)
    remark = "Die Sprache gilt ab dem nächsten Programmstart."
    office.settings.saved = Saved(form=form_with({"general.language": "en"}), remarks=(remark,))
    _enter(window, {"general.language": "en"})
    window.show()
    window.save.click()
    return window


def _tested(surroundings: Surroundings, office: TestOffice, *, running: bool) -> SettingsWindow:
    window = settings_window(surroundings, form_with())
    office.diagnosis.findings = WELL[:3] if running else FAULTY
    office.diagnosis.endless = running
    window.show()
    window.resize(window.width(), 1000)
    window.test.test.click()
    return window


def _enter(window: SettingsWindow, values: Mapping[str, Value]) -> None:
    for name, value in values.items():
        window.enter(name, value)
