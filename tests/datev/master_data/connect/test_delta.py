"""What has changed since the last time, from a real DATEVconnect stand-in over TLS."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from datev_connector.datev.master_data.connect import delta
from datev_connector.datev.master_data.connect.mark import read_mark
from datev_connector.datev.master_data.freshness import Grade
from datev_connector.domain.master_data import Versioned
from datev_connector.simulators.datev import Fault, RestManners
from tests.datev.master_data.connect.office import COUNT, Scene, office

CLIENTS = "master-data/v1/clients"
ADDRESSEES = "master-data/v1/addressees"
LISTS = 4


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with office() as made:
        await made.refresh(Grade.ANEW)
        yield made


def rename(scene: Scene, guid: str, name: str) -> None:
    scene.datev.connect.change_addressee(guid, type="legal_person", current_company_name=name)


def age(scene: Scene, hours: float) -> None:
    """Let so much time go by in DATEV."""
    scene.datev.connect.clock.jump(hours * 3600)


async def test_nothing_has_changed(scene: Scene) -> None:
    before, kept = scene.requests, scene.kept.found
    outcome = await scene.refresh(Grade.CHANGED)
    assert (outcome.grade, outcome.fetched, outcome.removed) == (Grade.CHANGED, 0, 0)
    assert scene.requests == before + LISTS
    assert scene.kept.found == kept


async def test_what_has_changed_is_fetched_and_nothing_else(scene: Scene) -> None:
    ids = scene.addressee_ids()
    rename(scene, ids[3], "Anders GmbH")
    scene.datev.connect.put_addressee(
        {"id": "neu", "type": "legal_person", "current_company_name": "Neu AG"}
    )
    scene.datev.connect.delete_addressee(ids[4])
    before = scene.requests
    outcome = await scene.refresh(Grade.CHANGED)
    assert (outcome.grade, outcome.fetched, outcome.removed) == (Grade.CHANGED, 2, 1)
    assert scene.requests == before + LISTS + 2
    found = scene.kept.found
    assert (found[ids[3]].name, found["neu"].name) == ("Anders GmbH", "Neu AG")
    assert len(found) == COUNT
    before = scene.requests
    outcome = await scene.refresh(Grade.CHANGED)
    assert (outcome.fetched, outcome.removed) == (0, 0)
    assert scene.requests == before + LISTS


async def test_clients_come_and_go_with_it(scene: Scene) -> None:
    first, second, *_ = (str(each["id"]) for each in scene.datev.connect.data.clients)
    owner = scene.addressee_ids()[0]
    scene.datev.connect.change_client(first, status="inactive", number=77)
    scene.datev.connect.delete_client(second)
    fresh = {"id": "k", "number": 9, "name": "N", "type": "natural_person"}
    scene.datev.connect.put_client({**fresh, "natural_person_id": owner})
    outcome = await scene.refresh(Grade.CHANGED)
    assert outcome.grade is Grade.CHANGED
    kept = scene.kept.clients
    assert (kept[first].number, kept[first].active, kept["k"].owner) == ("77", False, owner)
    assert second not in kept


async def test_a_client_that_has_no_owner_any_more_leaves_the_old_one(scene: Scene) -> None:
    first, second, *_ = (str(each["id"]) for each in scene.datev.connect.data.clients)
    scene.datev.connect.change_client(first, natural_person_id=None, legal_person_id=None)
    assert (await scene.refresh(Grade.CHANGED)).grade is Grade.CHANGED
    assert first not in scene.kept.clients
    assert second in scene.kept.clients


async def test_deltas_follow_each_other_over_days(scene: Scene) -> None:
    ids = scene.addressee_ids()
    for day in range(1, 6):
        age(scene, 24)
        rename(scene, ids[day], f"Tag {day} GmbH")
        scene.datev.connect.delete_addressee(ids[day + 10])
        outcome = await scene.refresh(Grade.CHANGED)
        assert (outcome.grade, outcome.fetched, outcome.removed) == (Grade.CHANGED, 1, 1)
        assert scene.kept.found[ids[day]].name == f"Tag {day} GmbH"


async def test_the_mark_goes_on_with_the_newest(scene: Scene) -> None:
    """Otherwise the lists of changes would grow with each day."""
    guid = scene.addressee_ids()[3]
    age(scene, 24)
    rename(scene, guid, "Anders GmbH")
    client = str(next(iter(scene.datev.connect.data.clients))["id"])
    scene.datev.connect.change_client(client, number=77)
    await scene.refresh(Grade.CHANGED)
    mark = read_mark(scene.kept.mark)
    assert mark is not None
    assert mark.clients is not None
    assert (mark.addressees.id, mark.clients.id) == (guid, client)


async def test_deleted_and_there_again(scene: Scene) -> None:
    guid = scene.addressee_ids()[3]
    again = {"id": guid, "type": "legal_person", "current_company_name": "Wieder da"}
    scene.datev.connect.delete_addressee(guid)
    assert (await scene.refresh(Grade.CHANGED)).removed == 1
    scene.datev.connect.put_addressee(again)
    for _ in range(2):
        assert (await scene.refresh(Grade.CHANGED)).grade is Grade.CHANGED
        assert scene.kept.found[guid].name == "Wieder da"


async def test_a_stamp_in_the_future_hides_nothing(scene: Scene) -> None:
    ids = scene.addressee_ids()
    connect = scene.datev.connect
    connect.clock.jump(10 * 365 * 86400)
    rename(scene, ids[1], "Aus der Zukunft")
    connect.clock.jump(-10 * 365 * 86400)
    assert (await scene.refresh(Grade.CHANGED)).fetched == 1
    age(scene, 24)
    rename(scene, ids[2], "Heute")
    rename(scene, ids[1], "Wieder heute")
    outcome = await scene.refresh(Grade.CHANGED)
    assert (outcome.grade, outcome.fetched) == (Grade.CHANGED, 2)
    assert (scene.kept.found[ids[1]].name, scene.kept.found[ids[2]].name) == (
        "Wieder heute",
        "Heute",
    )


async def test_a_future_stamp_in_the_first_load_hides_nothing() -> None:
    async with office() as scene:
        ids = scene.addressee_ids()
        scene.datev.connect.clock.jump(10 * 365 * 86400)
        rename(scene, ids[1], "Aus der Zukunft")
        scene.datev.connect.clock.jump(-10 * 365 * 86400)
        await scene.refresh(Grade.ANEW)
        rename(scene, ids[2], "Heute")
        outcome = await scene.refresh(Grade.CHANGED)
        assert (outcome.grade, outcome.fetched) == (Grade.CHANGED, 1)


async def test_a_clock_that_went_back_has_everything_compared(scene: Scene) -> None:
    ids = scene.addressee_ids()
    age(scene, 48)
    rename(scene, ids[1], "Gestern")
    await scene.refresh(Grade.CHANGED)
    age(scene, -24)
    rename(scene, ids[2], "Heute")
    outcome = await scene.refresh(Grade.CHANGED)
    assert (outcome.grade, outcome.fetched) == (Grade.COMPARED, 1)
    assert scene.kept.found[ids[2]].name == "Heute"
    assert (await scene.refresh(Grade.CHANGED)).grade is Grade.CHANGED


async def test_a_restored_backup_has_everything_compared(scene: Scene) -> None:
    """The entry that was the newest is not there any more, and nobody has deleted it."""
    mark = read_mark(scene.kept.mark)
    assert mark is not None
    lost = replace(mark, addressees=replace(mark.addressees, id="lost"))
    scene.kept.mark = lost.text()
    assert (await scene.refresh(Grade.CHANGED)).grade is Grade.COMPARED


async def test_the_newest_may_be_deleted(scene: Scene) -> None:
    mark = read_mark(scene.kept.mark)
    assert mark is not None
    scene.datev.connect.delete_addressee(mark.addressees.id)
    for removed in (1, 0):
        outcome = await scene.refresh(Grade.CHANGED)
        assert (outcome.grade, outcome.removed) == (Grade.CHANGED, removed)


@pytest.mark.parametrize("mark", ["", "falsch", '{"version": 9}'])
async def test_without_a_mark_everything_is_compared(scene: Scene, mark: str) -> None:
    scene.kept.mark = mark
    outcome = await scene.refresh(Grade.CHANGED)
    assert (outcome.grade, outcome.fetched) == (Grade.COMPARED, 0)
    assert (await scene.refresh(Grade.CHANGED)).grade is Grade.CHANGED


async def test_without_the_clock_of_datev_everything_is_compared(scene: Scene) -> None:
    scene.datev.connect.manners = RestManners(date_header=False)
    for _ in range(2):
        assert (await scene.refresh(Grade.CHANGED)).grade is Grade.COMPARED


@pytest.mark.parametrize(
    ("target", "fault", "status"),
    [
        (f"{ADDRESSEES}/deletion-log", Fault.STATUS, 404),
        (f"{ADDRESSEES}/deletion-log", Fault.NO_RIGHT, 0),
        (f"{CLIENTS}/deletion-log", Fault.STATUS, 404),
        (ADDRESSEES, Fault.STATUS, 400),
    ],
)
async def test_where_changes_cannot_be_told_everything_is_compared(
    scene: Scene, target: str, fault: Fault, status: int
) -> None:
    rename(scene, scene.addressee_ids()[3], "Anders GmbH")
    scene.datev.connect.faults.play(fault, target, status=status)
    outcome = await scene.refresh(Grade.CHANGED)
    assert (outcome.grade, outcome.fetched) == (Grade.COMPARED, 1)


async def test_too_many_changes_are_compared(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delta, "MOST_CHANGES", 5)
    for guid in scene.addressee_ids()[:6]:
        rename(scene, guid, "Anders GmbH")
    outcome = await scene.refresh(Grade.CHANGED)
    assert (outcome.grade, outcome.fetched) == (Grade.COMPARED, 6)


async def test_clients_that_cannot_be_read_stop_no_delta(scene: Scene) -> None:
    kept = scene.kept.clients
    rename(scene, scene.addressee_ids()[3], "Anders GmbH")
    scene.datev.connect.faults.play(Fault.NO_RIGHT, f"{CLIENTS}*", times=0)
    outcome = await scene.refresh(Grade.CHANGED)
    assert outcome.clients is not None
    assert (outcome.grade, outcome.fetched, outcome.clients.code) == (
        Grade.CHANGED,
        1,
        "right-missing",
    )
    assert scene.kept.clients == kept
    assert (await scene.refresh(Grade.CHANGED)).clients is not None
    scene.datev.connect.faults.clear()
    outcome = await scene.refresh(Grade.CHANGED)
    assert (outcome.grade, outcome.clients) == (Grade.COMPARED, None)


async def test_an_office_without_clients_is_not_compared_each_time() -> None:
    async with office() as scene:
        connect = scene.datev.connect
        clients = [dict(each) for each in connect.data.clients]
        for each in clients:
            connect.delete_client(str(each["id"]))
        await scene.refresh(Grade.ANEW)
        for _ in range(2):
            rename(scene, scene.addressee_ids()[3], "Anders GmbH")
            before = scene.requests
            outcome = await scene.refresh(Grade.CHANGED)
            assert outcome.clients is not None
            assert (outcome.grade, outcome.clients.code) == (Grade.CHANGED, "no-clients")
            assert scene.requests == before + 3 + 1
        connect.put_client(clients[0])
        outcome = await scene.refresh(Grade.CHANGED)
        assert (outcome.grade, outcome.clients) == (Grade.COMPARED, None)
        assert scene.kept.clients.keys() == {clients[0]["id"]}


async def test_a_delta_that_broke_off_loses_nothing(scene: Scene) -> None:
    ids = scene.addressee_ids()
    for number in range(30):
        rename(scene, ids[number], f"Neu {number}")
    mark = scene.kept.mark
    scene.datev.connect.faults.play(Fault.NO_RIGHT, "single", skip=25, times=0)
    assert (await scene.trouble(Grade.CHANGED)).code == "right-missing"
    assert scene.kept.mark == mark
    scene.datev.connect.faults.clear()
    outcome = await scene.refresh(Grade.CHANGED)
    assert (outcome.grade, outcome.fetched) == (Grade.CHANGED, 5)
    assert {scene.kept.found[ids[number]].name for number in range(30)} == {
        f"Neu {number}" for number in range(30)
    }


async def test_half_a_list_of_changes_changes_nothing(scene: Scene) -> None:
    rename(scene, scene.addressee_ids()[3], "Anders GmbH")
    kept, mark = scene.kept.found, scene.kept.mark
    for target in (ADDRESSEES, f"{ADDRESSEES}/deletion-log"):
        scene.datev.connect.faults.play(Fault.NO_JSON, target)
        assert (await scene.trouble(Grade.CHANGED)).code == "list-cut"
        assert (scene.kept.found, scene.kept.mark) == (kept, mark)


async def test_one_that_cannot_be_read_is_kept_as_it_was(scene: Scene) -> None:
    guid = scene.addressee_ids()[3]
    known = scene.kept.found[guid]
    rename(scene, guid, "Anders GmbH")
    scene.datev.connect.faults.play(Fault.HTML, f"{ADDRESSEES}/{guid}")
    outcome = await scene.refresh(Grade.CHANGED)
    assert (outcome.fetched, outcome.left_out) == (0, 1)
    assert scene.kept.found[guid] == known
    assert (await scene.refresh(Grade.COMPARED)).fetched == 1


async def test_one_that_is_gone_before_it_is_fetched_is_removed(scene: Scene) -> None:
    guid = scene.addressee_ids()[3]
    rename(scene, guid, "Anders GmbH")
    scene.datev.connect.faults.play(Fault.STATUS, f"{ADDRESSEES}/{guid}", status=404)
    assert (await scene.refresh(Grade.CHANGED)).removed == 1
    assert guid not in scene.kept.found


async def test_stamps_that_single_answers_write_another_way_cost_nothing(scene: Scene) -> None:
    """Whatever the form of a stamp, the list is compared with what the list said."""
    scene.datev.connect.manners = RestManners(offset=True, milliseconds=False)
    assert (await scene.refresh(Grade.COMPARED)).fetched == COUNT
    for grade in (Grade.COMPARED, Grade.CHANGED):
        outcome = await scene.refresh(grade)
        assert (outcome.grade, outcome.fetched) == (grade, 0)


async def test_the_cost_follows_the_changes() -> None:
    costs = []
    for count in (40, 400):
        async with office(count) as scene:
            await scene.refresh(Grade.ANEW)
            before, scene.kept.puts = scene.requests, 0
            for guid in scene.addressee_ids()[:10]:
                rename(scene, guid, "Anders GmbH")
            await scene.refresh(Grade.CHANGED)
            costs.append(scene.requests - before)
    assert costs == [LISTS + 10, LISTS + 10]


async def test_an_entry_without_a_stamp_is_fetched_when_everything_is_compared(
    scene: Scene,
) -> None:
    guid = scene.addressee_ids()[3]
    scene.kept.contacts[guid] = Versioned(contact=scene.kept.found[guid], stamp="")
    assert (await scene.refresh(Grade.COMPARED)).fetched == 1
    assert scene.kept.as_of is not None
    assert scene.kept.as_of > scene.now() - timedelta(minutes=1)
