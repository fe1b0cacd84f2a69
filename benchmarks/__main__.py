"""`python -m benchmarks`: measure, print, and write the page if everything was measured."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from benchmarks import latency, memory, report, start, throughput
from benchmarks.contacts import (
    filling,
    holding,
    lookup,
    lookup_figures,
    office,
    reading,
    refresh,
    search,
)
from benchmarks.contacts.stock import Stock
from benchmarks.desktop import parties as parties_with_windows
from benchmarks.desktop import sessions, window
from benchmarks.figures import Figure
from benchmarks.journal import window as journal
from benchmarks.machine import load, this_machine
from benchmarks.pbx import Pbx
from benchmarks.processes import ROOT, Profile, Running, bare_client, connector
from benchmarks.route import Route
from benchmarks.xmpp import latency as xmpp_latency
from benchmarks.xmpp import parties, reconnect

FIGURES = (
    *("latency", "throughput", "xmpp", "reconnect", "start", "memory"),
    *("filling", "lookup", "reading", "search", "refresh", "holding"),
    "journal",
    *("window", "sessions"),
)
Found = Figure | Sequence[Figure] | str
"""What came of a measurement, or why nothing did."""
PAGE = ROOT / "docs" / "performance.md"


def main() -> None:
    """Do what the command line says."""
    options = _options()
    wanted = options.figures or FIGURES
    found_by_name: dict[str, tuple[Figure, ...]] = {}
    loads, omitted = [], []
    with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True) as folder:
        bench = _Bench(Path(folder), options)
        for name in wanted:
            loads += [now for now in (load(),) if now is not None]
            found = bench.measure(name)
            if isinstance(found, str):
                omitted.append(f"{name}: {found}")
                print(f"  left out: {found}", flush=True)
                continue
            found_by_name[name] = (found,) if isinstance(found, Figure) else tuple(found)
            for figure in found_by_name[name]:
                print(*report.lines(figure), sep="\n", flush=True)
    if set(wanted) == set(FIGURES):
        text = report.page(
            [figure for name in FIGURES for figure in found_by_name.get(name, ())],
            this_machine(),
            datetime.now(UTC).date(),
            loads,
            omitted,
            contacts=options.contacts,
            numbers=bench.numbers,
        )
        options.page.write_text(text, encoding="utf-8")
        print(f"written to {options.page}")


class _Bench:
    """The profiles and processes that the figures need."""

    def __init__(self, workshop: Path, options: argparse.Namespace) -> None:
        self._workshop = workshop
        self._options = options

    @property
    def numbers(self) -> int:
        return self._full.numbers

    def measure(self, name: str) -> Found:
        """A figure or several, or why there is none."""
        print(f"measuring {name} ...", flush=True)
        measures: dict[str, Callable[[], Found]] = {
            "latency": self._latency,
            "throughput": self._throughput,
            "xmpp": self._xmpp,
            "reconnect": self._reconnect,
            "start": self._start,
            "memory": self._memory,
            "filling": self._filling,
            "lookup": self._lookup,
            "reading": self._reading,
            "search": self._search,
            "refresh": self._refresh,
            "holding": self._holding,
            "journal": self._journal,
            "window": self._window,
            "sessions": self._sessions,
        }
        return measures[name]()

    @cached_property
    def _empty(self) -> Profile:
        return Profile.made(self._workshop / "empty", 0)

    @cached_property
    def _full(self) -> Profile:
        contacts = self._options.contacts
        print(f"  importing {contacts:,} contacts ...", flush=True)
        return Profile.made(self._workshop / "full", contacts)

    def _latency(self) -> Figure:
        options = self._options
        with self._routes() as (_, ours, bare):
            return latency.measure(
                ours, bare, contacts=options.contacts, rings=options.rings, seed=options.seed
            )

    def _throughput(self) -> Figure:
        options = self._options
        with self._routes() as (running, ours, bare):
            return throughput.measure(
                running,
                ours,
                bare,
                contacts=options.contacts,
                blocks=options.blocks,
                seed=options.seed,
            )

    def _xmpp(self) -> Figure | str:
        if not parties.can_measure():
            return parties.MISSING
        return xmpp_latency.measure(self._workshop, count=self._options.exchanges)

    def _reconnect(self) -> Figure | str:
        if not parties.can_measure():
            return parties.MISSING
        return reconnect.measure(self._workshop, rounds=self._options.restarts)

    def _start(self) -> Figure:
        with Pbx() as pbx:
            return start.measure((self._empty, self._full), pbx, starts=self._options.starts)

    def _memory(self) -> Figure | str:
        if not memory.can_measure():
            return "this system does not tell how much memory a process holds"
        with Pbx() as pbx:
            return memory.measure((self._empty, self._full), pbx, seed=self._options.seed)

    @cached_property
    def _stock(self) -> Stock:
        folder = self._workshop / "contacts"
        folder.mkdir()
        return Stock(folder, self._options.sizes)

    def _filling(self) -> Figure | str:
        return filling.measure(self._stock)

    def _lookup(self) -> Sequence[Figure]:
        options = self._options
        found = lookup.find_out(
            self._stock, blocks=options.lookup_blocks, starts=options.cold_starts, seed=options.seed
        )
        return lookup_figures.figures(found)

    def _reading(self) -> Figure:
        options = self._options
        return reading.measure(count=options.texts, rounds=5, seed=options.seed)

    def _search(self) -> Figure:
        return search.measure(self._stock, queries=self._options.queries, seed=self._options.seed)

    def _refresh(self) -> Sequence[Figure]:
        options = self._options
        return refresh.measure(self._stock, contacts=options.addressees, rounds=options.loads)

    def _holding(self) -> Figure | str:
        if not memory.can_measure():
            return "this system does not tell how much memory a process holds"
        return holding.measure(self._stock, seed=self._options.seed)

    def _window(self) -> Figure | str:
        if not parties_with_windows.can_measure():
            return parties_with_windows.MISSING
        options = self._options
        return window.measure(self._full, self._workshop, rings=options.windows, seed=options.seed)

    def _sessions(self) -> Figure | str:
        if not sessions.can_measure():
            return parties_with_windows.MISSING
        options = self._options
        return sessions.measure(
            self._full, self._workshop, many=options.sessions, idle_s=options.idle
        )

    def _journal(self) -> Figure:
        options = self._options
        return journal.measure(
            self._workshop, calls=options.calls, queries=options.journal_queries, seed=options.seed
        )

    @contextmanager
    def _routes(self) -> Iterator[tuple[Running, Route, Route]]:
        with (
            Pbx() as pbx,
            connector(self._full, pbx) as (running, ours, _),
            bare_client(self._workshop) as (_, bare),
        ):
            yield running, ours, bare


def _options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "figures", nargs="*", metavar="FIGURE", help=f"{', '.join(FIGURES)}; without: all"
    )
    parser.add_argument("--contacts", type=int, default=100_000, help="in the store")
    parser.add_argument("--rings", type=int, default=1000, help="on each route and way to connect")
    parser.add_argument("--blocks", type=int, default=6, help="of events on each route")
    parser.add_argument("--starts", type=int, default=7, help="of each process")
    parser.add_argument("--exchanges", type=int, default=1000, help="over XMPP, of each kind")
    parser.add_argument("--restarts", type=int, default=9, help="of the XMPP server, each way")
    parser.add_argument("--windows", type=int, default=200, help="calls that open one, each side")
    parser.add_argument("--sessions", type=int, default=25, help="of the desktop side by side")
    parser.add_argument("--idle", type=float, default=120.0, help="seconds that one is watched")
    _add_sizes_of_contacts(parser)
    parser.add_argument("--seed", type=int, default=20, help="decides who calls")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.figures if name not in FIGURES]
    if unknown:
        parser.error(f"there is no figure {unknown[0]!r}; there are {', '.join(FIGURES)}")
    return options


def _add_sizes_of_contacts(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    sizes = ",".join(map(str, office.SIZES))
    add("--sizes", type=_sizes, default=sizes, help=f"of the contact index, in numbers: {sizes}")
    add("--lookup-blocks", type=int, default=10, help="of callers, of each size and kind")
    add("--cold-starts", type=int, default=5, help="of each size, for the first look-up of all")
    add("--texts", type=int, default=5000, help="of each kind, to read numbers from")
    add("--addressees", type=int, default=3000, help="that are loaded from DATEVconnect")
    add("--loads", type=int, default=3, help="from DATEVconnect, of each side")
    add("--queries", type=int, default=200, help="to type in the search")
    add("--calls", type=int, default=100_000, help="in the journal")
    add("--journal-queries", type=int, default=15, help="to type in the journal")


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(sorted({int(size) for size in text.split(",")}))
    if len(sizes) < 2:
        raise argparse.ArgumentTypeError("at least two sizes are needed")
    return sizes


if __name__ == "__main__":
    main()
