"""How long it takes from what the PBX sends to who that is, against other ways to know it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice

from benchmarks.contacts import office
from benchmarks.contacts.files import can_forget, forget, remember
from benchmarks.contacts.office import Caller, Line
from benchmarks.contacts.stock import Stock
from benchmarks.orders import Helper, helper

BLOCK = 100
WARM_UP = 300
SCANS = 10
OURS, EXPLAINED, LDAP, DICT, GET, SCAN = "ours", "explained", "ldap", "dict", "get", "scan"
HIT, MISS, DIRECT = "known", "unknown", "direct line"
FIRST, AGAIN = "first time", "asked before"
OPENED, UNREAD = "just opened", "just opened, not in memory"
OPENING = "opening the file"
Samples = Mapping[tuple[str, str, str], list[int]]
"""Nanoseconds by side, kind of caller, and circumstances."""


@dataclass(frozen=True, slots=True)
class Side:
    """Somebody who is asked."""

    name: str
    party: Helper
    order: str
    reads: bool
    """Gets what the PBX sends; otherwise the digits of E.164."""

    def ask(self, callers: Sequence[Caller]) -> list[int]:
        """Nanoseconds for each. Raises RuntimeError if somebody else is found."""
        texts = [one.sent if self.reads else one.key for one in callers]
        answers: list[tuple[int, str]] = self.party.order(self.order, texts)
        if any(found != one.contact for (_, found), one in zip(answers, callers, strict=True)):
            raise RuntimeError(f"{self.name} takes a caller for somebody else")
        return [took_ns for took_ns, _ in answers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What came of all sizes."""

    samples: Mapping[int, Samples]
    extremes: tuple[Samples, Samples]
    """Ours with the fewest and the most numbers, by turns."""
    kept_s: float
    """How long it takes to have the largest size in a dict."""
    each: int
    starts: int
    has_ldap: bool


def find_out(stock: Stock, *, blocks: int, starts: int, seed: int) -> Findings:
    """Ask every side of every size."""
    stock.all_made()
    samples: dict[int, Samples] = {}
    kept_s = 0.0
    for size in stock.sizes:
        warm, kept_s = _warm(stock, size, blocks, seed)
        cold = _cold(stock, size, starts, seed) if size >= stock.usual else {}
        samples[size] = {**warm, **cold}
    return Findings(
        samples=samples,
        extremes=_extremes(stock, blocks, seed),
        kept_s=kept_s,
        each=blocks * BLOCK,
        starts=starts,
        has_ldap=stock.has_ldap,
    )


def _warm(stock: Stock, size: int, blocks: int, seed: int) -> tuple[Samples, float]:
    """Both times at which a question can be asked, in blocks by turns."""
    contacts = office.contacts_with(size)
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    with ExitStack() as stack:
        enter = stack.enter_context
        bare = enter(helper(stock.workshop, "benchmarks.contacts.bare", str(contacts)))
        sides = [
            Side(OURS, enter(stock.index(size).opened()), "who", reads=True),
            Side(EXPLAINED, enter(stock.index(size).opened()), "explain", reads=True),
            Side(DICT, bare, "read_and_get", reads=True),
            Side(GET, bare, "get", reads=False),
        ]
        if stock.has_ldap:
            client = enter(stock.directory(size).asked())
            sides.append(Side(LDAP, client, "search", reads=False))
        callers = _callers(contacts, seed)
        for side in sides:
            for kind in (HIT, MISS):
                side.ask(list(islice(callers[kind], WARM_UP)))
        for turn in range(blocks):
            for kind in (HIT, MISS, DIRECT):
                asked = list(islice(callers[kind], BLOCK))
                for side in _turned(_who_knows(kind, sides), turn):
                    found[side.name, kind, FIRST] += side.ask(asked)
                    found[side.name, kind, AGAIN] += side.ask(asked)
        for kind in (HIT, MISS):
            scan = Side(SCAN, bare, "scan", reads=False)
            found[SCAN, kind, FIRST] += scan.ask(list(islice(callers[kind], SCANS)))
        kept_s: float = bare.order("filled")
    return found, kept_s


def _extremes(stock: Stock, blocks: int, seed: int) -> tuple[Samples, Samples]:
    """The fewest and the most numbers by turns: a machine is not as quick at all times."""
    sizes = (stock.sizes[0], stock.sizes[-1])
    found: tuple[dict[tuple[str, str, str], list[int]], ...] = (
        defaultdict(list),
        defaultdict(list),
    )
    with ExitStack() as stack:
        pairs = []
        for size, samples in zip(sizes, found, strict=True):
            party = stack.enter_context(stock.index(size).opened())
            samples[OURS, "", OPENING].append(party.order("opening"))
            callers = _callers(office.contacts_with(size), seed)
            side = Side(OURS, party, "who", reads=True)
            side.ask(list(islice(callers[HIT], WARM_UP)))
            pairs.append((side, callers, samples))
        for turn in range(blocks):
            for kind in (HIT, MISS, DIRECT):
                for side, callers, samples in pairs if turn % 2 else reversed(pairs):
                    asked = list(islice(callers[kind], BLOCK))
                    samples[OURS, kind, FIRST] += side.ask(asked)
                    samples[OURS, kind, AGAIN] += side.ask(asked)
    return found[0], found[1]


def _callers(contacts: int, seed: int) -> Mapping[str, Iterator[Caller]]:
    return {
        HIT: office.known(contacts, seed),
        MISS: office.unknown(contacts, seed),
        DIRECT: office.known(contacts, seed, Line.DIRECT),
    }


def _who_knows(kind: str, sides: Iterable[Side]) -> list[Side]:
    """Of a company's direct line only those know who read numbers."""
    return [side for side in sides if kind is not DIRECT or side.reads]


def _cold(stock: Stock, size: int, starts: int, seed: int) -> Samples:
    """The first question of all when a file was just opened, with it at hand and without."""
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    callers = office.known(office.contacts_with(size), seed + 1)
    files = {OURS: stock.index(size).file}
    if stock.has_ldap:
        files[LDAP] = stock.directory(size).file
    for circumstances in (OPENED, UNREAD) if can_forget() else (OPENED,):
        for _ in range(starts):
            asked = list(islice(callers, 1))
            for name, file in files.items():
                with _opened(stock, size, name) as side:
                    remember(file) if circumstances is OPENED else forget(file)
                    found[name, HIT, circumstances] += side.ask(asked)
    return found


@contextmanager
def _opened(stock: Stock, size: int, name: str) -> Iterator[Side]:
    if name is OURS:
        with stock.index(size).opened() as party:
            yield Side(name, party, "who", reads=True)
    else:
        with stock.directory(size).asked() as party:
            yield Side(name, party, "search", reads=False)


def _turned(sides: Sequence[Side], turn: int) -> Sequence[Side]:
    first = turn % len(sides)
    return [*sides[first:], *sides[:first]]
