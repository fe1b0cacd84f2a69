"""The processes of one measurement, started and pointed at each other."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.orders import Helper, helper
from benchmarks.xmpp.office import ENDPOINT

MISSING = "Prosody is not installed (Debian: apt-get install prosody)"


def can_measure() -> bool:
    """Tell whether there is a real XMPP server on this machine."""
    return shutil.which("prosody") is not None


class House:
    """The server, and the parties that come to it."""

    def __init__(self, workshop: Path, server: Helper) -> None:
        self.server = server
        self._workshop = workshop
        self._ports: dict[str, int] = server.order("ports")

    @contextmanager
    def connector(self, login: str, **settings: Any) -> Iterator[Helper]:
        """The connector's STARFACE room, ready. `patient`: it never tries again by itself."""
        given = {
            "login": login,
            "transport": "xmpp",
            "xmpp_endpoint": ENDPOINT,
            "xmpp_port": self._ports["xmpp"],
            "https_port": self._ports["https"],
            "patient": False,
        }
        with helper(
            self._workshop, "benchmarks.xmpp.connector", json.dumps(given | settings)
        ) as party:
            party.order("ready")
            yield party

    @contextmanager
    def bare_client(self, login: str) -> Iterator[Helper]:
        """The bare client, ready."""
        with helper(
            self._workshop, "benchmarks.xmpp.bare", login, str(self._ports["xmpp"])
        ) as party:
            party.order("sign_in")
            yield party


@contextmanager
def house(workshop: Path) -> Iterator[House]:
    """Run the server until the block ends."""
    with helper(workshop, "benchmarks.xmpp.server") as server:
        yield House(workshop, server)
