"""How long it takes until calls are reported again, once an XMPP server that went is back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.figures import Figure, Row, median
from benchmarks.orders import Helper
from benchmarks.xmpp.office import LOGINS
from benchmarks.xmpp.parties import House, house

TOLD, LOOKED_FOR = "told to try now", "told to try now, endpoint looked for"
ALONE, WORK = "by itself, XMPP alone", "by itself, its pause left out"
AUTO = "auto, without any way"
BARE = "bare"
HOW = """\
Prosody is killed and started again; it was away for {away_s:.1f} s.
The clock starts when it takes connections again and the PBX is attached to it, and stops when the
connector says that STARFACE is up: connected, STARTTLS, signed in (PLAIN), bound, present, logged
in to UCI, subscribed, all calls known.
The bare client does the same with the same three requests to UCI when it is told to, and checks
nothing.
Told to try now, by `retry_now` as from the tray, the connector has no pause: that is its work.
Unless the endpoint is set, some more questions find it (service discovery, and one of UCI).

By itself it tries again after a pause, on purpose: 0.5 to 1 s at first, then twice as long after
each failure, 60 s at most, spread by chance, so that not all clients of a PBX come at once.
So the time by itself is mostly what was left of the pause that it was in, here {pause_ms:.0f} ms.

With `transport = "auto"` a lost XMPP line is no reason to wait for it: HTTPS takes over at once.
That clock starts when the connector notices that the line is gone ({noticed_ms:.1f} ms after the
kill), and stops when calls are reported over HTTPS. XMPP is tried beside it after 30 s or more.

Medians of {rounds} restarts each, the parties by turns; those that are not measured are not there.
"""


def measure(workshop: Path, *, rounds: int) -> Figure:
    """Restart the server `rounds` times for each of the three behaviours."""
    with house(workshop) as at:
        work = _work(at, rounds)
        alone = _alone(at, rounds)
        auto = _auto(at, rounds)
    bare_ns = median(work[BARE])
    times = {
        TOLD: work[TOLD],
        LOOKED_FOR: work[LOOKED_FOR],
        ALONE: alone["ready"],
        WORK: alone["work"],
        AUTO: auto["gap"],
    }
    rows = tuple(_row(what, median(found), bare_ns) for what, found in times.items())
    explanation = HOW.format(
        away_s=median(alone["away"]) / 1e9,
        pause_ms=median(alone["pause"]) / 1e6,
        noticed_ms=median(auto["noticed"]) / 1e6,
        rounds=rounds,
    )
    return Figure(
        title="From a restarted XMPP server to ready",
        compared_with="Bare sign-in",
        rows=rows,
        explanation=explanation,
    )


def _work(at: House, rounds: int) -> Mapping[str, list[int]]:
    """Nobody tries before being told."""
    times: dict[str, list[int]] = {TOLD: [], LOOKED_FOR: [], BARE: []}
    with ExitStack() as stack:
        enter = stack.enter_context
        parties = {
            TOLD: enter(at.connector(LOGINS[0], patient=True)),
            LOOKED_FOR: enter(at.connector(LOGINS[1], patient=True, xmpp_endpoint="")),
            BARE: enter(at.bare_client(LOGINS[2])),
        }
        for turn in range(rounds):
            at.server.order("stop")
            for party in parties.values():
                party.order("lost")
            at.server.order("start")
            for name, party in _turned(list(parties.items()), turn):
                times[name].append(party.order("sign_in"))
    return times


def _alone(at: House, rounds: int) -> Mapping[str, list[int]]:
    """The connector tries when it wants to."""
    times: dict[str, list[int]] = {"ready": [], "pause": [], "work": [], "away": []}
    with at.connector(LOGINS[0]) as party:
        for _ in range(rounds):
            gone_ns: int = at.server.order("stop")
            party.order("lost")
            back_ns: int = at.server.order("start")
            said: dict[str, int] = party.order("ready")
            tried_ns = max(said["pause"], back_ns)
            times["away"].append(back_ns - gone_ns)
            times["ready"].append(said["ready"] - back_ns)
            times["pause"].append(tried_ns - back_ns)
            times["work"].append(said["ready"] - tried_ns)
    return times


def _auto(at: House, rounds: int) -> Mapping[str, list[int]]:
    """The connector has HTTPS as well, at which nothing happens."""
    times: dict[str, list[int]] = {"gap": [], "noticed": []}
    with at.connector(LOGINS[0], transport="auto") as party:
        for _ in range(rounds):
            party.order("climb")
            gone_ns: int = at.server.order("stop")
            said: dict[str, int] = party.order("gap")
            at.server.order("start")
            times["gap"].append(said["gap"])
            times["noticed"].append(said["down"] - gone_ns)
    return times


def _turned(parties: Sequence[tuple[str, Helper]], turn: int) -> Sequence[tuple[str, Helper]]:
    first = turn % len(parties)
    return [*parties[first:], *parties[:first]]


def _row(what: str, ours_ns: float, bare_ns: float) -> Row:
    return Row(
        what=what,
        ours=f"{ours_ns / 1e6:.0f} ms",
        against=f"{bare_ns / 1e6:.0f} ms",
        ratio=ours_ns / bare_ns,
    )
