"""Every symptom that offices report has its answer, and the answers are true."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

import datev_connector
from datev_connector.app.diagnosis import Finding
from datev_connector.texts.language import Language, Tongue
from tests.app.diagnosis.cases import ANSWERS
from tests.app.diagnosis.office import FaultyOffice
from tests.app.diagnosis.proofs import proofs_in
from tests.app.diagnosis.symptoms import QUESTIONS, TELEPHONY
from tests.app.diagnosis.told import Examined, Explained, Proven, Says

ROOT = Path(__file__).parents[3]
TAPI = ("tapi3lib", "tapi32", "tapi3.dll", "tapi.tapi", "21d6d48e-a88b-11d0-83dd-00aa003ccabd")
"""By what names a program gets hold of TAPI."""
LANGUAGES = {tongue: Language.of(tongue) for tongue in Tongue}


def cases(kind: type[Examined | Proven | Explained]) -> list[ParameterSet]:
    """All cases of a kind, each with the id of its symptom."""
    return [
        pytest.param(case, id=f"{symptom}-{number}")
        for symptom, answers in ANSWERS.items()
        for number, case in enumerate(answers, 1)
        if isinstance(case, kind)
    ]


def test_every_symptom_has_its_answer_and_no_answer_is_left_over() -> None:
    known = [symptom.id for symptom in (*QUESTIONS, *TELEPHONY)]
    assert [name for name, times in Counter(known).items() if times > 1] == []
    assert set(ANSWERS) == set(known)
    assert [name for name, answers in ANSWERS.items() if not answers] == []


@pytest.mark.parametrize("case", cases(Examined))
async def test_the_examination_says_what_is_the_matter_and_who_mends_it(
    case: Examined, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await case.fault(FaultyOffice(tmp_path / "profile", monkeypatch))
    for said in case.says:
        finding = found.of(said.step)
        assert (finding.state, finding.mender) == (said.state, said.mender), finding
        assert said.english in told(finding, Tongue.ENGLISH)
        assert said.german in told(finding, Tongue.GERMAN)
        is_complete(finding, said)


def told(finding: Finding, tongue: Tongue) -> str:
    tell = LANGUAGES[tongue].tell
    return " ".join(map(tell, (finding.tried, finding.found, finding.meaning, finding.remedy)))


def is_complete(finding: Finding, said: Says) -> None:
    """What was tried, what came back, what it means, and what the mender does."""
    assert finding.tried
    assert finding.found
    if said.mender != "nobody":
        assert finding.meaning
        assert finding.remedy.endswith(".")


@pytest.mark.parametrize("case", cases(Proven))
def test_what_cannot_happen_has_its_proof(case: Proven) -> None:
    for one in case.tests:
        file, _, name = one.partition("::")
        assert name in proofs_in(ROOT / file), one


@pytest.mark.parametrize(
    ("name", "before", "body"),
    [
        ("test_it", "@pytest.mark.skip", "pass"),
        ("test_it", "@pytest.mark.skip(reason='')", "pass"),
        ("test_it", "@pytest.mark.xfail", "pass"),
        ("test_it", "pytestmark = pytest.mark.skip", "pass"),
        ("test_it", "pytestmark = [pytest.mark.timeout(9), pytest.mark.skip('')]", "pass"),
        ("test_it", "pytest.skip('', allow_module_level=True)", "pass"),
        ("test_it", "", "pytest.skip('')"),
        ("it", "", "pass"),
        ("test_other", "", "def test_it(): pass"),
    ],
)
def test_what_is_not_run_proves_nothing(name: str, before: str, body: str, tmp_path: Path) -> None:
    file = tmp_path / "test_some.py"
    file.write_text(f"{before}\ndef {name}():\n {body}\n")
    assert "test_it" not in proofs_in(file)


def test_what_runs_on_one_platform_is_a_proof_there(tmp_path: Path) -> None:
    text = "pytestmark = pytest.mark.skipif(True, reason='')\nasync def test_it(): pass"
    for name in ("test_some.py", "some.py"):
        (tmp_path / name).write_text(text)
    assert proofs_in(tmp_path / "test_some.py") == {"test_it"}
    assert not proofs_in(tmp_path / "some.py")


@pytest.mark.parametrize("case", cases(Explained))
def test_what_is_only_explained_stands_in_both_manuals(case: Explained) -> None:
    assert case.english in (ROOT / "docs" / "manual" / "README.md").read_text("utf-8")
    assert case.german in (ROOT / "docs" / "handbuch" / "README.md").read_text("utf-8")


def test_nothing_of_ours_speaks_tapi() -> None:
    package = Path(datev_connector.__file__).parent
    sources = {file: file.read_text("utf-8").lower() for file in package.rglob("*.py")}
    assert len(sources) > 300
    for spoken in TAPI:
        assert [file for file, text in sources.items() if spoken in text] == []
