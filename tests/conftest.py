"""What holds for every test: a scrubbed environment, no keyring, no network beyond loopback."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

# A slow machine must not turn a true property into a failure.
settings.register_profile("project", deadline=None, print_blob=True)
settings.load_profile("project")

LOOPBACK_NAMES = frozenset({"localhost", "", None})
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def is_loopback(host: object) -> bool:
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode("ascii", "replace")
    if host in LOOPBACK_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def refuse_foreign_addresses(event: str, arguments: tuple[object, ...]) -> None:
    """Lets no test leave the machine: looked at by the interpreter itself, so nothing slips by."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not is_loopback(host):
        message = f"a test may talk to loopback only, not to {host!r}"
        raise RuntimeError(message)


sys.addaudithook(refuse_foreign_addresses)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place for each test; the factory would look through those of all tests before it."""
    place = tmp_path_factory.mktemp("homes")
    return (place / str(number) for number in count())


@pytest.fixture(autouse=True)
def scrubbed_environment(monkeypatch: pytest.MonkeyPatch, homes: Iterator[Path]) -> None:
    """No settings, proxies, keyring or user folders of the person who runs the tests."""
    for name in list(os.environ):
        if name.startswith("DATEV_CONNECTOR_") or name.lower() in PROXY_VARIABLES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    home = next(homes)
    home.mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
