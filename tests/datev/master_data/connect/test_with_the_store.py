"""From DATEVconnect into the encrypted store and out again: the whole way of a caller's name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from datev_connector.datev.master_data.freshness import Grade, Progress
from datev_connector.domain.contacts import ClientState, Contact, ContactRef, Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.simulators.datev import Blemish, Fault
from datev_connector.store import Store
from datev_connector.store.errors import Overtaken
from tests.datev.master_data.connect.office import COUNT, Scene, office
from tests.store.support import open_store

PHONE = {"type": "phone", "data_content": "089 123456-0", "number_standardized": "00498912345600"}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with office() as made:
        yield made


def fill(scene: Scene) -> str:
    """Two addressees whom we know everything about, and the client of one of them."""
    connect = scene.datev.connect
    named = {"type": "legal_person", "current_company_name": "Probebau Süd GmbH"}
    connect.put_addressee({"id": "bau", **named, "communications": [PHONE]})
    connect.put_client(
        {"id": "k", "name": "P", "number": 4711, "type": "legal_person", "legal_person_id": "bau"}
    )
    return "bau"


def read(store: Store, addressee: str) -> Contact | None:
    return store.contacts.contact(ContactRef(Source.DATEV, addressee))


def count(store: Store) -> int:
    return sum(state.contacts for state in store.contacts.sources())


async def test_a_caller_is_known_with_number_and_client(scene: Scene, tmp_path: Path) -> None:
    guid = fill(scene)
    with open_store(tmp_path, now=scene.now()) as store:
        scene.index = store.contacts
        outcome = await scene.refresh(Grade.ANEW)
        assert (outcome.fetched, count(store)) == (COUNT + 1, COUNT + 1)
        (entry,) = store.contacts.by_key(["498912345600"])
        assert (entry.name, entry.client_number) == ("Probebau Süd GmbH", "4711")
        found = read(store, guid)
        assert found is not None
        assert found.client_state is ClientState.ACTIVE


async def test_changes_reach_the_store(scene: Scene, tmp_path: Path) -> None:
    guid = fill(scene)
    with open_store(tmp_path, now=scene.now()) as store:
        scene.index = store.contacts
        await scene.refresh(Grade.ANEW)
        scene.datev.connect.change_addressee(guid, current_company_name="Umbau AG")
        scene.datev.connect.change_client("k", status="inactive")
        scene.datev.connect.delete_addressee(scene.addressee_ids()[0])
        outcome = await scene.refresh(Grade.CHANGED)
        assert (outcome.grade, outcome.fetched, outcome.removed) == (Grade.CHANGED, 1, 1)
        found = read(store, guid)
        assert found is not None
        assert (found.name, found.client_state) == ("Umbau AG", ClientState.INACTIVE)
        assert count(store) == COUNT
        for grade in (Grade.CHANGED, Grade.COMPARED):
            outcome = await scene.refresh(grade)
            assert (outcome.grade, outcome.fetched, count(store)) == (grade, 0, COUNT)


@pytest.mark.parametrize("grade", [Grade.ANEW, Grade.COMPARED])
async def test_a_load_is_gone_on_with_after_the_program_ended(
    scene: Scene, tmp_path: Path, grade: Grade
) -> None:
    guid = fill(scene)
    with open_store(tmp_path, now=scene.now()) as store:
        scene.index = store.contacts
        await scene.refresh(Grade.ANEW)
        scene.datev.connect.touch_all()
        scene.datev.connect.change_addressee(guid, current_company_name="Umbau AG")
        scene.datev.connect.faults.play(Fault.NO_RIGHT, "single", skip=40, times=0)
        assert (await scene.trouble(grade)).code == "right-missing"
        assert count(store) == COUNT + 1
    scene.datev.connect.faults.clear()
    with open_store(tmp_path, now=scene.now()) as store:
        scene.index = store.contacts
        outcome = await scene.refresh(grade)
        assert (outcome.grade, outcome.fetched) == (grade, COUNT + 1 - 40)
        found = read(store, guid)
        assert found is not None
        assert found.name == "Umbau AG"
        assert found.client_number == "4711"
        assert count(store) == COUNT + 1


@pytest.mark.parametrize("grade", [Grade.ANEW, Grade.COMPARED])
async def test_one_that_cannot_be_read_stays_known(
    scene: Scene, tmp_path: Path, grade: Grade
) -> None:
    guid = fill(scene)
    with open_store(tmp_path, now=scene.now()) as store:
        scene.index = store.contacts
        await scene.refresh(Grade.ANEW)
        scene.datev.connect.change_addressee(guid, current_company_name="Umbau AG")
        scene.datev.connect.faults.play(Fault.HTML, f"master-data/v1/addressees/{guid}")
        assert (await scene.refresh(grade)).left_out == 1
        (entry,) = store.contacts.by_key(["498912345600"])
        assert (entry.name, entry.client_number) == ("Probebau Süd GmbH", "4711")
        assert (await scene.refresh(Grade.COMPARED)).fetched == 1
        (entry,) = store.contacts.by_key(["498912345600"])
        assert entry.name == "Umbau AG"


@pytest.mark.parametrize("blemish", list(Blemish))
async def test_the_store_takes_whatever_the_fields_hold(
    scene: Scene, tmp_path: Path, blemish: Blemish
) -> None:
    scene.datev.connect.faults.spoil(blemish, one_in=2)
    with open_store(tmp_path, now=scene.now()) as store:
        scene.index = store.contacts
        outcome = await scene.refresh(Grade.ANEW)
        assert count(store) == outcome.fetched > 0
        outcome = await scene.refresh(Grade.CHANGED)
        assert count(store) > 0


async def test_what_the_store_complains_of_is_passed_on(scene: Scene, tmp_path: Path) -> None:
    """It is an OSError as well, but no trouble of a connection."""
    with open_store(tmp_path, now=scene.now()) as store:
        told = 0

        def somebody_else_takes_it_over(progress: Progress) -> None:
            nonlocal told
            told += 1
            if told == 3:
                store.contacts.intake(Source.DATEV, DialPlan(), scene.now(), anew=True)

        with pytest.raises(Overtaken):
            await scene.client().refresh(
                store.contacts, DialPlan(), Grade.ANEW, somebody_else_takes_it_over
            )
