"""How many events a second one connection carries, with one call and with many alive."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from itertools import cycle, islice
from time import monotonic, perf_counter, sleep

from benchmarks import pbx
from benchmarks.figures import Figure, Row, median
from benchmarks.office import Caller, callers
from benchmarks.processes import Running
from benchmarks.route import ANSWERED, ENDED, ON_HOLD, Route

MANY = 500
BLOCK = 2 * MANY
"""Events; a multiple of what it takes to hold all calls and take them back."""
DEADLINE_S = 10.0
Call = tuple[Caller, str]
HOW = """\
One connection is kept open, and the next event is sent when the last one is answered; every event
changes the state of a call that is known (held, taken back).
The connector saves each change, writes it to the log and tells it on standard output; afterwards it
is checked that it told of every one.
DATEV knows no held calls, so it hears nothing from the connector; the bare client writes it a line
for each event, and remembers no calls.
Medians of {blocks} blocks of {block} events; the ratio is that of the time for an event.
"""


def measure(
    running: Running, ours: Route, bare: Route, *, contacts: int, blocks: int, seed: int
) -> Figure:
    """Measure with one call alive, then with many."""
    calls = [(caller, pbx.new_call_id()) for caller in islice(callers(contacts, seed), MANY)]
    rows = []
    for alive in (1, MANY):
        for route in (ours, bare):
            _begin(route, calls[:alive] if alive == 1 else calls[1:])
        told = _told(running)
        times = _by_turns(ours, bare, calls[:alive], blocks)
        _wait_until_told(told + blocks * BLOCK, running)
        rows.append(_row(alive, *times))
    for route in (ours, bare):
        _end(route, calls)
    return _figure(tuple(rows), blocks)


def _begin(route: Route, calls: Sequence[Call]) -> None:
    kept = pbx.Push(route.callback)
    for caller, call in calls:
        route.ring(caller, call, kept)
        route.move(caller, call, ANSWERED, kept)
    kept.close()


def _end(route: Route, calls: Sequence[Call]) -> None:
    kept = pbx.Push(route.callback)
    for caller, call in calls:
        route.move(caller, call, ENDED, kept)
    kept.close()


def _by_turns(
    ours: Route, bare: Route, calls: Sequence[Call], blocks: int
) -> tuple[list[float], list[float]]:
    """Seconds an event, block by block, of both."""
    times: dict[str, list[float]] = {ours.name: [], bare.name: []}
    for turn in range(blocks):
        for route in (ours, bare) if turn % 2 else (bare, ours):
            times[route.name].append(_block(route, calls))
    return times[ours.name], times[bare.name]


def _block(route: Route, calls: Sequence[Call]) -> float:
    requests = _requests(route, calls)
    kept = pbx.Push(route.callback)
    gc.disable()
    begun_s = perf_counter()
    for request in requests:
        kept.send(request)
        kept.expect_thanks()
        if not route.knows_clients:
            route.datev.receive()
    took_s = perf_counter() - begun_s
    gc.enable()
    kept.close()
    return took_s / len(requests)


def _requests(route: Route, calls: Sequence[Call]) -> list[bytes]:
    """Every call is held, then taken back, and so on: each event is a change."""
    steps = cycle((caller, call, state) for state in (ON_HOLD, ANSWERED) for caller, call in calls)
    return [
        pbx.request(route.callback, pbx.event(call, state, caller.number))
        for caller, call, state in islice(steps, BLOCK)
    ]


def _told(running: Running) -> int:
    """How many changes of calls the connector has told of."""
    return sum('"event": "call"' in line for line in running.lines())


def _wait_until_told(changes: int, running: Running) -> None:
    """See that every event was taken for the change that it is. Raises RuntimeError."""
    give_up_s = monotonic() + DEADLINE_S
    while (told := _told(running)) != changes:
        if monotonic() > give_up_s:
            raise RuntimeError(f"the connector told of {told} changes instead of {changes}")
        sleep(0.1)


def _row(alive: int, ours: Sequence[float], bare: Sequence[float]) -> Row:
    mine, theirs = median(ours), median(bare)
    return Row(
        what="one call alive" if alive == 1 else f"{alive} calls alive",
        ours=f"{1 / mine:,.0f} events/s",
        against=f"{1 / theirs:,.0f} events/s",
        ratio=mine / theirs,
    )


def _figure(rows: tuple[Row, ...], blocks: int) -> Figure:
    return Figure(
        title="Events on one connection",
        compared_with="Bare client",
        rows=rows,
        explanation=HOW.format(blocks=blocks, block=BLOCK),
    )
