"""Standard input and output of the stand-in: orders in, answers and events out, a line each."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from datev_connector.simulators.datev_com.judge import Told
from datev_connector.simulators.datev_com.memory import Memory
from datev_connector.simulators.datev_com.orders import (
    BadOrder,
    Ordered,
    Quit,
    read_order,
)


class LinesOut:
    """Writes JSON lines whole, from whichever thread they come."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._turn = threading.Lock()

    def say(self, line: Told) -> None:
        """Write one line now."""
        with self._turn:
            self._stream.write(json.dumps(line) + "\n")
            self._stream.flush()


def hear(
    lines: Iterable[str], order: Callable[[Ordered], None], say: Callable[[Told], None]
) -> None:
    """Hand every order on; the end of the input is an order to quit."""
    for line in lines:
        if not line.strip():
            continue
        try:
            order(read_order(line))
        except BadOrder as bad:
            say({"event": "bad-order", "reason": str(bad)})
    order(Ordered(number=None, name="quit", order=Quit()))


def main(arguments: list[str]) -> int:
    """Run one life of DATEV as the command line says; return the exit code."""
    parser = argparse.ArgumentParser(prog="datev-com", description="A DATEV in the object table.")
    parser.add_argument("--memory", type=Path, help="Where list and journal are kept.")
    return serve(parser.parse_args(arguments).memory)


def serve(memory: Path | None) -> int:
    """Run one life of DATEV; return the exit code. `memory` None forgets it all at the end."""
    out = LinesOut(sys.stdout)
    if sys.platform == "win32":
        from datev_connector.simulators.datev_com.process import DatevProcess

        datev = DatevProcess(Memory(memory), out.say)
        hearing = threading.Thread(target=hear, args=(sys.stdin, datev.order, out.say), daemon=True)
        hearing.start()
        datev.run()
        return 0
    out.say({"event": "failed", "reason": "COM is there on Windows only"})
    return 1
