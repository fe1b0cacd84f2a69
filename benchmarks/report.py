"""What a run found out, as a page and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from benchmarks.figures import Figure, Row
from benchmarks.machine import Machine

HEAD = """# Performance

This page is written by `make bench`; all its figures come from one run on one machine.
Times of one machine say little about another, so look at the ratios: the connector against a bare
client of the same libraries that does the same two messages and nothing more, or against a bare
interpreter.
The connector is the real one, `datev-connector run --headless` with `transfer_automatically`, in a
process of its own, with {contacts:,} contacts and their {numbers:,} numbers in its encrypted store.
Calls are announced by callbacks over HTTP on loopback; whether the requests to the PBX use HTTPS
makes no difference to them.
The sections about XMPP, contacts, the journal and windows have it otherwise, and say how.

These are benchmarks and no tests; nothing fails because a machine is slow.
`make bench ARGS="latency"` measures one thing only and writes no page; `make bench ARGS="--help"`
tells what else there is.
"""

SMALL = 0.5
"""Ratios below this one are told with two digits."""
BUSY = 1.7
"""A load average that the benchmark does not reach by itself."""


def page(
    figures: Sequence[Figure],
    machine: Machine,
    day: date,
    loads: Sequence[float],
    omitted: Sequence[str],
    *,
    contacts: int,
    numbers: int,
) -> str:
    """The whole page."""
    parts = [
        HEAD.format(contacts=contacts, numbers=numbers),
        _machine(machine, day, loads, omitted),
    ]
    parts += [_summary(figures, doubtful=_is_busy(loads))]
    parts += [_section(figure) for figure in figures]
    return "\n".join(parts)


def lines(figure: Figure) -> Iterable[str]:
    """A figure for a terminal."""
    yield f"{figure.title}, against: {_amid(figure.compared_with)}"
    for row in figure.rows:
        yield f"  {row.what:34} {row.ours:>16} {row.against:>26} {_ratio(row):>8}  {row.verdict}"


def _machine(machine: Machine, day: date, loads: Sequence[float], omitted: Sequence[str]) -> str:
    told = [
        f"- Measured on {day.isoformat()}.",
        f"- Processor: {machine.processor}, {machine.cores} cores; memory: {machine.memory}.",
        f"- System: {machine.system}; {machine.python}; {machine.libraries}.",
    ]
    if loads:
        told.append(
            f"- Load average before each figure: {', '.join(f'{load:.1f}' for load in loads)}; "
            "the benchmark itself makes about 1."
        )
    if _is_busy(loads):
        told.append(
            "- **The machine was busy with other things.** That lengthens the slow tail of both "
            "sides, so the ratios of the percentiles look better than they are; trust the medians."
        )
    told += [f"- Not measured, {reason}." for reason in omitted]
    return "## The machine\n\n" + "\n".join(told) + "\n"


def _is_busy(loads: Sequence[float]) -> bool:
    return max(loads, default=0.0) > BUSY


def _summary(figures: Sequence[Figure], *, doubtful: bool) -> str:
    doubt = ", but in doubt, since the machine was busy" if doubtful else ""
    aims = [(figure, row) for figure in figures for row in figure.rows if row.aim is not None]
    told = [
        f"- {figure.title}, {row.what}: {_ratio(row)} (against: {_amid(figure.compared_with)}; "
        f"{row.verdict}{doubt})."
        for figure, row in aims
    ]
    return "## Aims\n\n" + "\n".join(told) + "\n"


def _section(figure: Figure) -> str:
    table = [
        f"| | Connector | {figure.compared_with} | Ratio | Aim |",
        "|---|---:|---:|---:|---|",
        *(
            f"| {row.what} | {row.ours} | {row.against} | {_ratio(row)} | {row.verdict} |"
            for row in figure.rows
        ),
    ]
    return "\n".join([f"## {figure.title}", "", figure.explanation, *table, ""])


def _amid(words: str) -> str:
    """As it is written within a sentence."""
    return words[:1].lower() + words[1:]


def _ratio(row: Row) -> str:
    if row.ratio < SMALL:
        return f"{row.ratio:.2g}"
    return f"{row.ratio:.1f}" if row.ratio < 100 else f"{row.ratio:.0f}"
