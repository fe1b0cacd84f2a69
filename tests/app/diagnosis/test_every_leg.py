"""No leg is left out, and no probe may take for ever."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path

import pytest

from datev_connector.app.capture.notes import CaptureNotes
from datev_connector.app.diagnosis import Ground
from datev_connector.app.diagnosis.examination import probes_of
from datev_connector.app.diagnosis.finding import PROGRAM, Step
from datev_connector.app.diagnosis.ground import Notebook
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import Probe
from datev_connector.app.windows.step_names import STEP_NAMES
from datev_connector.domain.legs import Leg
from tests.app.diagnosis_desk import ExaminedProfile


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    profile = ExaminedProfile(tmp_path / "profile")
    profile.write_settings(443)
    return profile.ground(limit_s=7.0)


def probes(ground: Ground) -> tuple[Probe, ...]:
    notebook = Notebook()
    return probes_of(ground, notebook, PbxVisit(ground, notebook))


def test_every_leg_is_probed(ground: Ground) -> None:
    assert {probe.leg for probe in probes(ground)} == {*Leg, PROGRAM}


def test_every_leg_is_probed_beside_a_running_connector_too(ground: Ground) -> None:
    beside = replace(ground, within_connector=True)
    assert {probe.leg for probe in probes(beside)} == {*Leg, PROGRAM}


def test_every_probe_has_a_limit(ground: Ground) -> None:
    for probe in probes(ground):
        assert 0 < probe.limit_s < math.inf, probe.step
        assert probe.limit_s <= 30 * ground.limit_s, probe.step


def test_a_reader_of_master_data_gives_up_before_its_probe(tmp_path: Path) -> None:
    profile = ExaminedProfile(tmp_path / "profile")
    profile.write_settings(443)
    with (profile.folder / "settings.toml").open("a") as file:
        file.write('contacts = "sdd"\n')
    by_reader = profile.ground(limit_s=7.0)
    limits = [probe.limit_s for probe in probes(by_reader) if probe.step is Step.MASTER_DATA]
    assert limits == [by_reader.settings.datev.sdd_limit_s + 7.0]


def test_what_a_probe_needs_comes_before_it(ground: Ground) -> None:
    done: set[Step] = set()
    for probe in probes(ground):
        assert done.issuperset(probe.needs), probe.step
        done.add(probe.step)


def test_every_step_is_asked_and_has_a_name_in_windows(ground: Ground) -> None:
    for_others = replace(ground, capture=CaptureNotes(clock=time.monotonic))
    assert {probe.step for probe in probes(for_others)} == set(Step)
    assert set(STEP_NAMES) == set(Step)
    assert len(set(STEP_NAMES.values())) == len(STEP_NAMES)
