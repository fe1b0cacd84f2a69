"""Orders from the process that measures to another, and what comes of them: a line of JSON each."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.processes import DEADLINE_S, ROOT, environment, python

PATIENCE_S = 4 * DEADLINE_S
"""A block takes its time; a process that hangs must end all the same."""
Order = Callable[..., Awaitable[Any]]


async def serve(orders: Mapping[str, Order]) -> None:
    """Carry out what standard input says until it ends."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        name, *arguments = json.loads(line)
        async with asyncio.timeout(PATIENCE_S):
            result = await orders[name](*arguments)
        print(json.dumps(result), flush=True)


class Helper:
    """A process that serves orders; made by `helper`."""

    def __init__(self, process: subprocess.Popen[str], errors: Path) -> None:
        self._process = process
        self._errors = errors

    def order(self, name: str, *arguments: Any) -> Any:
        """Have an order carried out; what came of it. Raises RuntimeError if the process ends."""
        self.begin(name, *arguments)
        return self.result()

    def begin(self, name: str, *arguments: Any) -> None:
        """Give an order without waiting for it; `result` must follow."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()

    def result(self) -> Any:
        """What came of the order given last."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a process broke off: {self._errors.read_text('utf-8')[-2000:]}")
        return json.loads(line)


@contextmanager
def helper(workshop: Path, module: str, *arguments: str, interpreter: str = "") -> Iterator[Helper]:
    """Run a module, by another interpreter if need be, until the block ends."""
    errors = workshop / f"{module}-{len(list(workshop.glob('*.err')))}.err"
    command = ("-m", module, *arguments)
    with errors.open("wb") as stream:
        process = subprocess.Popen(
            (interpreter, *command) if interpreter else python(*command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stream,
            cwd=ROOT,
            env=environment(workshop),
            text=True,
        )
    try:
        yield Helper(process, errors)
    finally:
        try:
            process.communicate(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
