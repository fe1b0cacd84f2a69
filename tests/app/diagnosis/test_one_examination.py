"""Command line, diagnosis window, settings and first set-up: one examination, the same words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import datev_connector
from datev_connector.app.diagnosis import Finding, Step
from datev_connector.app.windows.examination import RunningExamination
from datev_connector.app.windows.shown_finding import for_windows
from datev_connector.desktop.assistant.proof import Watch
from datev_connector.desktop.assistant.verdict import missing_words, verdict
from datev_connector.desktop.settings.draft import Draft
from datev_connector.desktop.settings.trial import Trial
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.texts.language import Language, Tongue
from tests.app.diagnosis import faults_of_module, faults_of_pbx
from tests.app.diagnosis.office import FaultyOffice
from tests.app.diagnosis_desk import ExaminedProfile, Findings, findings
from tests.desktop.settings.forms import OFFICE, form_with

PACKAGE = Path(datev_connector.__file__).parent
GERMAN = Language.of(Tongue.GERMAN)


def callers(of: str) -> set[str]:
    """The files in which a function of this name is called."""
    texts = ((file, file.read_text("utf-8")) for file in PACKAGE.rglob("*.py"))
    return {
        file.relative_to(PACKAGE).as_posix()
        for file, text in texts
        if of in text and any(name == of for name in called(ast.parse(text)))
    }


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                yield name


def test_all_who_ask_for_an_examination_ask_for_this_one() -> None:
    assert callers("probes_of") == {"app/diagnosis/examination.py"}
    assert callers("examine") == {
        "app/diagnosis/command.py",
        "app/windows/examination.py",
        "desktop/diagnosis/examination_page.py",
        "desktop/settings/examination_panel.py",
    }
    assert callers("RunningExamination") == {"app/windows/diagnosis.py"}
    assert callers("ExaminationPanel") == {
        "desktop/assistant/window.py",
        "desktop/settings/connection_test.py",
    }


def in_short(finding: Finding) -> tuple[object, ...]:
    return finding.leg, finding.step, finding.state, finding.mender, finding.remedy


async def test_windows_are_told_what_the_command_line_is_told(tmp_path: Path) -> None:
    profile = ExaminedProfile(tmp_path / "profile")
    profile.write_settings(1)
    await profile.examine()  # makes the store
    seen: list[Finding] = []
    examination = RunningExamination(profile.ground(), seen.append)
    examination.start()
    examination.ended.result(50.0)
    told = await findings(profile.ground())
    assert [in_short(one) for one in seen] == [in_short(one) for one in told.found]


def end_of_set_up(found: Findings) -> list[tuple[LegState, Mender, str]]:
    """What the last step of the first set-up says is missing, in German."""
    trial = Trial()
    for finding in found.found:
        trial = trial.after(for_windows(finding))
    form = form_with(OFFICE)
    end = verdict(form, Draft(form=form).values, trial, Watch(), GERMAN)
    return [(one.state, one.mender, missing_words(one, GERMAN)) for one in end.missing]


async def test_the_first_set_up_ends_with_what_is_missing_and_who_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = FaultyOffice(tmp_path / "profile", monkeypatch)
    found = await faults_of_pbx.no_right_to_uci(office)
    missing = {
        words.split(":")[0]: (state, who, words) for state, who, words in end_of_set_up(found)
    }
    state, who, words = missing["Telefonanlage"]
    assert (state, who) == (LegState.DOWN, Mender.PBX_ADMIN)
    assert "Zuständig: Administrator der Telefonanlage" in words
    assert "Abhilfe: Dem Benutzer das Recht geben, Anrufe über UCI zu nutzen." in words
    assert missing["DATEV-Telefonie"][0] is LegState.DOWN
    assert found.of(Step.RIGHTS).remedy


async def test_a_module_that_is_named_otherwise_is_among_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = FaultyOffice(tmp_path / "profile", monkeypatch)
    found = await faults_of_module.NAMED_WITH_A_BLANK.fault(office)
    (words,) = [words for _, _, words in end_of_set_up(found) if "Modul" in words.split(":")[0]]
    assert "mit einem Leerzeichen am Ende" in words
    assert found.of(Step.MODULE).leg is Leg.MODULE
