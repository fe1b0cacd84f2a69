"""How long it takes from the ring at the PBX until DATEV knows of the call."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import islice
from time import sleep

from benchmarks import pbx
from benchmarks.figures import Figure, Row, percentile
from benchmarks.office import Caller, callers
from benchmarks.route import ANSWERED, ENDED, Route

BLOCK = 50
WARM_UP = 20
PAUSE_S = 0.003
"""Between two calls, so that each finds an idle process, as in an office."""
SHARES = (("median", 0.5), ("95th percentile", 0.95), ("99th percentile", 0.99))
AIM = 3.0
HOW = """\
The clock starts when the PBX side writes the event `RINGING` to the callback socket, and stops when
the line `NewCall` is at the DATEV side.
{rings} calls a row, one after another, each answered and ended before the next; in blocks of
{block} by turns, after {warm_up} that do not count.
Eight of nine callers are known, by their exact number or by their company's head number, and each
`NewCall` is checked to name the right client.
A PBX that opens a connection for each event does so before the clock starts.
"""


def measure(ours: Route, bare: Route, *, contacts: int, rings: int, seed: int) -> Figure:
    """Have `rings` calls ring on each route and way to connect, in blocks by turns."""
    who = callers(contacts, seed)
    ways = tuple((route, keeps) for keeps in (False, True) for route in (ours, bare))
    samples: dict[tuple[str, bool], list[int]] = {(route.name, keeps): [] for route, keeps in ways}
    for route, keeps in ways:
        _block(route, islice(who, WARM_UP), keeps=keeps)
    for turn in range(-(-rings // BLOCK)):
        for route, keeps in ways if turn % 2 else reversed(ways):
            samples[route.name, keeps] += _block(route, islice(who, BLOCK), keeps=keeps)
    rows = [
        _row(name, share, samples[ours.name, keeps], samples[bare.name, keeps], keeps=keeps)
        for keeps in (False, True)
        for name, share in SHARES
    ]
    return _figure(tuple(rows), len(samples[ours.name, True]))


def _block(route: Route, who: Iterator[Caller], *, keeps: bool) -> list[int]:
    kept = pbx.Push(route.callback) if keeps else None
    gc.disable()
    try:
        return [_call(route, caller, kept) for caller in who]
    finally:
        gc.enable()
        if kept is not None:
            kept.close()


def _call(route: Route, caller: Caller, kept: pbx.Push | None) -> int:
    call = pbx.new_call_id()
    took_ns = route.ring(caller, call, kept)
    route.move(caller, call, ANSWERED, kept)
    route.move(caller, call, ENDED, kept)
    sleep(PAUSE_S)
    return took_ns


def _row(name: str, share: float, ours: list[int], bare: list[int], *, keeps: bool) -> Row:
    mine, theirs = percentile(ours, share), percentile(bare, share)
    how = "kept connection" if keeps else "new connection"
    return Row(
        what=f"{how}, {name}",
        ours=f"{mine / 1e6:.2f} ms",
        against=f"{theirs / 1e6:.2f} ms",
        ratio=mine / theirs,
        aim=AIM if share == SHARES[-1][1] else None,
    )


def _figure(rows: tuple[Row, ...], rings: int) -> Figure:
    return Figure(
        title="From the ring to DATEV",
        compared_with="Bare client",
        rows=rows,
        explanation=HOW.format(rings=rings, block=BLOCK, warm_up=WARM_UP),
    )
