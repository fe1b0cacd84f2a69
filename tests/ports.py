"""A port of loopback to be closed, or ours, while others ask the system for ports as well."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_port() -> Iterator[int]:
    """A port that refuses whoever comes, and that nobody is given who asks for any port.

    One of ours may listen there by its number and stop again. Only Linux keeps a port that way;
    elsewhere it is one that was free a moment ago.
    """
    with socket.socket() as keeping:
        if sys.platform == "linux":
            keeping.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeping.bind(("127.0.0.1", 0))
        port: int = keeping.getsockname()[1]
        if sys.platform != "linux":
            keeping.close()
        yield port
