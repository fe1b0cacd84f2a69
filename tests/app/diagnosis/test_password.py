"""The password, as the connector that examines itself has it, and as a command finds it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from datev_connector.app.diagnosis import Step
from datev_connector.app.diagnosis.finding import Observation
from datev_connector.app.diagnosis.ground import Notebook
from datev_connector.app.diagnosis.program import ProgramProbes
from datev_connector.app.secrets import SERVICE, Passwords
from datev_connector.domain.legs import LegState
from datev_connector.texts.language import Language, Tongue
from tests.app.diagnosis_desk import ExaminedProfile
from tests.app.keyrings import LockedKeyring, MemoryKeyring

HELD = Passwords(starface="Geheim&8821", client_secret="oauth-77")
CLOSED_PORT = 9


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    keyring = MemoryKeyring()
    monkeypatch.setattr("datev_connector.app.secrets._platform_backend", lambda: keyring)
    return keyring


@pytest.fixture
def profile(tmp_path: Path) -> ExaminedProfile:
    made = ExaminedProfile(tmp_path / "profile")
    made.write_settings(CLOSED_PORT)
    return made


async def asked(profile: ExaminedProfile, held: Passwords) -> tuple[Observation, Notebook]:
    ground, notebook = profile.ground(password=""), Notebook()
    within = replace(ground, within_connector=True, held=held)
    observation = await ProgramProbes(within, notebook).password()
    assert observation is not None
    return observation, notebook


def kept(keyring: MemoryKeyring, profile: ExaminedProfile, password: str) -> None:
    section = profile.ground().settings.starface
    account = f"starface-password {section.login}@{section.host}"
    keyring.set_password(SERVICE, account, password)


async def test_a_locked_keyring_is_the_reason_and_the_connector_goes_on(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datev_connector.app.secrets._platform_backend", LockedKeyring)
    observation, notebook = await asked(profile, HELD)
    assert observation.state is LegState.DEGRADED
    assert "dismissed by the user" in observation.found
    assert "only until the program ends" in observation.meaning
    assert (notebook.password, notebook.client_secret) == (HELD.starface, HELD.client_secret)
    german = Language.of(Tongue.GERMAN)
    assert "bis das Programm endet" in german.tell(observation.meaning)
    assert "unter „Verbindung“ noch einmal ein" in german.tell(observation.remedy)


async def test_a_keyring_that_has_nothing_is_the_reason(
    profile: ExaminedProfile, keyring: MemoryKeyring
) -> None:
    observation, _ = await asked(profile, HELD)
    assert (observation.state, observation.found) == (LegState.DEGRADED, "It is not there.")
    assert not keyring.entries


async def test_the_keyring_has_an_older_one(
    profile: ExaminedProfile, keyring: MemoryKeyring
) -> None:
    kept(keyring, profile, "of before")
    observation, notebook = await asked(profile, HELD)
    assert observation.state is LegState.DEGRADED
    assert observation.found.startswith("The keyring holds another one")
    assert notebook.password == HELD.starface


async def test_the_keyring_has_the_same_one(
    profile: ExaminedProfile, keyring: MemoryKeyring
) -> None:
    kept(keyring, profile, HELD.starface)
    observation, _ = await asked(profile, HELD)
    assert observation.state is LegState.UP
    assert observation.found == "The password is kept in the keyring."


async def test_a_connector_without_a_password_says_so(
    profile: ExaminedProfile, keyring: MemoryKeyring
) -> None:
    observation, notebook = await asked(profile, Passwords())
    assert (observation.state, observation.found) == (LegState.DOWN, "It is not there.")
    assert observation.meaning == "The connector cannot sign in to STARFACE."
    assert notebook.password == ""


async def test_nothing_shows_what_is_held(profile: ExaminedProfile) -> None:
    within = replace(profile.ground(), within_connector=True, held=HELD)
    assert HELD.starface not in repr(within)
    found = await profile.examine(held=HELD)
    assert found.of(Step.PASSWORD).state is LegState.DEGRADED
    assert HELD.starface not in repr(found)
