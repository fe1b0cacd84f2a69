"""Where the simulator link leads: host and port as they stand in the settings."""

from __future__ import annotations

from dataclasses import dataclass

_HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Address:
    """A TCP address."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `host:port`, as in `127.0.0.1:5881` or `[::1]:5881`. Raises ValueError."""
        host, colon, port = text.strip().rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not (colon and host and port.isascii() and port.isdigit()):
            raise ValueError(f"{text!r} is no address; write host:port, as in 127.0.0.1:5881")
        if not 0 < int(port) <= _HIGHEST_PORT:
            raise ValueError(f"{text!r}: a port is a number from 1 to {_HIGHEST_PORT}")
        return cls(host, int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
