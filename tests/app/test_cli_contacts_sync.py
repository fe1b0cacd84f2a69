"""`contacts sync` against a simulated PBX in this process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from datev_connector.simulators.starface import (
    AuthMode,
    FaultKind,
    OAuthConfig,
    StarfaceSimulator,
    made_up_contacts,
)
from tests.app.cli_profile import CliProfile
from tests.app.pbx_beside import pbx_beside as pbx_in_a_thread

CONTACTS = "GET /rest/contacts"


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliProfile:
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", "Pass123")
    return CliProfile(tmp_path / "profile")


def pbx_beside(
    profile: CliProfile,
    prepare: Callable[[StarfaceSimulator], None] = lambda _: None,
    **config: Any,
) -> AbstractContextManager[StarfaceSimulator]:
    """A PBX with an address book."""
    return pbx_in_a_thread(profile, prepare, **{"contacts": made_up_contacts(120)} | config)


def count(profile: CliProfile) -> dict[str, int]:
    with profile.store() as store:
        return {state.source.value: state.contacts for state in store.contacts.sources()}


def test_the_book_takes_the_place_of_the_old_contacts(profile: CliProfile) -> None:
    header = "source;id;name;number\n"
    old = profile.file("old.csv", header + "starface;1;Alt;1\ndatev;2;Bleibt;0721 2\n")
    profile.done("contacts", "import", old)
    with pbx_beside(profile) as pbx:
        result = profile.json("contacts", "sync")
        assert result["fetched"]["starface"]["contacts"] == 120
        assert result["fetched"]["starface"]["replaced"] == 1
        assert result["left_out"] == 0
        assert "import" in result["not_fetched"]["datev"]
        told = profile.run("contacts", "sync")
        assert told.exit_code == 0
        assert told.stdout.startswith("starface: 120 contacts with ")
        assert "in place of 120 contacts" in told.stdout
        assert "Neither DATEV's master data service nor DATEVconnect" in told.stderr
        assert pbx.accounts.attempts("0123").good == 2
    assert count(profile) == {"datev": 1, "starface": 120}
    name = profile.json("contacts", "search", "Bleibt")
    assert [each["source"] for each in name] == ["datev"]


def test_oauth_with_the_client_secret_of_the_environment(
    profile: CliProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATEV_CONNECTOR_CLIENT_SECRET", OAuthConfig().client_secret)
    with pbx_beside(profile, auth_modes=frozenset({AuthMode.OAUTH})):
        assert profile.json("contacts", "sync")["fetched"]["starface"]["contacts"] == 120


def test_what_goes_wrong_is_told_and_the_old_contacts_stay(profile: CliProfile) -> None:
    def break_in_the_middle(pbx: StarfaceSimulator) -> None:
        pbx.faults.add(FaultKind.SERVER_ERROR, method=CONTACTS, skip=2, times=None)

    with pbx_beside(profile, lambda pbx: None):
        profile.done("contacts", "sync")
    with pbx_beside(profile, break_in_the_middle, certificate=None, contacts=made_up_contacts(500)):
        told = profile.failed(1, "contacts", "sync")
    assert "HTTP status 500" in told
    assert "stays as it was." in told
    assert count(profile) == {"starface": 120}


def test_a_wrong_password_is_shown_once(
    profile: CliProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", "wrong")
    with pbx_beside(profile) as pbx:
        told = profile.failed(1, "contacts", "sync")
        assert pbx.accounts.attempts("0123").bad == 1
    assert "does not accept login or password" in told


def test_an_empty_book_replaces_nothing(profile: CliProfile) -> None:
    with pbx_beside(profile, contacts=()):
        assert "stays as it was" in profile.failed(1, "contacts", "sync")


def test_entries_without_a_name_are_counted(profile: CliProfile) -> None:
    from datev_connector.simulators.starface import PbxContact

    people = (PbxContact(id="1", family_name="Byron"), PbxContact(id="2", phone="0721 1"))
    with pbx_beside(profile, contacts=people):
        assert profile.json("contacts", "sync")["left_out"] == 1
        assert "Left out: 1 entry" in profile.run("contacts", "sync").stderr


def test_without_settings_the_command_says_what_is_missing(profile: CliProfile) -> None:
    assert "starface.host" in profile.failed(3, "contacts", "sync")


def test_without_a_password_the_command_says_so(
    profile: CliProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATEV_CONNECTOR_PASSWORD")
    profile.settings('[starface]\nhost = "127.0.0.1"\nhttps_port = 1\nlogin = "0123"\n')
    assert "No password" in profile.failed(1, "contacts", "sync")
