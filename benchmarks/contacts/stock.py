"""What is measured, made once in a run: for each size our store and an LDAP directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contacts import ldap_server, office
from benchmarks.contacts.ldap_server import Directory
from benchmarks.orders import Helper, helper


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Our store, filled once by a process of its own."""

    file: Path
    contacts: int
    filled_s: float
    empty: dict[str, int]
    """Resident memory of that process (KiB, `now` and `highest`) before it began."""
    full: dict[str, int]
    """The same when it was done."""

    @classmethod
    def made(cls, folder: Path, contacts: int) -> Index:
        """Fill a new store with so many contacts."""
        folder.mkdir()
        with _store(folder) as party:
            empty = party.order("memory")
            filled_s = party.order("fill", contacts)
            full = party.order("memory")
        return cls(file=_file(folder), contacts=contacts, filled_s=filled_s, empty=empty, full=full)

    @contextmanager
    def opened(self) -> Iterator[Helper]:
        """Open the store in a new process until the block ends."""
        with _store(self.file.parent) as party:
            party.order("ready")
            yield party


class Stock:
    """Makes what is asked for, and keeps it as long as the workshop lasts."""

    def __init__(self, workshop: Path, sizes: Sequence[int]) -> None:
        """`sizes`: counts of numbers, two or three, least first; the second one is usual."""
        self.workshop = workshop
        self.sizes = tuple(sizes)
        self.has_ldap = ldap_server.can_measure()
        self._indexes: dict[int, Index] = {}
        self._directories: dict[int, Directory] = {}

    @property
    def usual(self) -> int:
        """The size of a large office."""
        return self.sizes[1]

    def index(self, size: int) -> Index:
        """Our store with so many numbers."""
        if size not in self._indexes:
            print(f"  filling our store with {size:,} numbers ...", flush=True)
            folder = self.workshop / f"store-{size}"
            self._indexes[size] = Index.made(folder, office.contacts_with(size))
        return self._indexes[size]

    def directory(self, size: int) -> Directory:
        """An LDAP directory with so many numbers."""
        if size not in self._directories:
            folder = self.workshop / f"ldap-{size}"
            self._directories[size] = Directory.made(folder, office.contacts_with(size))
        return self._directories[size]

    def all_made(self) -> None:
        """Have everything made: what is timed by itself, the rest side by side."""
        self.index(self.usual)
        if not self.has_ldap:
            self._all(self.index)
            return
        self.directory(self.usual)
        with ThreadPoolExecutor(1) as beside:
            directories = beside.submit(self._all, self.directory)
            self._all(self.index)
            directories.result()

    def _all(self, make: Callable[[int], object]) -> None:
        for size in self.sizes:
            make(size)


def _file(folder: Path) -> Path:
    return folder / "store.db"


@contextmanager
def _store(folder: Path) -> Iterator[Helper]:
    with helper(folder, "benchmarks.contacts.connector", str(_file(folder))) as party:
        yield party
