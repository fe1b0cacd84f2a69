"""How quickly one finds somebody while typing, against the bare query of the full-text index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.contacts import office
from benchmarks.contacts.stock import Stock
from benchmarks.figures import Figure, Row, percentile
from benchmarks.orders import Helper

BLOCK = 50
AIM = 2.0
SHARES = (("median", 0.5, None), ("95th percentile", 0.95, AIM), ("99th percentile", 0.99, None))
HOW = """\
{contacts:,} contacts. {queries} typical searches (names, with umlauts and in their spellings
without them, first and last names, client numbers, telephone numbers and parts of them), each asked
for again with every sign that is typed: {asked:,} searches, in blocks of {block} by turns in one
process, each side with its own connection to the file.
The connector searches for all that was typed, puts the hits in order (active ones first, those used
last, then by name) and returns the best {limit} with all their numbers.
The bare query does without all that: the same `MATCH` expressions on the same full-text index,
joined to the contacts, and {candidates} rows at most read, as many as the connector puts in order;
or {limit} at most.
"""


def measure(stock: Stock, *, queries: int, seed: int) -> Figure:
    """Type so many searches."""
    index = stock.index(stock.usual)
    texts = list(_prefixes(office.typed(index.contacts, seed, queries)))
    with index.opened() as party:
        facts: dict[str, int] = party.order("search_facts")
        found = _by_turns(party, texts)
    rows = [
        _row(f"{name}, against {what}", found["search"], found[order], share, aim)
        for what, order, aims in (
            (f"{facts['candidates']} rows", "bare_search", True),
            (f"{facts['limit']} rows", "short_bare_search", False),
        )
        for name, share, least in SHARES
        for aim in (least if aims else None,)
    ]
    return Figure(
        title="Searching while typing",
        compared_with="Bare query",
        rows=tuple(rows),
        explanation=HOW.format(
            contacts=index.contacts,
            queries=queries,
            asked=len(texts),
            block=BLOCK,
            **facts,
        ),
    )


def _prefixes(queries: Sequence[str]) -> Iterator[str]:
    for query in queries:
        for length in range(1, len(query) + 1):
            yield query[:length]


def _by_turns(party: Helper, texts: Sequence[str]) -> Mapping[str, list[int]]:
    orders = ("search", "bare_search", "short_bare_search")
    found: dict[str, list[int]] = {order: [] for order in orders}
    for turn, begin in enumerate(range(0, len(texts), BLOCK)):
        first = turn % len(orders)
        for order in (*orders[first:], *orders[:first]):
            found[order] += party.order(order, texts[begin : begin + BLOCK])
    return found


def _row(
    what: str, ours_ns: Sequence[int], bare_ns: Sequence[int], share: float, aim: float | None
) -> Row:
    ours, bare = percentile(ours_ns, share), percentile(bare_ns, share)
    return Row(
        what=what,
        ours=f"{ours / 1e6:.2f} ms",
        against=f"{bare / 1e6:.2f} ms",
        ratio=ours / bare,
        aim=aim,
    )
