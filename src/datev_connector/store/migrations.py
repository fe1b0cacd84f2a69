"""The schema by numbered steps; `PRAGMA user_version` says how many of them a file has seen."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import apsw

from datev_connector.domain.wording import worded
from datev_connector.store import folding
from datev_connector.store.errors import NewerSchema

Step = Callable[[apsw.Connection], None]


def begin(connection: apsw.Connection) -> None:
    """0 to 1: everything is new."""
    connection.execute(statements("v1.sql"))


def make_index_anew(connection: apsw.Connection) -> None:
    """1 to 2: contacts and keys lie in another way; all that was loaded stays."""
    connection.execute(statements("v2.sql"))
    connection.create_scalar_function("fold", _folded, 2, deterministic=True)
    try:
        connection.execute(statements("v2_copy.sql"))
    finally:
        connection.create_scalar_function("fold", None, 2)


def find_what_is_not_in_datev(connection: apsw.Connection) -> None:
    """2 to 3: an index more."""
    connection.execute(statements("v3.sql"))


def _folded(*texts: object) -> str:
    name, client_number = texts
    return folding.searched(str(name), str(client_number))


STEPS: tuple[Step, ...] = (begin, make_index_anew, find_what_is_not_in_datev)
"""Step n (counted from 0) leads from version n to n + 1; a released step never changes."""


def statements(name: str) -> str:
    """Return the SQL file of a step."""
    return resources.files("datev_connector.store").joinpath("schema", name).read_text("utf-8")


def version(connection: apsw.Connection) -> int:
    """Return how many steps the file has seen; 0: it is empty."""
    return int(connection.pragma("user_version"))


def migrate(connection: apsw.Connection, path: Path) -> None:
    """Take the missing steps in one transaction: all or none. `NewerSchema` if we are the older."""
    with connection:
        seen = version(connection)
        if seen > len(STEPS):
            raise NewerSchema(
                worded(
                    "The store {path} was written by a newer version of the program "
                    "(schema {seen}, known here: {known}).",
                    path=str(path),
                    seen=seen,
                    known=len(STEPS),
                ),
                worded("Install the newer version again; nothing was changed."),
            )
        for step in STEPS[seen:]:
            step(connection)
        if seen < len(STEPS):
            connection.pragma("user_version", len(STEPS))
