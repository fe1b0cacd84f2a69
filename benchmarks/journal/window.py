"""How quickly the journal shows its rows, against the bare queries for them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contacts import office
from benchmarks.figures import Figure, Row, percentile
from benchmarks.journal.calls import CALLERS
from benchmarks.orders import Helper, helper
from datev_connector.desktop.journal.rows import BLOCK, FIRST

OPENINGS = 15
JUMPS = 60
WORDS = ("Umsatzsteuer", "Rückruf", "Termin Donnerstag", "Einspruch", "Lohnabrechnung")
SHARES = (("median", 0.5), ("95th percentile", 0.95))
HOW = """\
{calls:,} calls in the encrypted file. The window of the journal runs as it does in the program,
with the store on a thread of its own, and paints into memory.
*First rows*: from making the window to the first painted rows, {openings} times.
*Keystroke*: from the key to the painted rows of what is typed then; {queries} typical searches
(names, client numbers, parts of telephone numbers, words of notes), sign by sign: {keys:,} keys.
*Jump*: from moving the scroll bar to a place that was not seen before to its painted rows, {jumps}
times.
The bare query reads the same rows ({first}, after a jump {block}) by the same statements on a
connection of its own, by turns with the window, and makes nothing of them: no calls, no words, no
picture. What a window costs besides does not depend on the query, so that the ratio is large where
the query is quick.
"""


def measure(workshop: Path, *, calls: int, queries: int, seed: int) -> Figure:
    """Fill a journal, open it, type and scroll."""
    folder = workshop / "journal"
    folder.mkdir()
    with helper(folder, "benchmarks.journal.party", str(folder / "store.db")) as party:
        print(f"  keeping {calls:,} calls ...", flush=True)
        party.order("fill", calls)
        opened, bare_opened = _open(party)
        typed, bare_typed = _type(party, _texts(queries, seed))
        jumped, bare_jumped = _jump(party, calls, seed)
    measured = (
        ("first rows", opened, bare_opened),
        ("keystroke", typed, bare_typed),
        ("jump", jumped, bare_jumped),
    )
    return Figure(
        title="The journal",
        compared_with="Bare query",
        rows=tuple(
            _row(f"{what}, {name}", ours, bare, share)
            for what, ours, bare in measured
            for name, share in SHARES
        ),
        explanation=HOW.format(
            calls=calls,
            openings=OPENINGS,
            queries=queries,
            keys=len(typed),
            jumps=JUMPS,
            first=FIRST,
            block=BLOCK,
        ),
    )


def _open(party: Helper) -> tuple[list[int], list[int]]:
    ours, bare = [], []
    party.order("open")
    for _ in range(OPENINGS):
        ours.append(party.order("open"))
        bare.append(party.order("bare", ""))
    return ours, bare


def _type(party: Helper, texts: Sequence[str]) -> tuple[list[int], list[int]]:
    ours, bare = [], []
    for text in texts:
        ours += party.order("type", text)
        bare += [party.order("bare", text[:length]) for length in range(1, len(text) + 1)]
    return ours, bare


def _jump(party: Helper, calls: int, seed: int) -> tuple[list[int], list[int]]:
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    ours, bare = [], []
    party.order("open")
    while party.order("rows") < calls:
        pass
    for _ in range(JUMPS):
        share = chance.random()
        ours.append(party.order("jump", share))
        bare.append(party.order("bare", "", round(share * (calls - 1))))
    return ours, bare


def _texts(queries: int, seed: int) -> Sequence[str]:
    """Every fifth is a word of a note, the others are whom one looks for."""
    people = office.typed(CALLERS, seed, queries)
    return [
        WORDS[place // 5 % len(WORDS)] if place % 5 == 4 else text
        for place, text in enumerate(people)
    ]


def _row(what: str, ours_ns: Sequence[int], bare_ns: Sequence[int], share: float) -> Row:
    ours, bare = percentile(ours_ns, share), percentile(bare_ns, share)
    return Row(
        what=what,
        ours=f"{ours / 1e6:.2f} ms",
        against=f"{bare / 1e6:.2f} ms",
        ratio=ours / bare,
    )
