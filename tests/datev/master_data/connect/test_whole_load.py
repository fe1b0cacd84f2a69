"""Loads of everything, from a real DATEVconnect stand-in over TLS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from datev_connector.datev.master_data.connect.mark import read_mark
from datev_connector.datev.master_data.freshness import Grade
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Pace
from datev_connector.domain.contacts import ContactKind, Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.legs import Mender
from datev_connector.simulators.datev import Blemish, Fault, Refusal
from tests.datev.master_data.connect.office import COUNT, SHORT, Scene, office

CLIENTS = "master-data/v1/clients"
ADDRESSEES = "master-data/v1/addressees"


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with office() as made:
        yield made


async def test_everything_is_read_for_two_lists_and_one_request_each(scene: Scene) -> None:
    outcome = await scene.refresh(Grade.ANEW)
    assert (outcome.grade, outcome.fetched, outcome.left_out) == (Grade.ANEW, COUNT, 0)
    assert outcome.clients is None
    assert scene.requests == COUNT + 2
    assert scene.kept.found.keys() == set(scene.addressee_ids())
    assert scene.kept.clients.keys() == {c["id"] for c in scene.datev.connect.data.clients}
    kinds = {contact.kind for contact in scene.kept.found.values()}
    assert kinds == {ContactKind.PERSON, ContactKind.COMPANY}
    assert any(contact.numbers for contact in scene.kept.found.values())
    assert {c.owner for c in scene.kept.clients.values()} <= scene.kept.found.keys()


async def test_the_first_time_everything_is_read_whatever_was_asked_for(scene: Scene) -> None:
    for grade in (Grade.CHANGED, Grade.COMPARED):
        scene.index = type(scene.kept)()
        assert (await scene.refresh(grade)).grade is Grade.ANEW


async def test_progress_is_told(scene: Scene) -> None:
    await scene.refresh(Grade.ANEW)
    assert (scene.told[0].done, scene.told[0].of) == (0, None)
    done = [each.done for each in scene.told]
    assert done == sorted(done)
    assert (scene.told[-1].done, scene.told[-1].of) == (COUNT, COUNT)


async def test_a_comparison_fetches_only_what_differs(scene: Scene) -> None:
    await scene.refresh(Grade.ANEW)
    ids = scene.addressee_ids()
    connect = scene.datev.connect
    connect.change_addressee(ids[3], current_company_name="Anders GmbH", type="legal_person")
    connect.delete_addressee(ids[4])
    connect.put_addressee({"id": "neu", "type": "legal_person", "current_company_name": "Neu AG"})
    before = scene.requests
    outcome = await scene.refresh(Grade.COMPARED)
    assert (outcome.grade, outcome.fetched) == (Grade.COMPARED, 2)
    assert scene.requests == before + 4
    found = scene.kept.found
    assert (found[ids[3]].name, found["neu"].name) == ("Anders GmbH", "Neu AG")
    assert ids[4] not in found


async def test_a_load_that_broke_off_is_gone_on_with(scene: Scene) -> None:
    scene.datev.connect.faults.play(Fault.NO_RIGHT, "single", skip=40, times=0)
    trouble = await scene.trouble()
    assert trouble.code == "right-missing"
    begun = scene.index.unfinished(Source.DATEV)
    assert begun is not None
    assert scene.kept.found == {}
    scene.datev.connect.faults.clear()
    before = scene.requests
    outcome = await scene.refresh(Grade.ANEW)
    assert scene.requests - before == outcome.fetched == COUNT - 40
    assert len(scene.kept.found) == COUNT
    assert scene.kept.as_of == begun
    assert scene.told[0].done == 40


@pytest.mark.parametrize("refusal", list(Refusal))
async def test_rights_withdrawn_from_the_start(scene: Scene, refusal: Refusal) -> None:
    await scene.refresh(Grade.ANEW)
    kept = scene.kept.found
    scene.datev.connect.faults.refusal = refusal
    for grade in Grade:
        trouble = await scene.trouble(grade)
        assert trouble.code in {"right-missing", "refused-before-datev"}
        assert (trouble.mender, trouble.pace) == (Mender.DATEV_ADMIN, Pace.LASTING)
        assert scene.kept.found == kept


async def test_an_empty_list_replaces_nothing() -> None:
    async with office() as scene:
        await scene.refresh(Grade.ANEW)
        kept = scene.kept.found
        for guid in scene.addressee_ids():
            scene.datev.connect.delete_addressee(guid)
        for grade in (Grade.ANEW, Grade.COMPARED):
            trouble = await scene.trouble(grade)
            assert (trouble.code, trouble.pace) == ("list-empty", Pace.LASTING)
        assert scene.kept.found == kept
        assert scene.kept.building is None


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.RESET, Fault.NO_JSON, Fault.EMPTY])
async def test_half_a_list_is_no_list(scene: Scene, fault: Fault) -> None:
    await scene.refresh(Grade.ANEW)
    kept = scene.kept.found
    scene.datev.connect.faults.play(fault, ADDRESSEES)
    assert (await scene.trouble(Grade.COMPARED)).code == "list-cut"
    assert scene.kept.found == kept
    assert (await scene.refresh(Grade.COMPARED)).fetched == 0


async def test_half_a_list_of_clients_is_none(scene: Scene) -> None:
    await scene.refresh(Grade.ANEW)
    kept = scene.kept.clients
    for grade in (Grade.ANEW, Grade.COMPARED):
        scene.datev.connect.faults.cut_lists = 1
        trouble = await scene.trouble(grade)
        assert (trouble.code, trouble.pace) == ("list-cut", Pace.QUICK)
        assert scene.kept.clients == kept


async def test_clients_that_cannot_be_read_stop_nothing(scene: Scene) -> None:
    await scene.refresh(Grade.ANEW)
    kept = scene.kept.clients
    for fault, status, code in (
        (Fault.NO_RIGHT, 0, "right-missing"),
        (Fault.NO_ENTRY, 0, "refused-before-datev"),
        (Fault.STATUS, 404, "not-found"),
        (Fault.STATUS, 500, "server-error"),
        (Fault.HTML, 0, "web-page"),
        (Fault.EMPTY, 0, "list-cut"),
    ):
        scene.datev.connect.faults.play(fault, CLIENTS, status=status)
        outcome = await scene.refresh(Grade.COMPARED)
        assert outcome.clients is not None
        assert outcome.clients.code == code
        assert scene.kept.clients == kept


async def test_no_clients_at_all_are_told_and_replace_none(scene: Scene) -> None:
    await scene.refresh(Grade.ANEW)
    kept = dict(scene.kept.clients)
    for guid in kept:
        scene.datev.connect.delete_client(guid)
    outcome = await scene.refresh(Grade.COMPARED)
    assert outcome.clients is not None
    assert outcome.clients.code == "no-clients"
    assert scene.kept.clients == kept


async def test_an_addressee_that_is_gone_meanwhile(scene: Scene) -> None:
    ids = scene.addressee_ids()
    scene.datev.connect.faults.play(Fault.STATUS, f"{ADDRESSEES}/{ids[7]}", status=404)
    outcome = await scene.refresh(Grade.ANEW)
    assert (outcome.fetched, outcome.removed, outcome.left_out) == (COUNT - 1, 1, 0)
    assert ids[7] not in scene.kept.found


SPOILED = [
    (Fault.HTML, 0),
    (Fault.LOGIN, 0),
    (Fault.STATUS, 500),
    (Fault.STATUS, 400),
    (Fault.STATUS, 406),
    (Fault.STATUS, 418),
    (Fault.XML, 0),
    (Fault.EMPTY, 0),
    (Fault.NO_JSON, 0),
    (Fault.NO_UTF8, 0),
    (Fault.GZIP, 0),
    (Fault.OVERLONG, 0),
]


@pytest.mark.parametrize(("fault", "status"), SPOILED)
async def test_one_bad_answer_costs_one_addressee_and_nothing_that_is_known_of_it(
    scene: Scene, fault: Fault, status: int
) -> None:
    await scene.refresh(Grade.ANEW)
    ids = scene.addressee_ids()
    known = scene.kept.found[ids[5]]
    connect = scene.datev.connect
    connect.change_addressee(ids[5], current_company_name="Jörg Ümlaut", type="legal_person")
    for grade in (Grade.ANEW, Grade.COMPARED):
        connect.faults.play(fault, f"{ADDRESSEES}/{ids[5]}", status=status)
        outcome = await scene.refresh(grade)
        assert (outcome.grade, outcome.left_out) == (grade, 1)
        assert scene.kept.found[ids[5]] == known
    outcome = await scene.refresh(Grade.COMPARED)
    assert (outcome.fetched, outcome.left_out) == (1, 0)
    assert scene.kept.found[ids[5]].name == "Jörg Ümlaut"


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.RESET])
async def test_a_connection_that_breaks_once_is_made_anew(scene: Scene, fault: Fault) -> None:
    for guid in scene.addressee_ids()[:5]:
        scene.datev.connect.faults.play(fault, f"{ADDRESSEES}/{guid}")
    outcome = await scene.refresh(Grade.ANEW)
    assert (outcome.fetched, outcome.left_out) == (COUNT, 0)


async def test_one_silent_answer_costs_one_addressee(scene: Scene) -> None:
    scene.set(times=SHORT)
    guid = scene.addressee_ids()[5]
    scene.datev.connect.faults.play(Fault.SILENCE, f"{ADDRESSEES}/{guid}")
    outcome = await scene.refresh(Grade.ANEW)
    assert (outcome.fetched, outcome.left_out) == (COUNT - 1, 1)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault.HTML, 0, "web-page"),
        (Fault.STATUS, 503, "server-error"),
        (Fault.STATUS, 404, "entries-gone"),
        (Fault.NO_PLUGIN, 0, "domain-unknown"),
        (Fault.NO_RIGHT, 0, "right-missing"),
        (Fault.SIGN_IN, 0, "sign-in-refused"),
        (Fault.NO_JSON, 0, "entry-unreadable"),
        (Fault.CUT, 0, "cut"),
    ],
)
async def test_many_bad_answers_in_a_row_stop_the_load_and_lose_nothing(
    scene: Scene, fault: Fault, status: int, code: str
) -> None:
    await scene.refresh(Grade.ANEW)
    kept = scene.kept.found
    scene.datev.connect.faults.play(fault, "single", skip=20, times=0, status=status)
    assert (await scene.trouble()).code == code
    assert scene.kept.found == kept
    scene.datev.connect.faults.clear()
    outcome = await scene.refresh(Grade.ANEW)
    assert outcome.fetched == (COUNT if code == "entries-gone" else COUNT - 20)
    assert scene.kept.found == kept


@pytest.mark.parametrize("blemish", list(Blemish))
@pytest.mark.parametrize("field", ["?", "*"])
async def test_whatever_the_fields_hold(scene: Scene, blemish: Blemish, field: str) -> None:
    scene.datev.connect.faults.spoil(blemish, field, one_in=2)
    outcome = await scene.refresh(Grade.ANEW)
    assert len(scene.kept.found) == outcome.fetched >= COUNT // 4
    assert all(contact.name for contact in scene.kept.found.values())


async def test_one_is_listed_twice(scene: Scene) -> None:
    scene.datev.connect.faults.spoil(Blemish.TWICE)
    outcome = await scene.refresh(Grade.ANEW)
    assert outcome.fetched == COUNT
    assert scene.requests == COUNT + 2


async def test_a_mark_needs_the_clock_of_datev(scene: Scene) -> None:
    await scene.refresh(Grade.ANEW)
    mark = read_mark(scene.kept.mark)
    assert mark is not None
    assert mark.clients is not None
    assert mark.addressees.id in scene.addressee_ids()


async def test_several_requests_are_under_way_at_a_time(scene: Scene) -> None:
    scene.set(lanes=3)
    scene.datev.connect.faults.play(Fault.SLOW, "single", times=0)
    loop = asyncio.get_running_loop()
    running = loop.create_task(scene.refresh(Grade.ANEW))
    await scene.datev.connect.faults.until_held(3)
    assert scene.datev.connect.faults.held == 3
    scene.datev.connect.faults.clear()
    assert (await running).fetched == COUNT


async def test_closing_ends_what_is_under_way_and_keeps_what_was_taken(scene: Scene) -> None:
    scene.datev.connect.faults.play(Fault.SILENCE, "single", skip=30, times=0)
    client = scene.client()
    loop = asyncio.get_running_loop()
    running = loop.create_task(
        client.refresh(scene.index, DialPlan(), Grade.ANEW, scene.told.append)
    )
    await scene.datev.connect.faults.until_held(1)
    await client.close()
    for task in (running, client.look()):
        with pytest.raises(MasterDataTrouble) as caught:
            await task
        assert caught.value.trouble.code == "closed"
    assert scene.kept.building is not None
    scene.datev.connect.faults.clear()
    assert (await scene.refresh(Grade.ANEW)).fetched == COUNT - 30


async def test_being_cancelled_keeps_what_was_taken(scene: Scene) -> None:
    scene.datev.connect.faults.play(Fault.SILENCE, "single", skip=30, times=0)
    loop = asyncio.get_running_loop()
    running = loop.create_task(scene.refresh(Grade.ANEW))
    await scene.datev.connect.faults.until_held(1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    scene.datev.connect.faults.clear()
    assert (await scene.refresh(Grade.ANEW)).fetched == COUNT - 30


@pytest.mark.parametrize(("status", "count"), [(500, 25), (403, 25), (404, 25), (404, 5)])
async def test_some_that_can_never_be_read_stop_no_later_load(status: int, count: int) -> None:
    """A comparison asks for them again, and for nobody else."""
    async with office(300) as scene:
        await scene.refresh(Grade.ANEW)
        kept, connect = scene.kept.found, scene.datev.connect
        for guid in scene.addressee_ids()[:: 300 // count]:
            connect.change_addressee(guid, current_company_name="Anders", type="legal_person")
            connect.faults.play(Fault.STATUS, f"{ADDRESSEES}/{guid}", status=status, times=0)
        for _ in range(2):
            outcome = await scene.refresh(Grade.COMPARED)
            assert (outcome.fetched, outcome.removed, outcome.left_out) == (0, 0, count)
            assert scene.kept.found == kept


async def test_one_that_must_not_be_read_stops_no_first_load(scene: Scene) -> None:
    guid = scene.addressee_ids()[5]
    scene.datev.connect.faults.play(Fault.NO_RIGHT, f"{ADDRESSEES}/{guid}", times=0)
    outcome = await scene.refresh(Grade.ANEW)
    assert (outcome.fetched, outcome.left_out) == (COUNT - 1, 1)


@pytest.mark.parametrize(("status", "count"), [(404, 40), (404, 12), (500, 40)])
async def test_more_than_a_share_of_what_is_known_stops_a_comparison(
    status: int, count: int
) -> None:
    async with office(100) as scene:
        await scene.refresh(Grade.ANEW)
        kept, connect = scene.kept.found, scene.datev.connect
        for guid in scene.addressee_ids()[:count]:
            connect.change_addressee(guid, current_company_name="Anders", type="legal_person")
        connect.faults.play(Fault.STATUS, "single", times=0, status=status)
        trouble = await scene.trouble(Grade.COMPARED)
        assert trouble.code in {"entries-gone", "server-error"}
        assert scene.kept.found == kept
