"""Any sequence of loads, changes, crashes and sweeping, by two programs, against a plain model."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from datev_connector.domain.contacts import ClientState, Contact, Source
from datev_connector.domain.master_data import Client, Listed, Versioned
from datev_connector.store import Overtaken, Store
from datev_connector.store.client_rows import summed_up
from datev_connector.store.intake import StoredIntake
from tests.store.support import NOON, PLAN, contact, load, open_store

SMALL = {
    "key_runs.RUN_KEYS": 3,
    "key_runs.STEP_KEYS": 2,
    "search_texts.GROUP": 2,
    "intake_ending.STEP_LOOKS": 2,
    "intake_ending.STEP_WRITES": 1,
    "sweeping.STEP_CONTACTS": 1,
    "sweeping.STEP_KEYS": 2,
    "sweeping.STEP_ENTRIES": 1,
}
"""Steps so small that a handful of contacts takes many of them."""

IDS = "abcdef"
NUMBERS = ("0721 111111", "0721 222222", "089/33333-0", "0171/4444444", "nonsense")
KEYS = ("49721111111", "49721222222", "4989333330", "491714444444")
STEM = "4989333330"[:-1]

ids = st.sampled_from(IDS)
some_ids = st.lists(ids, max_size=3)
stamps = st.sampled_from(["", "1", "2"])
contacts = st.builds(
    lambda contact_id, name, numbers, given: contact(
        contact_id, f"Name{name}", *numbers, client_number=given
    ),
    ids,
    st.integers(0, 3),
    st.lists(st.sampled_from(NUMBERS), max_size=2),
    st.sampled_from(["", "77"]),
)
versions = st.lists(
    st.builds(lambda each, stamp: Versioned(contact=each, stamp=stamp), contacts, stamps),
    min_size=1,
    max_size=3,
)
clients = st.lists(
    st.builds(
        lambda name, owner, number, active: Client(
            id=name, owner=owner, number=number, active=active
        ),
        st.sampled_from("xyz"),
        ids,
        st.sampled_from(["1", "20", "3"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=2,
)
entries = st.lists(
    st.builds(lambda contact_id, stamp: Listed(id=contact_id, stamp=stamp), ids, stamps),
    min_size=1,
    max_size=4,
)
program = st.sampled_from([0, 1])


@dataclass
class Contents:
    """What a source holds."""

    contacts: dict[str, Versioned] = field(default_factory=dict)
    clients: dict[str, tuple[Client, int]] = field(default_factory=dict)
    mark: str = ""

    def put(self, each: Versioned) -> None:
        self.contacts[each.contact.ref.id] = each

    def told(self, contact_id: str) -> tuple[str, str, ClientState]:
        """Return what a caller is told by."""
        each = self.contacts[contact_id].contact
        own = [
            (client.number, client.active)
            for client, _ in self.clients.values()
            if client.owner == contact_id
        ]
        if not own:
            return each.name, each.client_number, each.client_state
        is_now = summed_up(own)
        return each.name, is_now.number, is_now.state


@dataclass(eq=False)
class Load:
    """A load as it should be."""

    number: int
    owner: str
    anew: bool
    base: Contents | None
    loads: int
    listed: dict[str, Listed] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    complete: bool = False
    mark: str = ""
    replaces_clients: bool = False
    taken: Contents = field(default_factory=Contents)
    fresh: set[str] = field(default_factory=set)


class IntakeMachine(RuleBasedStateMachine):
    """Two programs with one file."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        for name, value in SMALL.items():
            self.stack.enter_context(patch(f"datev_connector.store.{name}", value))
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.live: Contents | None = None
        self.loads = 0
        self.open: list[Load] = []
        self.count = 0
        self.runs = 0
        self.stores: list[Store] = []
        self.names = ["", ""]
        self.intakes: list[StoredIntake | None] = [None, None]
        self.own: list[Load | None] = [None, None]

    @initialize()
    def start(self) -> None:
        for which in (0, 1):
            self.stores.append(open_store(self.folder))
            self.names[which] = self.new_name()
        self.load_a_file(0, [contact(each, "Name0", NUMBERS[0]) for each in IDS[:4]])
        self.revise(0, [], [], [Client(id="x", owner="a", number="1")], "-")

    def new_name(self) -> str:
        self.runs += 1
        return f"run-{self.runs}"

    def teardown(self) -> None:
        for store in self.stores:
            while store.contacts.sweep():
                pass
        for store in self.stores:
            store.close()
        if self.stores:
            self.nothing_is_left_over()
        self.stack.close()

    def nothing_is_left_over(self) -> None:
        with open_store(self.folder) as store:
            for load_ in self.open:
                if load_.complete and self.stands(load_):
                    load_.owner = ""
            store._database.run("UPDATE intakes SET keeper = ''")
            store.contacts.intake(Source.DATEV, PLAN, NOON, anew=True).give_up()
            while store.contacts.sweep():
                pass
            live = self.live or Contents()
            for table, number in (
                ("batches", 2 if self.live is not None else 0),
                ("contacts", len(live.contacts)),
                ("clients", len(live.clients)),
                ("listed", 0),
                ("intakes", 0),
            ):
                count = f"SELECT count(*) FROM {table}"  # noqa: S608 - a name
                assert store._database.rows(count) == [(number,)]
            assert store._database.rows("PRAGMA integrity_check") == [("ok",)]
            for index in ("contact_words", "contact_digits"):
                store._database.run(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")  # noqa: S608 - a name

    # --- the model --------------------------------------------------------------------------------

    def stands(self, mine: Load) -> bool:
        if mine not in self.open:
            return False
        return mine.anew or (mine.base is self.live and mine.loads == self.loads)

    def swap_in(self, contents: Contents) -> None:
        self.live = contents
        self.loads += 1

    def live_put(self, each: Versioned) -> None:
        assert self.live is not None
        self.live.put(each)
        for other in self.open:
            other.fresh.add(each.contact.ref.id)

    @contextmanager
    def working(self, which: int) -> Iterator[tuple[StoredIntake, Load] | None]:
        """The load of a program, if it has one that stands; otherwise it must be told so."""
        intake, mine = self.intakes[which], self.own[which]
        if intake is None or mine is None:
            yield None
        elif self.stands(mine) and mine.owner == self.names[which]:
            yield intake, mine
        else:
            with pytest.raises(Overtaken):
                intake.no_clients()
            self.intakes[which] = self.own[which] = None
            yield None

    # --- whole loads ------------------------------------------------------------------------------

    @rule(which=program, some=st.lists(contacts, min_size=1, max_size=2))
    def load_a_file(self, which: int, some: list[Contact]) -> None:
        load(self.stores[which], *some)
        contents = Contents()
        for each in reversed(some):
            contents.put(Versioned(contact=each, stamp=""))
        self.swap_in(contents)

    # --- intakes ----------------------------------------------------------------------------------

    @rule(which=program, anew=st.booleans())
    def begin(self, which: int, anew: bool) -> None:
        self.intakes[which] = self.stores[which].contacts.intake(
            Source.DATEV, PLAN, NOON, anew=anew
        )
        anew = anew or self.live is None
        mine = None
        for each in reversed(self.open[:]):
            if each.owner not in ("", self.names[which]):
                continue
            if mine is None and each.complete and each.anew is anew and self.stands(each):
                mine = each
            else:
                self.open.remove(each)
        if mine is None:
            self.count += 1
            mine = Load(self.count, "", anew, self.live, self.loads)
            self.open.append(mine)
        mine.owner = self.names[which]
        self.own[which] = mine

    @rule(which=program, anew=st.booleans(), some=entries, got=versions)
    def begin_and_get_some(
        self, which: int, anew: bool, some: list[Listed], got: list[Versioned]
    ) -> None:
        self.begin(which, anew)
        self.list_some(which, some)
        self.complete_the_list(which, "m3")
        self.put(which, got)

    @rule(which=program, some=entries)
    def list_some(self, which: int, some: list[Listed]) -> None:
        with self.working(which) as going:
            if going is None or going[1].complete:
                return
            intake, mine = going
            intake.add_listed(some)
            for each in {entry.id: entry for entry in some}.values():
                there = None if mine.anew or self.live is None else self.live.contacts.get(each.id)
                mine.listed[each.id] = each
                mine.waiting.add(each.id)
                if each.stamp and there is not None and there.stamp == each.stamp:
                    mine.waiting.discard(each.id)

    @rule(which=program, mark=st.sampled_from(["m1", "m2"]))
    def complete_the_list(self, which: int, mark: str) -> None:
        with self.working(which) as going:
            if going is not None:
                going[0].list_is_complete(mark)
                going[1].complete, going[1].mark = True, mark

    @rule(which=program, some=versions)
    def put(self, which: int, some: list[Versioned]) -> None:
        with self.working(which) as going:
            if going is None:
                return
            intake, mine = going
            intake.put(some)
            for each in some:
                contact_id = each.contact.ref.id
                if contact_id in mine.listed:
                    mine.waiting.discard(contact_id)
                    self.put_one(mine, each)

    def put_one(self, mine: Load, each: Versioned) -> None:
        if not mine.anew:
            self.live_put(each)
            return
        mine.taken.put(each)
        if self.live is not None and not mine.replaces_clients:
            for name, (client, _) in self.live.clients.items():
                if client.owner == each.contact.ref.id:
                    mine.taken.clients.setdefault(name, (client, 0))

    @rule(which=program, some=some_ids)
    def drop(self, which: int, some: list[str]) -> None:
        with self.working(which) as going:
            if going is None:
                return
            intake, mine = going
            intake.drop(some)
            target = mine.taken if mine.anew else self.live
            assert target is not None
            for contact_id in some:
                if mine.listed.pop(contact_id, None) is not None:
                    mine.waiting.discard(contact_id)
                    target.contacts.pop(contact_id, None)

    @rule(which=program, some=clients)
    def put_clients(self, which: int, some: list[Client]) -> None:
        with self.working(which) as going:
            if going is None:
                return
            intake, mine = going
            intake.put_clients(some)
            target = mine.taken if mine.anew else self.live
            assert target is not None
            for each in some:
                mine.replaces_clients = True
                target.clients[each.id] = (each, mine.number)

    @rule(which=program)
    def no_clients(self, which: int) -> None:
        with self.working(which) as going:
            if going is not None:
                going[0].no_clients()
                going[1].replaces_clients = True

    @rule(which=program, some=st.integers(1, 9))
    def do_some_steps(self, which: int, some: int) -> None:
        with self.working(which) as going:
            if going is None or not going[1].anew or not going[1].complete:
                return
            steps = iter(going[0].steps())
            for _ in range(some):
                if next(steps, None) is None:
                    break
            # What was kept of the old contents so far may differ from what they are at the end.
            self.settle_kept(going[0], going[1])

    def settle_kept(self, intake: StoredIntake, mine: Load) -> None:
        for _ in intake.steps():
            pass
        self.end(mine)

    def end(self, mine: Load) -> None:
        """What is left to do before the end."""
        if mine.anew:
            self.end_anew(mine, self.live or Contents())
        elif self.live is not None:
            self.remove_old_clients(mine, self.live)
            for contact_id in self.live.contacts.keys() - mine.listed.keys() - mine.fresh:
                del self.live.contacts[contact_id]

    def end_anew(self, mine: Load, live: Contents) -> None:
        if mine.replaces_clients:
            self.remove_old_clients(mine, mine.taken)
        else:
            kept = {name: (client, 0) for name, (client, _) in live.clients.items()}
            mine.taken.clients = kept | mine.taken.clients
        kept_contacts = {each: live.contacts[each] for each in mine.waiting & live.contacts.keys()}
        mine.taken.contacts = kept_contacts | mine.taken.contacts

    def remove_old_clients(self, mine: Load, contents: Contents) -> None:
        if mine.replaces_clients:
            for name, (_, number) in list(contents.clients.items()):
                if number < mine.number:
                    del contents.clients[name]

    @rule(which=program)
    def finish(self, which: int) -> None:
        with self.working(which) as going:
            if going is None:
                return
            intake, mine = going
            if not mine.complete:
                with pytest.raises(ValueError, match="before its list"):
                    intake.finish(NOON)
                return
            assert intake.listed == len(mine.listed)
            assert intake.waiting == len(mine.waiting)
            assert list(intake.missing(9)) == [mine.listed[each] for each in sorted(mine.waiting)]
            was_ready = intake._work.ready
            intake.finish(NOON)
            if not was_ready:
                self.end(mine)
            self.open.remove(mine)
            if mine.anew:
                self.swap_in(mine.taken)
            else:
                self.loads += 1
            assert self.live is not None
            self.live.mark = mine.mark
            self.intakes[which] = self.own[which] = None

    @rule(which=program)
    def give_up(self, which: int) -> None:
        with self.working(which) as going:
            if going is not None:
                going[0].give_up()
                self.open.remove(going[1])
                self.intakes[which] = self.own[which] = None

    # --- revisions, crashes, sweeping -------------------------------------------------------------

    @rule(
        which=program,
        some=versions,
        removed=some_ids,
        brought=clients,
        gone=st.sampled_from("xyz-"),
    )
    def revise(
        self,
        which: int,
        some: list[Versioned],
        removed: list[str],
        brought: list[Client],
        gone: str,
    ) -> None:
        revision = self.stores[which].contacts.revision(Source.DATEV, PLAN)
        if self.live is None:
            assert revision is None
            return
        assert revision is not None
        revision.apply(contacts=some, removed=removed, clients=brought, removed_clients=[gone])
        latest = max((each.number for each in self.open), default=0)
        self.live.clients.pop(gone, None)
        for client in brought:
            self.live.clients[client.id] = (client, latest)
        for contact_id in removed:
            self.live.contacts.pop(contact_id, None)
        for each in some:
            self.live_put(each)
        revision.finish("r", NOON)
        self.live.mark = "r"

    @rule(which=program)
    def crash(self, which: int) -> None:
        # The program is gone and its connection with it; nothing was given up.
        self.stores[which].close()
        self.stores[which] = open_store(self.folder)
        self.names[which] = self.new_name()
        self.intakes[which] = self.own[which] = None

    @rule()
    def restart_both(self) -> None:
        for store in self.stores:
            store.close()
        self.stores = [open_store(self.folder), open_store(self.folder)]
        self.names = [self.new_name(), self.new_name()]
        self.intakes, self.own = [None, None], [None, None]
        self.open = [each for each in self.open if each.complete]
        for each in self.open:
            each.owner = ""

    @rule(which=program, steps=st.integers(1, 30))
    def sweep(self, which: int, steps: int) -> None:
        for _ in range(steps):
            if not self.stores[which].contacts.sweep():
                break

    # --- what must hold ---------------------------------------------------------------------------

    @precondition(lambda self: self.stores)
    @invariant()
    def callers_are_found_by_what_counts(self) -> None:
        live = self.live or Contents()
        held = self.held(live)
        for store in self.stores:
            entries = store.contacts.by_key(KEYS)
            found = sorted(
                (e.key, e.ref.id, e.name, e.client_number, e.client_state) for e in entries
            )
            assert found == held
            heads = sorted(e.ref.id for e in store.contacts.by_stem([STEM]))
            assert heads == [each[1] for each in held if each[0] == KEYS[2]]

    def held(self, live: Contents) -> list[tuple[str, str, str, str, ClientState]]:
        keys = dict(zip(NUMBERS, KEYS, strict=False))
        return sorted(
            (keys[stored.number], contact_id, *live.told(contact_id))
            for contact_id, each in live.contacts.items()
            for stored in each.contact.numbers
            if stored.number in keys
        )

    @precondition(lambda self: self.stores)
    @invariant()
    def contacts_are_whole_and_counted(self) -> None:
        store = self.stores[0]
        if self.live is None:
            assert store.contacts.sources() == ()
            return
        for contact_id, each in self.live.contacts.items():
            whole = store.contacts.contact(each.contact.ref)
            assert whole is not None
            assert whole.numbers == each.contact.numbers
            assert (whole.name, whole.client_number, whole.client_state) == self.live.told(
                contact_id
            )
        (state,) = store.contacts.sources()
        numbers = sum(len(each.contact.numbers) for each in self.live.contacts.values())
        assert (state.contacts, state.numbers) == (len(self.live.contacts), numbers)
        revision = store.contacts.revision(Source.DATEV, PLAN)
        assert revision is not None
        assert revision.mark == self.live.mark
        assert revision.stamps(IDS) == {
            contact_id: each.stamp for contact_id, each in self.live.contacts.items()
        }

    @precondition(lambda self: self.stores)
    @invariant()
    def the_search_finds_what_counts(self) -> None:
        live = self.live or Contents()
        for text, holds in self.searches(live):
            found = sorted(each.ref.id for each in self.stores[1].contacts.search(text))
            assert found == sorted(filter(holds, live.contacts))

    def searches(self, live: Contents) -> Iterator[tuple[str, Callable[[str], bool]]]:
        yield "name", lambda _: True
        yield "name2", lambda each: live.contacts[each].contact.name == "Name2"
        yield "77", lambda each: live.told(each)[1] == "77"
        yield (
            "4444",
            lambda each: any(
                stored.number == NUMBERS[3] for stored in live.contacts[each].contact.numbers
            ),
        )


TestIntakes = IntakeMachine.TestCase
TestIntakes.settings = settings(
    max_examples=50,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
