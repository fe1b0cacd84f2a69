"""How much memory the connector holds, and whether it grows with the contacts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from time import sleep

from benchmarks import pbx
from benchmarks.figures import Figure, Row
from benchmarks.office import callers
from benchmarks.processes import Profile, bare_client, connector
from benchmarks.route import ANSWERED, ENDED, Route

CALLS = 100
SETTLE_S = 6.0
"""Longer than the connector's pause between two rounds of housekeeping."""
KINDS = (("Rss", "resident"), ("Pss", "proportional"))
HOW = """\
Read from `/proc/PID/smaps_rollup` after {calls} calls and {rest_s:g} seconds of rest.
Resident memory counts shared pages in full; proportional memory divides them among the processes
that share them.
"""


def can_measure() -> bool:
    """Tell whether this system says how much memory a process holds."""
    return Path("/proc/self/smaps_rollup").exists()


def measure(profiles: Sequence[Profile], server: pbx.Pbx, *, seed: int) -> Figure:
    """Look at the memory of a connector with each profile, and at the bare client's."""
    held: dict[int, dict[str, int]] = {}
    for profile in profiles:
        with connector(profile, server) as (running, route, _):
            _have_calls(route, profile.contacts, seed)
            held[profile.contacts] = _held_kib(running.pid)
    with bare_client(profiles[0].folder.parent) as (running, route):
        _have_calls(route, 0, seed)
        bare = _held_kib(running.pid)
    rows = [
        Row(
            what=f"{contacts:,} contacts, {word}",
            ours=f"{kib[kind] / 1024:.1f} MiB",
            against=f"{bare[kind] / 1024:.1f} MiB",
            ratio=kib[kind] / bare[kind],
        )
        for contacts, kib in held.items()
        for kind, word in KINDS
    ]
    return _figure(tuple(rows))


def _have_calls(route: Route, contacts: int, seed: int) -> None:
    kept = pbx.Push(route.callback)
    for caller in islice(callers(contacts, seed), CALLS):
        call = pbx.new_call_id()
        route.ring(caller, call, kept)
        route.move(caller, call, ANSWERED, kept)
        route.move(caller, call, ENDED, kept)
    kept.close()
    sleep(SETTLE_S)


def _held_kib(pid: int) -> dict[str, int]:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return {name: int(kib) for name, kib in re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)}


def _figure(rows: tuple[Row, ...]) -> Figure:
    return Figure(
        title="Memory",
        compared_with="Bare client",
        rows=rows,
        explanation=HOW.format(calls=CALLS, rest_s=SETTLE_S),
    )
