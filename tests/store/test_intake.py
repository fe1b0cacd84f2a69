"""Loads piece by piece: anew, compared, gone on with after a crash, beside other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from datev_connector.datev.master_data.index import Intake, MasterDataIndex, Revision
from datev_connector.domain.contacts import ClientState, Contact, Source
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.master_data import Client, Listed, Versioned
from datev_connector.store import Overtaken, Store
from datev_connector.store.key_runs import KeyRuns
from tests.store.support import NOON, PLAN, contact, load, open_store

ANNA = contact("a", "Anna Müller", "0721 123456")
BERT = contact("b", "Bert Maier", "0721 222222")
CARL = contact("c", "Carl GmbH", "089/99998-0")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def versioned(*contacts: Contact, stamp: str = "1") -> list[Versioned]:
    return [Versioned(contact=each, stamp=stamp) for each in contacts]


def listed(*contacts: Contact, stamp: str = "1") -> list[Listed]:
    return [Listed(id=each.ref.id, stamp=stamp) for each in contacts]


def begin(store: Store, *, anew: bool = True, hours: float = 0, plan: DialPlan = PLAN) -> Intake:
    index: MasterDataIndex = store.contacts
    return index.intake(Source.DATEV, plan, NOON + timedelta(hours=hours), anew=anew)


def take(intake: Intake, *contacts: Contact, stamp: str = "1", mark: str = "m") -> None:
    intake.add_listed(listed(*contacts, stamp=stamp))
    intake.list_is_complete(mark)
    intake.put(versioned(*contacts, stamp=stamp))


def load_anew(store: Store, *contacts: Contact, mark: str = "m", hours: float = 0) -> None:
    intake = begin(store, hours=hours)
    take(intake, *contacts, mark=mark)
    intake.finish(NOON + timedelta(hours=hours))


def revise(store: Store) -> Revision:
    revision = store.contacts.revision(Source.DATEV, PLAN)
    assert revision is not None
    return revision


def found(store: Store, key: str) -> list[str]:
    return [each.ref.id for each in store.contacts.by_key([key])]


def sweep(store: Store) -> None:
    while store.contacts.sweep():
        pass


def count(store: Store, table: str) -> int:
    ((number,),) = store._database.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name
    return int(number)


def test_an_intake_is_seen_at_its_end_only(store: Store) -> None:
    load(store, BERT)
    intake = begin(store)
    unknown = intake.listed
    assert unknown is None
    intake.add_listed(listed(ANNA))
    intake.add_listed(listed(CARL, ANNA))
    intake.list_is_complete("mark")
    assert intake.waiting == 2
    assert [each.id for each in intake.missing(1)] == ["a"]
    assert [each.id for each in intake.missing(9, "a")] == ["c"]
    intake.put(versioned(ANNA, CARL))
    assert not intake.waiting
    assert not intake.missing(9)
    assert found(store, "49721222222") == ["b"]
    assert not found(store, "49721123456")
    intake.finish(NOON + timedelta(hours=1))
    assert not found(store, "49721222222")
    assert found(store, "49721123456") == ["a"]
    (state,) = store.contacts.sources()
    assert (state.contacts, state.numbers) == (2, 2)
    assert state.loaded_at == NOON + timedelta(hours=1)
    assert revise(store).mark == "mark"
    sweep(store)
    assert (count(store, "contacts"), count(store, "keys"), count(store, "listed")) == (2, 3, 0)
    assert (count(store, "batches"), count(store, "intakes")) == (2, 0)


def test_what_is_put_twice_counts_once(store: Store) -> None:
    intake = begin(store)
    intake.add_listed(listed(ANNA))
    intake.list_is_complete("")
    moved = contact("a", "Anna Schmidt", "0711 999999")
    intake.put(versioned(ANNA, moved))
    intake.put(versioned(ANNA))
    intake.put(versioned(moved, moved))
    intake.finish(NOON)
    assert not found(store, "49721123456")
    assert store.contacts.by_key(["49711999999"])[0].name == "Anna Schmidt"
    assert not store.contacts.search("müller")
    assert store.contacts.sources()[0].contacts == 1
    assert count(store, "keys") == 1


def test_a_comparison_fetches_what_differs_and_removes_what_is_not_listed(store: Store) -> None:
    load_anew(store, ANNA, BERT, mark="old")
    intake = begin(store, anew=False)
    intake.add_listed([*listed(ANNA), *listed(CARL)])
    intake.list_is_complete("new")
    assert [each.id for each in intake.missing(9)] == ["c"]
    intake.put(versioned(CARL))
    assert found(store, "49721222222") == ["b"]
    intake.finish(NOON)
    assert found(store, "49721123456") == ["a"]
    assert not found(store, "49721222222")
    assert found(store, "4989999980") == ["c"]
    assert not store.contacts.search("bert")
    assert revise(store).mark == "new"
    assert store.contacts.sources()[0].contacts == 2


def test_entries_without_a_stamp_are_always_fetched(store: Store) -> None:
    intake = begin(store)
    take(intake, ANNA, stamp="")
    intake.finish(NOON)
    intake = begin(store, anew=False)
    intake.add_listed(listed(ANNA, stamp=""))
    intake.list_is_complete("")
    assert intake.waiting == 1


@pytest.mark.parametrize("anew", [True, False])
def test_what_could_not_be_fetched_stays_as_it_was(store: Store, anew: bool) -> None:
    load_anew(store, ANNA, BERT)
    intake = begin(store, anew=anew)
    intake.add_listed(listed(ANNA, BERT, CARL, stamp="2"))
    intake.list_is_complete("")
    intake.put(versioned(CARL, stamp="2"))
    intake.drop(["b", "nobody"])
    assert (intake.listed, intake.waiting) == (2, 1)
    intake.finish(NOON)
    assert found(store, "49721123456") == ["a"]
    assert not found(store, "49721222222")
    assert dict(revise(store).stamps(["a", "b", "c"])) == {"a": "1", "c": "2"}


@pytest.mark.parametrize("anew", [True, False])
def test_a_load_is_gone_on_with_after_a_crash(tmp_path: Path, anew: bool) -> None:
    with open_store(tmp_path) as store:
        load_anew(store, ANNA)
        intake = begin(store, anew=anew)
        intake.add_listed(listed(ANNA, BERT, CARL, stamp="2"))
        intake.list_is_complete("new")
        intake.put(versioned(BERT, stamp="2"))
    with open_store(tmp_path, now=NOON + timedelta(hours=23)) as store:
        assert store.contacts.unfinished(Source.DATEV) == NOON
        assert found(store, "49721123456") == ["a"]
        sweep(store)
        intake = begin(store, anew=anew, hours=23)
        assert (intake.listed, intake.waiting) == (3, 2)
        intake.put(versioned(ANNA, CARL, stamp="2"))
        intake.finish(NOON)
        assert store.contacts.unfinished(Source.DATEV) is None
        assert found(store, "49721222222") == ["b"]
        assert found(store, "4989999980") == ["c"]


@pytest.mark.parametrize(
    ("hours", "anew", "plan", "complete"),
    [
        (25, True, PLAN, True),
        (-25, True, PLAN, True),
        (1, False, PLAN, True),
        (1, True, DialPlan(area_code="711"), True),
        (1, True, PLAN, False),
    ],
)
def test_another_load_is_begun_again(
    tmp_path: Path, hours: int, anew: bool, plan: DialPlan, complete: bool
) -> None:
    now = NOON + timedelta(hours=hours)
    with open_store(tmp_path) as store:
        load_anew(store, BERT)
        intake = begin(store)
        intake.add_listed(listed(ANNA))
        if complete:
            intake.list_is_complete("new")
            intake.put(versioned(ANNA))
    with open_store(tmp_path, now=now) as store:
        intake = begin(store, anew=anew, hours=hours, plan=plan)
        assert intake.listed is None
        intake.give_up()
        sweep(store)
        assert found(store, "49721222222") == ["b"]
        assert (count(store, "contacts"), count(store, "batches")) == (1, 2)
        assert (count(store, "listed"), count(store, "intakes")) == (0, 0)


def test_nothing_to_compare_with_means_anew(store: Store) -> None:
    intake = begin(store, anew=False)
    take(intake, ANNA)
    assert not found(store, "49721123456")
    assert store.contacts.unfinished(Source.DATEV) == NOON
    assert begin(store, anew=False).listed == 1


def test_who_worked_on_it_before_is_overtaken(store: Store) -> None:
    first = begin(store)
    take(first, ANNA)
    second = begin(store)
    assert second.listed == 1
    with pytest.raises(Overtaken):
        first.put(versioned(ANNA))
    first.give_up()
    second.finish(NOON)
    assert found(store, "49721123456") == ["a"]
    with pytest.raises(Overtaken):
        second.finish(NOON)


def test_loads_of_two_programs_do_not_mix(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, open_store(tmp_path) as beside:
        ours, theirs = begin(store), begin(beside)
        take(ours, ANNA)
        assert beside.contacts.unfinished(Source.DATEV) is None
        take(theirs, BERT)
        theirs.finish(NOON)
        assert found(store, "49721222222") == ["b"]
        ours.finish(NOON)
        for each in (store, beside):
            assert found(each, "49721123456") == ["a"]
            assert not found(each, "49721222222")


def test_a_comparison_is_overtaken_by_any_load(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, open_store(tmp_path) as beside:
        load_anew(store, ANNA)
        ours = begin(store, anew=False)
        ours.add_listed(listed(BERT))
        ours.list_is_complete("")
        revision = revise(store)
        load_anew(beside, CARL)
        late: Callable[[], None]
        for late in (
            lambda: ours.put(versioned(BERT)),
            lambda: ours.finish(NOON),
            lambda: revision.apply(contacts=versioned(BERT)),
            lambda: revision.finish("m", NOON),
        ):
            with pytest.raises(Overtaken):
                late()
        assert begin(store, anew=False).listed is None
        assert found(store, "4989999980") == ["c"]


def test_what_others_bring_during_a_comparison_stays(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, open_store(tmp_path) as beside:
        load_anew(store, ANNA)
        ours = begin(store, anew=False)
        ours.add_listed(listed(ANNA))
        ours.list_is_complete("")
        revise(beside).apply(contacts=versioned(BERT))
        ours.finish(NOON)
        assert found(store, "49721222222") == ["b"]


# --- clients --------------------------------------------------------------------------------------


def client(number: str, owner: str = "a", **fields: bool) -> Client:
    return Client(id=f"client-{number}", owner=owner, number=number, **fields)


def client_of(store: Store, key: str = "49721123456") -> tuple[str, ClientState]:
    (entry,) = store.contacts.by_key([key])
    whole = store.contacts.contact(entry.ref)
    assert whole is not None
    assert (whole.client_number, whole.client_state) == (entry.client_number, entry.client_state)
    return entry.client_number, entry.client_state


@pytest.mark.parametrize("first", ["clients", "contacts"])
def test_clients_come_before_contacts_or_behind(store: Store, first: str) -> None:
    clients = [client("900"), client("1000"), client("20", active=False), client("7", "c")]
    intake = begin(store)
    intake.add_listed(listed(ANNA))
    intake.list_is_complete("")
    if first == "clients":
        intake.put_clients(clients)
    intake.put(versioned(ANNA))
    if first == "contacts":
        intake.put_clients(clients)
    intake.finish(NOON)
    assert client_of(store) == ("900, 1000, 20", ClientState.ACTIVE)
    assert [each.ref.id for each in store.contacts.search("1000")] == ["a"]


def test_clients_that_are_not_touched_stay(store: Store) -> None:
    intake = begin(store)
    intake.put_clients([client("1"), client("2", "b")])
    take(intake, ANNA)
    intake.finish(NOON)
    load_anew(store, ANNA)
    assert client_of(store) == ("1", ClientState.ACTIVE)
    intake = begin(store, anew=False)
    take(intake, ANNA, BERT)
    intake.finish(NOON)
    assert client_of(store) == ("1", ClientState.ACTIVE)
    assert client_of(store, "49721222222") == ("2", ClientState.ACTIVE)


@pytest.mark.parametrize("anew", [True, False])
def test_clients_that_are_replaced_go_unless_they_are_put(store: Store, anew: bool) -> None:
    intake = begin(store)
    intake.put_clients([client(str(number)) for number in range(50)])
    take(intake, ANNA)
    intake.finish(NOON)
    intake = begin(store, anew=anew)
    intake.add_listed(listed(ANNA, stamp="2"))
    intake.list_is_complete("")
    intake.put(versioned(ANNA, stamp="2"))
    intake.put_clients([client("3", active=False)])
    intake.finish(NOON)
    assert client_of(store) == ("3", ClientState.INACTIVE)
    assert count(store, "clients WHERE batch IN (SELECT contacts_batch FROM sources)") == 1


@pytest.mark.parametrize("anew", [True, False])
def test_no_clients_are_none(store: Store, anew: bool) -> None:
    given = contact("a", "Anna", "0721 123456", client_number="77")
    intake = begin(store)
    intake.put_clients([client("1")])
    take(intake, given)
    intake.finish(NOON)
    intake = begin(store, anew=anew)
    intake.no_clients()
    take(intake, given)
    intake.finish(NOON)
    assert client_of(store) == ("77", ClientState.NONE)


def test_a_revision_changes_contacts_and_clients(store: Store) -> None:
    load_anew(store, ANNA, BERT, mark="1")
    revision = revise(store)
    assert revision.mark == "1"
    revision.apply(clients=[client("5"), client("6", "b")])
    assert client_of(store) == ("5", ClientState.ACTIVE)
    revision.apply(clients=[client("5", "b", active=False)])
    assert client_of(store) == ("", ClientState.NONE)
    assert client_of(store, "49721222222") == ("6, 5", ClientState.ACTIVE)
    assert [each.ref.id for each in store.contacts.search("bert 5")] == ["b"]
    revision.apply(
        contacts=versioned(contact("a", "Anna Neu", "0711 1234"), CARL, stamp="2"),
        removed=["nobody"],
        removed_clients=["client-6", "nobody"],
    )
    assert not found(store, "49721123456")
    assert client_of(store, "49721222222") == ("5", ClientState.INACTIVE)
    assert not store.contacts.search("müller")
    revision.apply(removed=["b", "c"])
    assert dict(revision.stamps(["a", "b", "c"])) == {"a": "2"}
    revision.finish("2", NOON + timedelta(hours=1))
    assert revise(store).mark == "2"
    (state,) = store.contacts.sources()
    assert (state.contacts, state.numbers) == (1, 1)
    assert state.loaded_at == NOON + timedelta(hours=1)


def test_without_contents_there_is_nothing_to_revise(store: Store) -> None:
    assert store.contacts.revision(Source.DATEV, PLAN) is None
    load_anew(store, ANNA)
    assert store.contacts.revision(Source.DATEV, DialPlan(area_code="711")) is None


def test_keys_made_anew_follow_what_changes_meanwhile(store: Store) -> None:
    load_anew(store, *(contact(f"n{n}", "N", f"{100000 + n}") for n in range(300)))
    revision = revise(store)
    steps = store.contacts.reindexing(DialPlan(area_code="711"))
    next(iter(steps))
    revision.apply(contacts=versioned(contact("n0", "N", "555555")))
    for _ in steps:
        pass
    assert found(store, "49711555555") == ["n0"]
    assert not found(store, "49711100000")
    with pytest.raises(Overtaken):
        revision.apply(removed=["n0"])
    sweep(store)
    assert (count(store, "keys"), count(store, "batches")) == (300, 2)


def test_many_runs_are_merged_in_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datev_connector.store.key_runs.RUN_KEYS", 60)
    people = [contact(f"n{n}", "N", f"0721 {900000 - n}", f"089/{50000 + n}-0") for n in range(300)]
    intake = begin(store)
    intake.add_listed(listed(*people))
    intake.list_is_complete("")
    for start in range(0, 300, 20):
        intake.put(versioned(*people[start : start + 20]))
    steps = intake.steps()
    next(iter(steps))
    # What is merged already is thrown away when something comes late.
    intake.put(versioned(contact("n0", "N", "0711 1234")))
    for _ in intake.steps():
        assert not found(store, "49711" + "1234")
    intake.finish(NOON)
    assert found(store, "497111234") == ["n0"]
    assert found(store, "49721899999") == ["n1"]
    assert store.contacts.by_stem(["498950299"])[0].ref.id == "n299"
    sweep(store)
    assert (count(store, "keys"), count(store, "batches")) == (299 * 3 + 1, 2)


def test_merging_goes_on_where_it_was_broken_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datev_connector.store.key_runs.RUN_KEYS", 60)
    people = [contact(f"n{n}", "N", f"0721 {900000 - n}") for n in range(600)]
    with open_store(tmp_path) as store:
        intake = begin(store)
        intake.add_listed(listed(*people))
        intake.list_is_complete("")
        for start in range(0, 600, 20):
            intake.put(versioned(*people[start : start + 20]))
        assert next(step for step in intake.steps() if step)
    with open_store(tmp_path) as store:
        intake = begin(store)
        assert sum(intake.steps()) < 600
        intake.finish(NOON)
        assert all(found(store, f"49721{900000 - n}") for n in range(600))
        sweep(store)
        assert count(store, "keys") == 600


def test_a_load_of_files_is_merged_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datev_connector.store.key_runs.RUN_KEYS", 60)
    with store.contacts.load(Source.DATEV, PLAN, NOON, chunk=10) as loading:
        for n in range(500):
            loading.add(contact(f"n{n}", "N", f"0721 {900000 - n}"))
        assert isinstance(loading._runs, KeyRuns)
        assert sum(loading.steps()) == 500
    assert all(found(store, f"49721{900000 - n}") for n in range(500))
    sweep(store)
    assert (count(store, "keys"), count(store, "batches")) == (500, 2)
