"""The examination of the pictures is one that the program could make."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from datev_connector.app.diagnosis import Ground
from datev_connector.app.diagnosis.examination import probes_of
from datev_connector.app.diagnosis.ground import Notebook
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.folders import find_profile
from datev_connector.app.settings import read_settings
from datev_connector.texts.language import Language, Tongue
from tests.desktop.diagnosis.every_state import licence_reports, module_reports
from tests.desktop.diagnosis.examined import findings, steps

AT = datetime(2026, 11, 23, 13, tzinfo=UTC)


async def test_its_steps_are_those_of_the_program_in_their_order(tmp_path: Path) -> None:
    profile = find_profile(folder=tmp_path)
    ground = Ground(
        profile=profile,
        loaded=read_settings(user_file=profile.settings_file, machine_file=tmp_path / "none"),
        environment={},
        now=lambda: AT,
        limit_s=1.0,
    )
    notebook = Notebook()
    visit = PbxVisit(ground, notebook)
    asked = [(probe.leg, probe.step) for probe in probes_of(ground, notebook, visit)]
    await visit.close()
    places = [asked.index(one) for one in steps()]
    assert places == sorted(places)
    assert places[0] == 0, "what the program asks first is on the picture"


@pytest.mark.parametrize("tongue", list(Tongue))
def test_all_of_it_is_said_in_one_tongue(tongue: Tongue) -> None:
    language, other = Language.of(tongue), Language.of(next(one for one in Tongue if one != tongue))
    reports = [*licence_reports(AT), *module_reports(AT)]
    texts = [
        *(text for one in findings() for text in (one.step, one.tried, one.meaning, one.remedy)),
        *(text for one in reports for text in (one.reason, one.remedy)),
    ]
    for text in filter(None, texts):
        assert language.tell(text) != other.tell(text)
