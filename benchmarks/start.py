"""How long it takes from the start of the process until the connector is at work."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from benchmarks.figures import Figure, Row, median
from benchmarks.pbx import Pbx
from benchmarks.processes import Profile, connector, environment, python

OURS = "datev_connector"
MODULES_OF_RUN = """
import json, sys
import datev_connector.app.cli, datev_connector.app.commands.run, datev_connector.app.run
print(json.dumps([name for name in sys.modules if name != "__main__"]))
"""
IMPORT = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ImportError:
        pass
"""
HOW = """\
The clock starts with the process, and stops when the event stream says that STARFACE is up: signed
in, subscribed, all calls known.
`python -c pass` and an interpreter that imports the same {modules} modules, our own left out, are
timed from start to end.
Medians of {starts} starts by turns, after one that does not count.
"""


def measure(profiles: Sequence[Profile], pbx: Pbx, *, starts: int) -> Figure:
    """Start everything `starts` times by turns."""
    workshop = profiles[0].folder.parent
    modules = _foreign_modules(workshop)
    python_s: list[float] = []
    imports_s: list[float] = []
    ready_s: dict[int, list[float]] = {profile.contacts: [] for profile in profiles}
    for turn in range(starts + 1):
        took = (
            _run(workshop, "-c", "pass"),
            _run(workshop, "-c", IMPORT, *modules),
            {profile.contacts: _start(profile, pbx) for profile in profiles},
        )
        if turn:  # the first one fills the caches
            python_s.append(took[0])
            imports_s.append(took[1])
            for contacts, seconds in took[2].items():
                ready_s[contacts].append(seconds)
    bare = (("python -c pass", median(python_s)), ("the same imports", median(imports_s)))
    rows = [
        Row(
            what=f"{contacts:,} contacts",
            ours=f"{median(times):.2f} s",
            against=f"{name}: {seconds:.2f} s",
            ratio=median(times) / seconds,
        )
        for contacts, times in ready_s.items()
        for name, seconds in bare
    ]
    return _figure(tuple(rows), starts, len(modules))


def _foreign_modules(workshop: Path) -> list[str]:
    """What `run` imports, in this order, without what is our own."""
    done = subprocess.run(
        python("-c", MODULES_OF_RUN),
        check=True,
        capture_output=True,
        env=environment(workshop),
    )
    names: list[str] = json.loads(done.stdout)
    return [name for name in names if name.partition(".")[0] != OURS]


def _run(workshop: Path, *arguments: str) -> float:
    begun_s = perf_counter()
    subprocess.run(python(*arguments), check=True, env=environment(workshop))
    return perf_counter() - begun_s


def _start(profile: Profile, pbx: Pbx) -> float:
    with connector(profile, pbx) as (_, _, ready_s):
        return ready_s


def _figure(rows: tuple[Row, ...], starts: int, modules: int) -> Figure:
    return Figure(
        title="From the start to ready",
        compared_with="A bare interpreter",
        rows=rows,
        explanation=HOW.format(modules=modules, starts=starts),
    )
