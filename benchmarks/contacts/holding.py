"""How much memory is held while an index is filled and when it is used, whatever its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from benchmarks.contacts import office
from benchmarks.contacts.stock import Stock
from benchmarks.figures import Figure, Row

ASKED = 1000
SEARCHED = 50
AIM = 1.2
HOW = """\
Resident memory of a process that has nothing but the store and its look-up, one for each size, as
`/proc/PID/status` tells it.
`while filling`: at its highest until the contacts are in the store; `filled`: when that is done;
`in use`: in a new process, after {asked} look-ups of different callers and what is typed for
{searched} searches.
An empty store, opened, is at {empty}.
The second column is the process with the fewest numbers, which do not fill the pages that the store
may keep at hand.
"""


@dataclass(frozen=True, slots=True)
class Held:
    """KiB of one size."""

    filling: int
    filled: int
    used: int


def measure(stock: Stock, *, seed: int) -> Figure:
    """Look at every size."""
    stock.all_made()
    held = {size: _held(stock, size, seed) for size in stock.sizes}
    empty = min(stock.index(size).empty["now"] for size in stock.sizes)
    return Figure(
        title="Memory of the contact index",
        compared_with=f"With {stock.sizes[0]:,} numbers",
        rows=tuple(_rows(held)),
        explanation=HOW.format(asked=ASKED, searched=SEARCHED, empty=_told(empty)),
    )


def _held(stock: Stock, size: int, seed: int) -> Held:
    index = stock.index(size)
    with index.opened() as party:
        callers = islice(office.known(index.contacts, seed), ASKED)
        party.order("who", [one.sent for one in callers])
        party.order("search", office.typed(index.contacts, seed, SEARCHED))
        used: dict[str, int] = party.order("memory")
    return Held(index.full["highest"], index.full["now"], used["now"])


def _rows(held: Mapping[int, Held]) -> Iterator[Row]:
    fewest, *others = held
    for size in others:
        for what, name in (("while filling", "filling"), ("filled", "filled"), ("in use", "used")):
            ours, theirs = getattr(held[size], name), getattr(held[fewest], name)
            yield Row(
                what=f"{size:,} numbers, {what}",
                ours=_told(ours),
                against=_told(theirs),
                ratio=ours / theirs,
                aim=AIM,
            )


def _told(kib: int) -> str:
    return f"{kib / 1024:.1f} MiB"
