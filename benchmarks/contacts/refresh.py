"""How long it takes to load from DATEVconnect, everything and what has changed alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.contacts import office
from benchmarks.contacts.stock import Stock
from benchmarks.figures import Figure, Row, median
from benchmarks.orders import Helper, helper
from datev_connector.datev.master_data.connect.options import LANES

CHANGES = 100
DELTAS = 9
LOAD_AIM, FLAT_AIM = 1.2, 1.5
WALL, WORK = "wall", "work"
Took = Mapping[str, list[float]]
LOAD_HOW = """\
DATEVconnect's stand-in, a process of its own with {contacts:,} addressees, over HTTPS with a pinned
certificate, Basic with each request, {lanes} requests at a time; then the store, which reads the
numbers, makes keys and search words, and takes all in at the end.
The bare client fetches the same {requests:,} pages in the same way by the library's own client,
reads their JSON, and keeps nothing.
`from start to end` is time on the wall: mostly the stand-in's, on the other core. `own work` is the
processor time of the process that loads, which it has at the same time.
Medians of {rounds} loads each by turns, ours into a new store each time.
"""
DELTA_HOW = """\
{changes} addressees have changed since the last time. Their numbers have to be asked for one by
one, so that takes {requests:.0f} requests, counted by the stand-in: four lists (changed and
deleted, addressees and clients) and one for each addressee.
The stand-in knows only what has changed: it has no index for its filter, and would have to look
through all addressees, which is DATEV's work and not ours. The store holds all of them.
Medians of {rounds} deltas each, by turns.
"""


def measure(stock: Stock, *, contacts: int, rounds: int) -> Sequence[Figure]:
    """Load so many contacts from the network, and changes among those of two sizes."""
    folder = stock.workshop / "refresh"
    folder.mkdir()
    return _load(folder, contacts, rounds), _delta(folder, stock, DELTAS)


def _load(folder: Path, contacts: int, rounds: int) -> Figure:
    ours: dict[str, list[float]] = {WALL: [], WORK: []}
    bare: dict[str, list[float]] = {WALL: [], WORK: []}
    with _service(folder, contacts) as (service, url, certificate):
        for turn in range(rounds):
            for times in (ours, bare) if turn % 2 else (bare, ours):
                if times is ours:
                    _note(times, _our_load(folder, turn, url), contacts)
                else:
                    _note(times, _bare_load(folder, url, certificate), contacts)
        requests = service.order("requests") / (2 * rounds)
    rows = (
        _row("from start to end", ours[WALL], bare[WALL], LOAD_AIM),
        _row("own work", ours[WORK], bare[WORK]),
    )
    explanation = LOAD_HOW.format(
        contacts=contacts, lanes=LANES, requests=round(requests), rounds=rounds
    )
    return Figure(
        title="Loading from DATEVconnect",
        compared_with="Bare client",
        rows=rows,
        explanation=explanation,
    )


def _our_load(folder: Path, turn: int, url: str) -> dict[str, float]:
    with _loader(folder, folder / f"{turn}" / "store.db", url) as party:
        took: dict[str, float] = party.order("load")
    return took


def _bare_load(folder: Path, url: str, certificate: Path) -> dict[str, float]:
    module = "benchmarks.contacts.bare_loader"
    with helper(folder, module, url, str(certificate)) as party:
        took: dict[str, float] = party.order("load")
    return took


def _delta(folder: Path, stock: Stock, rounds: int) -> Figure:
    sizes = [office.contacts_with(size) for size in (stock.sizes[0], stock.usual)]
    found: dict[int, dict[str, list[float]]] = {size: {WALL: [], WORK: []} for size in sizes}
    with ExitStack() as stack:
        pairs = {
            contacts: _pair(stack.enter_context, folder / f"of-{contacts}", contacts)
            for contacts in sizes
        }
        before = {contacts: pairs[contacts][0].order("requests") for contacts in sizes}
        for turn in range(rounds):
            for contacts in sizes if turn % 2 else reversed(sizes):
                service, party = pairs[contacts]
                service.order("change", _indexes(contacts, turn))
                _note(found[contacts], party.order("changes"), CHANGES)
        requests = {
            contacts: (pairs[contacts][0].order("requests") - before[contacts]) / rounds
            for contacts in sizes
        }
    few, many = sizes
    among = f"among {many:,} contacts"
    rows = (
        _row(f"{among}, from start to end", found[many][WALL], found[few][WALL], FLAT_AIM),
        _row(f"{among}, own work", found[many][WORK], found[few][WORK], FLAT_AIM),
        Row(
            what=f"{among}, requests",
            ours=f"{requests[many]:.0f}",
            against=f"{requests[few]:.0f}",
            ratio=requests[many] / requests[few],
            aim=1.0,
        ),
    )
    return Figure(
        title=f"{CHANGES} changes from DATEVconnect",
        compared_with=f"The same among {few:,} contacts",
        rows=rows,
        explanation=DELTA_HOW.format(changes=CHANGES, requests=requests[many], rounds=rounds),
    )


def _pair(
    enter: Callable[[AbstractContextManager[Any]], Any], folder: Path, contacts: int
) -> tuple[Helper, Helper]:
    """A stand-in that knows of no changes yet, and a store with so many contacts."""
    folder.mkdir()
    service, url, _ = enter(_service(folder, 0))
    party = enter(_loader(folder, folder / "store.db", url))
    party.order("fill", contacts)
    return service, party


def _indexes(contacts: int, turn: int) -> list[int]:
    """Whose turn it is to change: others each time, from everywhere."""
    step = max(contacts // CHANGES, 1)
    return [(place * step + turn) % contacts for place in range(CHANGES)]


def _note(times: Mapping[str, list[float]], took: dict[str, float], contacts: int) -> None:
    if took["contacts"] != contacts:
        raise RuntimeError(f"{took['contacts']} contacts came instead of {contacts}")
    for name, found in times.items():
        found.append(took[name])


@contextmanager
def _service(folder: Path, contacts: int) -> Iterator[tuple[Helper, str, Path]]:
    with helper(folder, "benchmarks.contacts.service", str(contacts)) as service:
        url, pem = service.order("address")
        certificate = folder / "certificate.pem"
        certificate.write_text(pem, encoding="ascii")
        yield service, url, certificate


@contextmanager
def _loader(folder: Path, store: Path, url: str) -> Iterator[Helper]:
    with helper(folder, "benchmarks.contacts.loader", str(store), url) as party:
        party.order("ready")
        yield party


def _row(
    what: str, ours_s: Sequence[float], theirs_s: Sequence[float], aim: float | None = None
) -> Row:
    ours, theirs = median(ours_s), median(theirs_s)
    return Row(what=what, ours=_told(ours), against=_told(theirs), ratio=ours / theirs, aim=aim)


def _told(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
