"""The settings window in every state worth a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from PySide6.QtWidgets import QWidget

from datev_connector.app.windows.held_licence import held_licence
from datev_connector.desktop.ports import DialPreview, Finding, Flaw, Form, Saved
from datev_connector.desktop.settings.pages import PageName
from datev_connector.desktop.settings.window import SettingsWindow
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.licences import Judgement
from datev_connector.domain.wording import worded
from datev_connector.texts.language import Tongue
from tests.desktop.diagnosis.every_state import SEATS, judged, licence
from tests.desktop.diagnosis.examined import findings
from tests.desktop.office import HELD, TestOffice
from tests.desktop.settings.forms import OFFICE, Value, finding, form_with

WELL = (
    finding(None),
    finding(Leg.STORE),
    finding(Leg.STARFACE),
    finding(Leg.CONTACTS_STARFACE),
    finding(Leg.MODULE),
    finding(Leg.LICENCE),
    finding(Leg.DATEV),
    finding(Leg.CONTACTS_DATEV),
)


def faulty(surroundings: Surroundings) -> tuple[Finding, ...]:
    """An examination that finds a broken leg, a limited one, and one that it leaves out."""
    say = partial(in_tongue, surroundings)
    return (
        finding(None),
        finding(Leg.STORE),
        finding(
            Leg.STARFACE,
            LegState.DOWN,
            meaning=say(
                "STARFACE lehnt die Anmeldung ab: Login oder Passwort stimmen nicht.",
                "STARFACE refuses the sign-in: login or password are wrong.",
            ),
            mender=Mender.USER,
            remedy=say(
                "Prüfen Sie Login und Passwort an der STARFACE-Oberfläche im Browser.",
                "Try login and password on the STARFACE web page.",
            ),
        ),
        finding(
            Leg.DATEV,
            LegState.DEGRADED,
            meaning=say(
                "DATEV ist nicht gestartet; Anrufe werden aufbewahrt und später übertragen.",
                "DATEV is not running; calls are kept and handed over later.",
            ),
            mender=Mender.USER,
            remedy=say("Starten Sie den DATEV-Arbeitsplatz.", "Start the DATEV workplace."),
        ),
        finding(Leg.CONTACTS_DATEV),
        finding(
            Leg.CONTACTS_STARFACE,
            LegState.DEGRADED,
            left_out=True,
            meaning=say(
                "Nicht versucht: Ohne Anmeldung ist das Adressbuch nicht zu lesen.",
                "Not tried: without a sign-in the address book cannot be read.",
            ),
        ),
    )


def in_tongue(surroundings: Surroundings, german: str, english: str) -> str:
    """What the program behind the window would say."""
    return german if surroundings.language.tongue is Tongue.GERMAN else english


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
    yield "settings-help-unlicensed", _unlicensed(surroundings, office)
    yield "settings-help-too-many-seats", _too_many_seats(surroundings, office)
    yield "settings-test-running", _tested(surroundings, office, running=True)
    yield "settings-test-failed", _tested(surroundings, office, running=False)


def settings_window(
    surroundings: Surroundings, form: Form, page: PageName = PageName.CONNECTION
) -> SettingsWindow:
    """A window on a page."""
    office = surroundings.office
    assert isinstance(office, TestOffice)
    office.settings.shown, office.settings.saved = form, None
    office.program.held = HELD
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


def _unlicensed(surroundings: Surroundings, office: TestOffice) -> SettingsWindow:
    return _held(surroundings, office, judged(surroundings.now(), None))


def _too_many_seats(surroundings: Surroundings, office: TestOffice) -> SettingsWindow:
    now = surroundings.now()
    return _held(surroundings, office, judged(now, licence(now), seats=SEATS + 2))


def _held(surroundings: Surroundings, office: TestOffice, judgement: Judgement) -> SettingsWindow:
    """The page that tells of the licence."""
    window = settings_window(surroundings, form_with(), PageName.HELP)
    office.program.held = held_licence(judgement, surroundings.now())
    return window


def _locked(surroundings: Surroundings, office: TestOffice) -> SettingsWindow:
    policy = worded("Fixed for this computer by {policy}.", policy="HKLM\\SOFTWARE\\Policies")
    locked = dict.fromkeys(("starface.host", "starface.encrypted", "starface.https_port"), policy)
    return settings_window(surroundings, form_with(locked=locked))


def _flawed(surroundings: Surroundings, office: TestOffice) -> SettingsWindow:
    window = settings_window(surroundings, form_with(), PageName.CALLS)
    flaws = (
        Flaw(
            name="starface.host",
            text=in_tongue(
                surroundings,
                "muss ein Rechnername oder eine IP-Adresse sein",
                "must be a host name or an IP address",
            ),
        ),
        Flaw(
            name="dial_plan.area_code",
            text=in_tongue(surroundings, "muss aus Ziffern bestehen", "must be in digits"),
        ),
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
    remark = in_tongue(
        surroundings,
        "Die Sprache gilt ab dem nächsten Programmstart.",
        "The language counts from the next start of the program on.",
    )
    office.settings.saved = Saved(form=form_with({"general.language": "en"}), remarks=(remark,))
    _enter(window, {"general.language": "en"})
    window.show()
    window.save.click()
    return window


def _tested(surroundings: Surroundings, office: TestOffice, *, running: bool) -> SettingsWindow:
    window = settings_window(surroundings, form_with())
    found = findings()
    office.diagnosis.findings = found[: len(found) // 2] if running else found
    office.diagnosis.endless = running
    window.show()
    window.resize(window.width(), 1000 if running else 1300)
    window.test.test.click()
    return window


def _enter(window: SettingsWindow, values: Mapping[str, Value]) -> None:
    for name, value in values.items():
        window.enter(name, value)
