from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from datev_connector.desktop.held_licence import HeldLicence
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.settings.licence_panel import LicencePanel
from datev_connector.domain.legs import LegState, Mender
from datev_connector.domain.wording import worded
from datev_connector.texts.language import Language
from tests.desktop.office import TestOffice, surroundings_for


@pytest.fixture
def office() -> TestOffice:
    return TestOffice()


@pytest.fixture
def panel(
    qtbot: QtBot, look: Look, german: Language, noon: datetime, office: TestOffice
) -> LicencePanel:
    made = LicencePanel(surroundings_for(look, german, lambda: noon, office))
    qtbot.addWidget(made)
    made.show()
    return made


def said(panel: LicencePanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_it_says_whose_licence_it_is_and_how_long_it_lasts(panel: LicencePanel) -> None:
    for part in (
        "Lizenz",
        "In Ordnung",
        "Die Lizenz gilt bis zum 30.11.2027.",
        "Kanzlei Sommer & Partner",
        "12; auf diesem Computer benutzt von 4 Logins",
        "01.12.2025 bis 30.11.2027",
        "20261123-7f3a9c21",
    ):
        assert part in said(panel)


def test_it_says_what_is_the_matter_and_who_mends_it(
    panel: LicencePanel, office: TestOffice
) -> None:
    report = replace(
        office.program.held.report,
        state=LegState.DOWN,
        reason=worded("There is no licence, and the trial is over."),
        mender=Mender.VENDOR,
        remedy=worded("Ask the vendor for a new licence."),
    )
    office.program.held = HeldLicence(report=report)
    panel.hide()
    panel.show()
    assert "Es gibt keine Lizenz, und die Testzeit ist vorbei." in said(panel)
    assert "Zuständig: Hersteller dieses Programms" in said(panel)
    assert "Bitten Sie den Hersteller um eine neue Lizenz." in said(panel)
    assert "Kunde" not in said(panel)
