"""A connector in a process of its own, driven by lines: `ring p1`, `answer p1`, `end p1`, `quit`.

It says `up` when DATEV is there, and the method and delivery of each thing that DATEV was told.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

from datev_connector.engine import DatevTold
from tests.windows.datev.com_house import com_house


async def main(folder: Path) -> None:
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.strip())
        loop.call_soon_threadsafe(lines.put_nowait, "quit")

    async with com_house(folder) as inside:
        inside.replies = _say_what_datev_was_told
        await inside.up()
        _say("up")
        threading.Thread(target=listen, daemon=True).start()
        does = {"ring": inside.ring, "answer": inside.answer, "end": inside.end}
        while (line := await lines.get()) != "quit":
            what, call = line.split()
            does[what](call)


def _say_what_datev_was_told(matter: object) -> None:
    if isinstance(matter, DatevTold):
        _say(f"{matter.method} {matter.delivery}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
