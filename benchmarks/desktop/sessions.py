"""What a session that does nothing costs: memory side by side with others, and processor time."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter, sleep

from benchmarks import pbx
from benchmarks.desktop import parties
from benchmarks.figures import Figure, Row
from benchmarks.processes import Profile

SETTLE_S = 20.0
"""Longer than what is done once after a start."""
MEMORY_AIM_MIB = 60.0
SHARE_AIM = 0.001
"""Of a core."""
HOW = """\
Each session is the desktop program with a store of its own of {contacts:,} contacts, signed in, no
window open, all on one screen.
Memory is proportional set size from `/proc/PID/smaps_rollup`, {settle_s:g} s after the last start:
what sessions share is divided among them. It is compared with the aim.
Processor time is that of one session, user and system, over {idle_s:g} s of rest, with its polls,
signs of life and housekeeping; the aim is {share:.1%} of a core, {hour_s:.1f} s an hour.
"""


def measure(profile: Profile, workshop: Path, *, many: int, idle_s: float) -> Figure:
    """Watch one session for `idle_s`, then start the others beside it: `many` together."""
    rows = []
    with parties.on_a_screen(), ExitStack() as running:
        pids = [_session(running, profile, workshop, 0)]
        sleep(SETTLE_S)
        rows.append(_memory(pids))
        rows.append(_processor(pids[0], idle_s))
        pids += [_session(running, profile, workshop, number) for number in range(1, many)]
        if many > 1:
            sleep(SETTLE_S)
            rows.append(_memory(pids))
    return Figure(
        title="Idle sessions",
        compared_with="The aim",
        rows=tuple(rows),
        explanation=HOW.format(
            contacts=profile.contacts,
            settle_s=SETTLE_S,
            idle_s=idle_s,
            share=SHARE_AIM,
            hour_s=SHARE_AIM * 3600,
        ),
    )


def _session(running: ExitStack, profile: Profile, workshop: Path, number: int) -> int:
    """Start a session with a copy of the profile; return the number of its process."""
    folder = workshop / f"session-{number}"
    shutil.copytree(profile.folder, folder)
    own = Profile(folder=folder, contacts=profile.contacts, numbers=profile.numbers)
    server = running.enter_context(pbx.Pbx())
    return running.enter_context(parties.desktop(own, server)).running.pid


def _memory(pids: list[int]) -> Row:
    mib = sum(_proportional_kib(pid) for pid in pids) / 1024 / len(pids)
    many = len(pids) > 1
    return Row(
        what=f"memory a session, {len(pids)} side by side" if many else "memory, one session",
        ours=f"{mib:.1f} MiB",
        against=f"{MEMORY_AIM_MIB:g} MiB",
        ratio=mib / MEMORY_AIM_MIB,
        aim=1.0 if many else None,
    )


def _processor(pid: int, idle_s: float) -> Row:
    begun_s, used_s = perf_counter(), _used_s(pid)
    sleep(idle_s)
    share = (_used_s(pid) - used_s) / (perf_counter() - begun_s)
    return Row(
        what="processor while idle",
        ours=f"{share:.3%} of a core",
        against=f"{SHARE_AIM:.1%}",
        ratio=share / SHARE_AIM,
        aim=1.0,
    )


def _proportional_kib(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[1])  # type: ignore[index]


def _used_s(pid: int) -> float:
    """Processor time of a process; to the nanosecond, unlike that of `/proc/PID/stat`."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((each / "schedstat").read_text().split()[0]) for each in threads) / 1e9


def can_measure() -> bool:
    """Tell whether this system says what is needed."""
    return parties.can_measure() and os.path.exists(f"/proc/{os.getpid()}/schedstat")  # noqa: PTH110 - a word
