"""The diagnosis at a terminal in German: the words of the windows, nothing left in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from datev_connector.app.diagnosis.finding import Finding, Step
from datev_connector.app.diagnosis.spoken_page import SpokenPage
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.wording import worded
from datev_connector.starface.module.trouble import missing
from datev_connector.texts.language import Language, Tongue
from datev_connector.texts.wanted import terminal_tongue
from tests.app.cli_profile import CliProfile
from tests.app.pbx_beside import pbx_beside
from tests.starface.module.office import configured

GERMAN = Language.of(Tongue.GERMAN)
COMPLAINT = missing("DATEVConnectorforSTARFACE", "fault").complaint


def finding(state: LegState = LegState.DEGRADED, duration_s: float = 0.0) -> Finding:
    well = state is LegState.UP
    return Finding(
        leg=Leg.MODULE,
        step=Step.MODULE,
        state=state,
        tried=worded("ask the module in the PBX for its version, its licence and its log level"),
        found=worded("The tab is empty."),
        meaning="" if well else COMPLAINT.reason,
        mender=Mender.NOBODY if well else COMPLAINT.mender,
        remedy="" if well else COMPLAINT.remedy,
        duration_s=duration_s,
    )


def lines(page: SpokenPage, *findings: Finding) -> list[str]:
    return [click.unstyle(line) for one in findings for line in page.lines(one)]


@pytest.mark.parametrize("width", [80, 100, 200])
def test_a_finding_is_told_in_german_and_fits(width: int) -> None:
    told = lines(SpokenPage(width, GERMAN), finding(), finding(LegState.UP))
    assert told.count("Modul in der Telefonanlage") == 1
    assert max(map(len, told)) <= width
    text = " ".join(" ".join(told).split())
    assert "Hinweis Modul: In der Telefonanlage gibt es keine aktive Konfiguration" in text
    assert "Zuständig: Administrator der Telefonanlage" in text
    assert "Abhilfe: " in text
    assert "In Ordnung Modul: Der Reiter ist leer." in text


def test_a_slow_step_says_how_long_it_took() -> None:
    (_, line) = lines(SpokenPage(None, GERMAN), finding(LegState.UP, duration_s=2.25))
    assert line.endswith("(2,2 s)")


def test_the_last_line_says_what_it_comes_to() -> None:
    page = SpokenPage(None, GERMAN)
    well, note, down = (finding(state) for state in (LegState.UP, LegState.DEGRADED, LegState.DOWN))
    assert page.last([well]) == ["", "Alles ist in Ordnung."]
    assert page.last([well, note])[1] == (
        "Nichts ist gestört. Hinweise: Modul in der Telefonanlage, Modul."
    )
    assert page.last([well, down]) == [""]
    assert page.errors([well, note]) == []
    assert page.errors([well, down]) == [
        "Fehler: Nicht alles funktioniert: Modul in der Telefonanlage, Modul."
    ]


@pytest.mark.parametrize(
    ("setting", "system", "tongue"),
    [
        ("auto", "", Tongue.ENGLISH),
        ("auto", "C", Tongue.ENGLISH),
        ("auto", "C.UTF-8", Tongue.ENGLISH),
        ("auto", "POSIX", Tongue.ENGLISH),
        ("auto", "en_GB.UTF-8", Tongue.ENGLISH),
        ("auto", "de_AT.UTF-8", Tongue.GERMAN),
        ("auto", "German_Germany", Tongue.GERMAN),
        ("de", "", Tongue.GERMAN),
        ("en", "de_DE", Tongue.ENGLISH),
    ],
)
def test_a_terminal_speaks_what_its_system_says(setting: str, system: str, tongue: Tongue) -> None:
    assert terminal_tongue(setting, system) is tongue


@contextmanager
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliProfile]:
    """A PBX with a module that is nearly rightly named."""
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", "Pass123")
    monkeypatch.setenv("LC_ALL", "C")
    profile = CliProfile(tmp_path)
    with pbx_beside(profile, modules=(configured("DATEV Connector for STARFACE"),)):
        yield profile


def test_the_commands_speak_german_if_they_are_asked_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office(tmp_path, monkeypatch) as profile:
        german = profile.run("diagnose", "--language", "de")
        english = profile.run("diagnose")
        check = profile.run("module", "check", "--language", "de")
    assert "Modul in der Telefonanlage" in german.stdout
    assert "mit Leerzeichen darin" in german.stdout
    assert german.stderr.startswith("Fehler: Nicht alles funktioniert: DATEV-Telefonie")
    assert not re.search(r"\b(the|with|and|not)\b", german.stdout), "English is left"
    assert "with blanks inside" in english.stdout
    assert english.stderr.startswith("Error: not everything works")
    assert "Zuständig: Administrator der Telefonanlage" in check.stdout
    assert check.stderr.startswith("Fehler: Modul in der Telefonanlage, Modul: ")
    assert (german.exit_code, english.exit_code, check.exit_code) == (1, 1, 1)
