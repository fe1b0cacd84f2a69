"""How long it takes from the ring at the PBX until the window of the call is painted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import sleep

from benchmarks import pbx
from benchmarks.desktop import parties
from benchmarks.desktop.parties import Shower
from benchmarks.figures import Figure, Row, percentile
from benchmarks.office import Caller, callers
from benchmarks.processes import Profile
from benchmarks.route import ENDED

BLOCK = 20
WARM_UP = 10
PAUSE_S = 0.4
"""Between two calls, so that each finds an idle process, as in an office: what became of the last
one has been looked up in the call list by then."""
SHARES = (("median", 0.5), ("95th percentile", 0.95))
AIM = 2.0
HOW = """\
The clock starts when the PBX side writes the event `RINGING` to the callback socket, and stops when
Qt has painted the first frame of the call's window (the same observer sits in both processes).
{rings} calls on each side, one after another, each ended and its window closed before the next; in
blocks of {block} by turns, after {warm_up} that do not count, on a virtual screen with a window
manager.
The bare window holds a label, a text field and two buttons, and knows nobody; the connector looks
the caller up among {contacts:,} contacts and saves the call.
"""


def measure(profile: Profile, workshop: Path, *, rings: int, seed: int) -> Figure:
    """Have `rings` calls ring at the connector and at the bare window, in blocks by turns."""
    who = callers(profile.contacts, seed)
    with (
        parties.on_a_screen(),
        pbx.Pbx() as server,
        parties.desktop(profile, server) as ours,
        parties.bare_windows(workshop) as bare,
    ):
        samples: dict[int, list[int]] = {id(ours): [], id(bare): []}
        for shower in (ours, bare):
            _block(server, shower, islice(who, WARM_UP))
        for turn in range(-(-rings // BLOCK)):
            for shower in (ours, bare) if turn % 2 else (bare, ours):
                samples[id(shower)] += _block(server, shower, islice(who, BLOCK))
    rows = tuple(_row(name, share, samples[id(ours)], samples[id(bare)]) for name, share in SHARES)
    explanation = HOW.format(
        rings=len(samples[id(ours)]), block=BLOCK, warm_up=WARM_UP, contacts=profile.contacts
    )
    return Figure(
        title="From the ring to the window",
        compared_with="Bare window",
        rows=rows,
        explanation=explanation,
    )


def _block(server: pbx.Pbx, shower: Shower, who: Iterator[Caller]) -> list[int]:
    return [_ring(server, shower, caller) for caller in who]


def _ring(server: pbx.Pbx, shower: Shower, caller: Caller) -> int:
    call = pbx.new_call_id()
    push = pbx.Push(shower.callback)
    shower.frames.drain()
    begun_ns = push.send(pbx.request(shower.callback, pbx.event(call, "RINGING", caller.number)))
    painted_ns = shower.frames.next()
    push.expect_thanks()
    push.close()
    server.list_missed(call, caller.number)
    push = pbx.Push(shower.callback)
    push.send(pbx.request(shower.callback, pbx.event(call, ENDED, caller.number)))
    push.expect_thanks()
    push.close()
    sleep(PAUSE_S)
    return painted_ns - begun_ns


def _row(name: str, share: float, ours: list[int], bare: list[int]) -> Row:
    mine, theirs = percentile(ours, share), percentile(bare, share)
    return Row(
        what=name,
        ours=f"{mine / 1e6:.1f} ms",
        against=f"{theirs / 1e6:.1f} ms",
        ratio=mine / theirs,
        aim=AIM if share == SHARES[-1][1] else None,
    )
