"""Whatever PBX and DATEVconnect do: a German reads German, and nobody reads a thing twice."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from datev_connector.app.diagnosis import Finding
from datev_connector.simulators.datev.rest_bad_answers import Fault as RestFault
from datev_connector.simulators.starface import Door, FaultKind, StarfaceConfig, XmppConfig
from datev_connector.texts.language import Language, Tongue
from tests.app.diagnosis.faults_of_datev import connect_does
from tests.app.diagnosis.office import FaultyOffice
from tests.starface.module.office import configured

ENGLISH = re.compile(r"(?:^|[ (])(?:the|of|is|and|with|this|has|HTTP status) ")
"""Words that no German sentence has."""
LANGUAGES = {tongue: Language.of(tongue) for tongue in Tongue}
LIMIT_S = 2.0
"""Who is silent is not waited for any longer."""
STATUSES = (400, 401, 403, 404, 406, 416, 418, 500, 503)


def texts(finding: Finding, language: Language) -> list[str]:
    return [
        language.tell(text)
        for text in (finding.tried, finding.found, finding.meaning, finding.remedy)
    ]


def sentences(finding: Finding, language: Language) -> list[str]:
    told = (part for text in texts(finding, language) for part in re.split(r"(?<=[.!?]) ", text))
    return [part.rstrip(".").lower() for part in told if part]


def is_well_told(finding: Finding) -> None:
    german = " ".join(texts(finding, LANGUAGES[Tongue.GERMAN]))
    assert not ENGLISH.search(german), german
    for language in LANGUAGES.values():
        twice = [said for said, times in Counter(sentences(finding, language)).items() if times > 1]
        assert twice == [], finding


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FaultyOffice:
    return FaultyOffice(tmp_path / "profile", monkeypatch)


@pytest.mark.parametrize("door", [None, Door.XMPP])
@pytest.mark.parametrize("fault", FaultKind)
async def test_of_a_pbx_that_misbehaves(
    office: FaultyOffice, fault: FaultKind, door: Door | None
) -> None:
    config = StarfaceConfig(xmpp=XmppConfig(), modules=(configured(),))
    async with office.pbx(config) as pbx:
        pbx.faults.add(fault, times=None, door=door)
        for finding in (await office.examine(limit_s=LIMIT_S)).found:
            is_well_told(finding)


@pytest.mark.parametrize("status", STATUSES)
async def test_of_a_datevconnect_that_answers_with_a_status(
    office: FaultyOffice, status: int
) -> None:
    answers = connect_does(
        lambda simulator: simulator.connect.faults.play(RestFault.STATUS, status=status, times=0)
    )
    for finding in (await answers(office)).found:
        is_well_told(finding)
