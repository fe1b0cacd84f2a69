"""IQs of ours that wait for their answer: each has a number, and one who may answer it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from xml.etree.ElementTree import Element

from datev_connector.starface.trouble import LinkTrouble, Trouble
from datev_connector.starface.xmpp.stanzas import CLIENT, Refused, condition_of


class Questions:
    """What was asked on one stream and not answered yet. Addresses are in their one form."""

    def __init__(self, speakers: Callable[[str], AbstractSet[str]]) -> None:
        """`speakers`: the addresses that may answer what was sent to this one."""
        self._speakers = speakers
        self._open: dict[str, tuple[str, asyncio.Future[Element]]] = {}
        self._numbered = 0

    @contextmanager
    def asked(self, to: str) -> Iterator[tuple[str, asyncio.Future[Element]]]:
        """The number of a new question, and its answer to wait for inside the block.

        The answer raises Refused and LinkTrouble.
        """
        self._numbered += 1
        number = f"c{self._numbered}"
        answered: asyncio.Future[Element] = asyncio.get_running_loop().create_future()
        self._open[number] = (to, answered)
        try:
            yield number, answered
        finally:
            del self._open[number]

    def answered(self, iq: Element, sender: str) -> None:
        """Take a result or an error; one that nobody waits for, or from somebody else, is none."""
        to, future = self._open.get(iq.get("id", ""), ("", None))
        if future is None or future.done() or sender not in self._speakers(to):
            return
        if iq.get("type") == "error":
            future.set_exception(Refused(condition_of(iq.find(f"{{{CLIENT}}}error"))))
        else:
            future.set_result(iq[0] if len(iq) else Element(""))

    def end(self, trouble: Trouble) -> None:
        """Tell everybody who waits that the stream is over."""
        for _, asked in self._open.values():
            if not asked.done():
                asked.set_exception(LinkTrouble(trouble))
