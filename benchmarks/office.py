"""A made-up office: a hundred thousand clients with their numbers, and who of them calls.

Four of five clients are people with a fixed line and a mobile telephone, every fifth is a company
that is stored with its head number only; all numbers are of no use to call anyone.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COLUMNS = ("source", "id", "name", "number", "standardised", "kind", "client_number")
MIXTURE = ("fixed", "mobile", "fixed", "company", "mobile", "fixed", "unknown", "company", "mobile")
"""Who calls, again and again in this order; a company calls from a direct line."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls."""

    number: str
    """As the PBX sends it."""
    contact: str
    """Who must be found; `""`: nobody."""


def write_contacts(file: Path, contacts: int) -> int:
    """Write the clients as a CSV file for `contacts import`; return how many numbers they have."""
    numbers = 0
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(COLUMNS)
        for client in range(contacts):
            for number in _numbers(client):
                writer.writerow(_row(client, number))
                numbers += 1
    return numbers


def callers(contacts: int, seed: int) -> Iterator[Caller]:
    """Whoever calls next, without end; no client is more likely than another."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    while True:
        for kind in MIXTURE:
            client = 5 * chance.randrange(max(contacts // 5, 1))
            if kind == "company" and contacts:
                yield Caller(f"0049721{_base(client)}{chance.randrange(10, 100)}", _id(client))
            elif kind in {"company", "unknown"} or client + 4 >= contacts:
                yield Caller(f"004989{chance.randrange(1_000_000, 9_999_999)}", "")
            else:
                client += chance.randrange(1, 5)
                area = "721" if kind == "fixed" else "171"
                yield Caller(f"0049{area}{_line(client)}", _id(client))


def _numbers(client: int) -> tuple[tuple[str, str], ...]:
    if client % 5 == 0:
        return ((f"0721 {_base(client)}-0", f"+49721{_base(client)}0"),)
    line = _line(client)
    return (f"0721 {line}", f"+49721{line}"), (f"0171 {line}", f"+49171{line}")


def _row(client: int, number: tuple[str, str]) -> tuple[str, ...]:
    kind = "person" if client % 5 else "company"
    name = f"Mandant Nummer {client}" if client % 5 else f"Firma Nummer {client} GmbH"
    return ("datev", _id(client), name, *number, kind, str(10_000 + client))


def _id(client: int) -> str:
    return f"client-{client:06}"


def _line(client: int) -> int:
    return 1_000_000 + 7 * client


def _base(client: int) -> int:
    """Begins with another digit than all lines, so that no stem is the beginning of one."""
    return 600_000 + client
