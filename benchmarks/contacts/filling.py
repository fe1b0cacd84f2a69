"""How long it takes to fill our store, against filling an LDAP directory."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.contacts.stock import Stock
from benchmarks.figures import Figure, Row

HOW = """\
A complete load of {contacts:,} contacts with {numbers:,} numbers that come from memory: each number
is read and made into keys, names and digits are made searchable, all in short transactions beside
a store in use, and encrypted; then the new contents take the place of the old ones.
`slapadd` writes the directory's file without a server, unencrypted, with one index; it reads the
contacts from a file.
`replaced`: the same once more over itself; `swept`: what it replaced is removed, in {steps} steps
of which the longest took {longest_ms:.0f} ms, between which everything else has its turn.
"""


def measure(stock: Stock) -> Figure | str:
    """Fill the usual size, replace and sweep it."""
    if not stock.has_ldap:
        return "there is nothing to compare with without OpenLDAP"
    index = stock.index(stock.usual)
    theirs_s = stock.directory(stock.usual).filled_s
    with index.opened() as party:
        replaced_s = party.order("fill", index.contacts)
        swept = party.order("sweep")
    times = {"empty": index.filled_s, "replaced": replaced_s, "swept": swept["all"]}
    return Figure(
        title="Filling the contact index",
        compared_with="slapadd",
        rows=tuple(_rows(times, theirs_s)),
        explanation=HOW.format(
            contacts=index.contacts,
            numbers=stock.usual,
            steps=swept["steps"],
            longest_ms=swept["longest"] * 1000,
        ),
    )


def _rows(times: dict[str, float], theirs_s: float) -> Iterator[Row]:
    for what, ours_s in times.items():
        yield Row(
            what=what,
            ours=f"{ours_s:.1f} s",
            against=f"{theirs_s:.1f} s",
            ratio=ours_s / theirs_s,
        )
