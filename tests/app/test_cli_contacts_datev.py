"""`contacts sync` and `diagnose` against DATEV: DATEVconnect over TLS, and the SDD reader."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.running.master_data_ways import NOT_FOUND
from datev_connector.simulators.datev import Blemish, DatevConfig, DatevSimulator, Fault, Office
from tests.app.cli_profile import CliProfile
from tests.datev.master_data.sdd.conftest import built, standin  # noqa: F401 - fixtures
from tests.datev.master_data.sdd.standin import Standin

WAIT_S = 30.0
COUNT = 60


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliProfile:
    monkeypatch.setenv("DATEV_CONNECTOR_DATEV_PASSWORD", "Geheim-58")
    return CliProfile(tmp_path / "profile")


@contextmanager
def datev_beside(profile: CliProfile, **config: Any) -> Iterator[DatevSimulator]:
    """A DATEV in a thread of its own, and a profile that leads to its DATEVconnect."""
    ready, ended = threading.Event(), asyncio.Event()
    made: list[tuple[DatevSimulator, asyncio.AbstractEventLoop]] = []
    given: dict[str, Any] = {
        "https_port": 0,
        "user": "u",
        "password": "Geheim-58",
        "office": Office(count=COUNT),
    }

    async def serve() -> None:
        async with DatevSimulator(DatevConfig(**(given | config))) as datev:
            made.append((datev, asyncio.get_running_loop()))
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(WAIT_S)
        datev, loop = made[0]
        profile.settings(
            '[datev]\nlink = "simulator"\ncontacts = "datevconnect"\nconnect_user = "u"\n'
            f'connect_url = "{datev.connect.https_url}"\n'
        )
        yield datev
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(WAIT_S)


def sync(profile: CliProfile, *more: str) -> Any:
    return profile.json("contacts", "sync", "--from", "datev", *more)


def count(profile: CliProfile) -> dict[str, int]:
    with profile.store() as store:
        return {state.source.value: state.contacts for state in store.contacts.sources()}


def test_first_everything_then_what_has_changed(profile: CliProfile) -> None:
    with datev_beside(profile) as datev:
        first = sync(profile)
        assert first["fetched"]["datev"]["contacts"] == COUNT
        assert first["not_fetched"] == {}
        assert first["hints"] == [f"DATEVconnect: {COUNT} contacts read, 0 removed (anew)."]
        before = datev.connect.requests
        again = sync(profile)
        assert again["fetched"]["datev"]["replaced"] == COUNT
        assert "(changed)" in again["hints"][0]
        assert datev.connect.requests - before == 4
        sync(profile, "--anew")
        assert datev.connect.requests - before > COUNT
        told = profile.run("contacts", "sync", "--from", "datev")
        assert told.stdout.startswith(f"datev: {COUNT} contacts with ")


def test_another_dial_plan_is_applied_to_what_is_there(profile: CliProfile) -> None:
    with datev_beside(profile):
        sync(profile)
        settings = profile.folder / "settings.toml"
        with settings.open("a", encoding="utf-8") as file:
            file.write('[dial_plan]\narea_code = "30"\n')
        assert "(changed)" in sync(profile)["hints"][0]


def test_client_numbers_come_with_the_contacts(profile: CliProfile) -> None:
    office = Office(count=COUNT)
    client = next(made for index in range(COUNT) if (made := office.client(index)))
    with datev_beside(profile):
        sync(profile)
    (found,) = profile.json("contacts", "search", str(client["number"]), "--limit", "1")
    assert str(client["number"]) in found["client_number"].split(", ")


def break_right(datev: DatevSimulator) -> None:
    datev.connect.faults.play(Fault.NO_RIGHT, "single", skip=20, times=0)


def break_list(datev: DatevSimulator) -> None:
    datev.connect.faults.cut_lists = 2


def break_page(datev: DatevSimulator) -> None:
    datev.connect.faults.html = True


@pytest.mark.parametrize(
    ("broken", "words"),
    [(break_right, "DCO10400"), (break_list, "broke off"), (break_page, "web page")],
)
def test_what_goes_wrong_is_told_and_the_old_contacts_stay(
    profile: CliProfile, broken: Callable[[DatevSimulator], None], words: str
) -> None:
    profile.done(
        "contacts", "import", profile.file("old.csv", "source;id;name;number\ndatev;1;Alt;0721 1\n")
    )
    with datev_beside(profile) as datev:
        broken(datev)
        told = profile.failed(1, "contacts", "sync", "--from", "datev")
        assert words in told
        assert "stays as it was" in told
        assert count(profile) == {"datev": 1}
        datev.connect.faults.clear()
        assert sync(profile)["fetched"]["datev"]["contacts"] == COUNT


def test_addressees_that_cannot_be_read_are_counted(profile: CliProfile) -> None:
    with datev_beside(profile) as datev:
        guid = Office(count=COUNT).addressee_id(3)
        datev.connect.faults.spoil(Blemish.NO_OBJECT, ids=[guid])
        result = sync(profile)
    assert result["left_out"] == 1
    assert result["fetched"]["datev"]["contacts"] == COUNT - 1


def test_a_wrong_password_is_shown_once(
    profile: CliProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATEV_CONNECTOR_DATEV_PASSWORD", "wrong")
    with datev_beside(profile) as datev:
        told = profile.failed(1, "contacts", "sync", "--from", "datev")
        assert datev.connect.sign_ons.refused == 1
    assert "does not accept user or password" in told


def test_a_changed_certificate_is_refused_until_a_person_agrees(profile: CliProfile) -> None:
    with datev_beside(profile) as datev:
        sync(profile)
        url = datev.connect.https_url or ""
    port = int(url.rpartition(":")[2])
    with datev_beside(profile, https_port=port):
        told = profile.failed(1, "contacts", "sync", "--from", "datev")
        assert "certificate" in told
        assert "forget-certificate --of datev" in told
        forgotten = profile.done("settings", "forget-certificate", "--of", "datev")
        assert f"localhost:{port}: forgotten: " in forgotten
        sync(profile)


def test_where_no_datev_is_nothing_has_failed(profile: CliProfile) -> None:
    profile.settings('[datev]\nconnect_url = "https://127.0.0.1:1"\n')
    result = sync(profile)
    assert result["fetched"] == {}
    assert NOT_FOUND.reason in result["not_fetched"]["datev"]
    profile.settings('[datev]\ncontacts = "none"\n')
    assert "datev.contacts" in sync(profile)["not_fetched"]["datev"]


def test_diagnose_says_what_may_be_read(profile: CliProfile) -> None:
    with datev_beside(profile) as datev:
        found = diagnosed(profile)
        assert found["state"] == "up"
        assert "Addressees and clients can be read." in found["found"]
        datev.connect.faults.play(Fault.NO_RIGHT, "master-data/v1/clients*", times=0)
        found = diagnosed(profile)
        assert (found["state"], found["mender"]) == ("degraded", "datev-admin")
        assert found["found"] == "Addressees can be read."
    assert "Nothing listens" in diagnosed(profile)["meaning"]


def diagnosed(profile: CliProfile) -> Any:
    told = profile.run("diagnose", "--json").stdout
    import json

    steps = {(each["leg"], each["step"]): each for each in json.loads(told)}
    return steps["contacts.datev", "master data"]


# --- the master data service ----------------------------------------------------------------------


def test_addressees_and_institutions_by_the_reader(profile: CliProfile, standin: Standin) -> None:  # noqa: F811 - a fixture
    standin.serves()
    profile.settings(sdd_settings(standin))
    result = sync(profile)
    assert result["fetched"]["datev"]["contacts"] > 0
    assert result["fetched"]["institution"]["contacts"] > 0
    assert "DATEV's master data service" in result["hints"][0]
    found = diagnosed(profile)
    assert found["state"] == "up"
    assert "institutions" in found["found"]


NO_INSTITUTIONS = '<INSTITUTION xmlns="http://xml.datev.de/inst/v01"/>'


def test_an_office_without_institutions_has_its_addressees(
    profile: CliProfile,
    standin: Standin,  # noqa: F811 - a fixture
) -> None:
    standin.serves(institutions=NO_INSTITUTIONS)
    profile.settings(sdd_settings(standin))
    assert list(sync(profile)["fetched"]) == ["datev"]


def test_one_list_that_fails_does_not_keep_the_other_from_being_read(
    profile: CliProfile,
    standin: Standin,  # noqa: F811 - a fixture
) -> None:
    standin.serves(addressees="<Browse xmlns='http://xml.datev.de/SDD/Browse/v01_2'/>")
    profile.settings(sdd_settings(standin))
    profile.failed(1, "contacts", "sync", "--from", "datev")
    assert list(count(profile)) == ["institution"]


def sdd_settings(standin: Standin) -> str:  # noqa: F811 - a value
    return (
        f"[datev]\ncontacts = 'sdd'\nsdd_reader = '{standin.built.reader}'\n"
        f"sdd_assemblies = '{standin.built.assemblies}'\n"
    )
