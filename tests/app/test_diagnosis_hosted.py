"""A missing way, explained by where the session runs."""

from __future__ import annotations

import pytest

from datev_connector.app.diagnosis.finding import (
    Finding,
    Observation,
    Step,
    trouble_seen,
    well,
)
from datev_connector.app.diagnosis.hosted import (
    DATA_CENTRE,
    INSTALLED_THERE,
    REMOTE,
    addressed,
    explained,
)
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.starface.trouble import Trouble, TroubleKind
from datev_connector.texts.language import Language, Tongue

HOSTED = {"USERDOMAIN": "DATEVASP", "SESSIONNAME": "RDP-Tcp#1"}


@pytest.fixture
def no_way() -> Observation:
    return trouble_seen("connect", Trouble(kind=TroubleKind.UNREACHABLE, where="pbx:443"))


def test_at_a_desk_nothing_is_added(no_way: Observation) -> None:
    assert explained(no_way, {"SESSIONNAME": "Console"}, (443,)) == no_way


def test_a_way_that_is_there_needs_no_explanation() -> None:
    there = well("connect", "connected")
    assert explained(there, HOSTED, (443,)) == there


def test_a_remote_session_is_told_which_machine_counts(no_way: Observation) -> None:
    seen = explained(no_way, {"SESSIONNAME": "RDP-Tcp#1"}, (443,))
    assert seen.meaning.endswith(REMOTE)
    assert seen.remedy == no_way.remedy


def test_a_data_centre_is_a_hint_with_the_doors_to_open(no_way: Observation) -> None:
    seen = explained(no_way, HOSTED, (443, 5222))
    assert seen.meaning.endswith(DATA_CENTRE)
    assert "may belong" in seen.meaning
    assert seen.mender is Mender.NETWORK_ADMIN
    assert "TCP 443, 5222" in seen.remedy
    assert "Rechenzentrum" in Language.of(Tongue.GERMAN).tell(seen.remedy)


def finding(mender: Mender) -> Finding:
    return Finding(
        leg=Leg.CONTACTS_DATEV,
        step=Step.MASTER_DATA,
        state=LegState.DEGRADED,
        tried="read",
        found="nothing",
        meaning="It is not there.",
        mender=mender,
        remedy="Install it again.",
        duration_s=0.0,
    )


def test_in_a_data_centre_somebody_else_installs() -> None:
    seen = addressed(finding(Mender.WINDOWS_ADMIN), HOSTED)
    assert seen.remedy == f"Install it again. {INSTALLED_THERE}"
    assert "DATEV-Betreuer" in Language.of(Tongue.GERMAN).tell(seen.remedy)


@pytest.mark.parametrize("environment", [{}, {"SESSIONNAME": "RDP-Tcp#1"}])
def test_elsewhere_the_administrator_of_the_computer_does(environment: dict[str, str]) -> None:
    theirs = finding(Mender.WINDOWS_ADMIN)
    assert addressed(theirs, environment) == theirs


def test_what_others_mend_stays_theirs() -> None:
    theirs = finding(Mender.DATEV_ADMIN)
    assert addressed(theirs, HOSTED) == theirs
