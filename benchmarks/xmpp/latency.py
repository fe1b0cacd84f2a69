"""How long a request and an event take over XMPP, with a real server between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.figures import Figure, Row, percentile
from benchmarks.orders import Helper
from benchmarks.xmpp.office import LOGINS
from benchmarks.xmpp.parties import House, house

BLOCK = 50
WARM_UP = 50
AIM = 1.5
SHARES = (("median", 0.5, AIM), ("95th percentile", 0.95, None), ("99th percentile", 0.99, AIM))
REQUEST, KNOWN, ANSWERED = "request", "event until known", "event until answered"
Samples = dict[str, list[int]]
HOW = """\
Both sign in to the same Prosody over STARTTLS; the PBX is a process of its own and Prosody's
component (XEP-0114), so every stanza passes through Prosody. Nagle's algorithm is off there: its
40 ms now and then would be the 99th percentile of both.
The connector is its STARFACE room in a process of its own, without store and DATEV; the bare client
is slixmpp with its own plug-in for Jabber-RPC.
A request is `hangupCall` for a call that there is not: the clock starts with the call of our
function and stops with its answer.
An event is a call that rings: the clock starts when the PBX writes it to Prosody, and stops when
the desk would be told of it (the bare client: when it has read it), or when the answer is back at
the PBX. The connector answers before it does anything else, the bare client reads meanwhile.
{count} requests and {count} events each, one after another, every call ended before the next; in
blocks of {block} by turns, after {warm_up} that do not count.
"""


def measure(workshop: Path, *, count: int) -> Figure:
    """Have `count` requests and events each on both sides, in blocks by turns."""
    with (
        house(workshop) as at,
        at.connector(LOGINS[0]) as ours,
        at.bare_client(LOGINS[1]) as bare,
    ):
        sides = ((ours, LOGINS[0]), (bare, LOGINS[1]))
        for side in sides:
            _block(at, *side, WARM_UP)
        found = _by_turns(at, sides, count)
    ours_found, bare_found = found
    rows = [
        _row(
            f"{what}, {name}",
            percentile(ours_found[what], share),
            percentile(bare_found[what], share),
            aim,
        )
        for what in (REQUEST, KNOWN, ANSWERED)
        for name, share, aim in SHARES
    ]
    return _figure(tuple(rows), len(ours_found[REQUEST]))


def _by_turns(at: House, sides: Sequence[tuple[Helper, str]], count: int) -> tuple[Samples, ...]:
    found: tuple[Samples, ...] = tuple({REQUEST: [], KNOWN: [], ANSWERED: []} for _ in sides)
    for turn in range(-(-count // BLOCK)):
        order = list(zip(sides, found, strict=True))
        for side, samples in order if turn % 2 else reversed(order):
            for what, times in _block(at, *side, BLOCK).items():
                samples[what] += times
    return found


def _block(at: House, party: Helper, login: str, count: int) -> Mapping[str, list[int]]:
    requests: list[int] = party.order("requests", count)
    sent: list[tuple[str, int, int]] = at.server.order("events", login, count)
    known: dict[str, int] = dict(party.order("arrivals"))
    if len(known) != count:
        raise RuntimeError(f"of {count} events {len(known)} arrived")
    return {
        REQUEST: requests,
        KNOWN: [known[call] - begun_ns for call, begun_ns, _ in sent],
        ANSWERED: [answered_ns - begun_ns for _, begun_ns, answered_ns in sent],
    }


def _row(what: str, ours_ns: float, bare_ns: float, aim: float | None) -> Row:
    return Row(
        what=what,
        ours=f"{ours_ns / 1e6:.2f} ms",
        against=f"{bare_ns / 1e6:.2f} ms",
        ratio=ours_ns / bare_ns,
        aim=aim,
    )


def _figure(rows: tuple[Row, ...], count: int) -> Figure:
    return Figure(
        title="Over XMPP",
        compared_with="Bare client of the same library",
        rows=rows,
        explanation=HOW.format(count=count, block=BLOCK, warm_up=WARM_UP),
    )
