"""What a program may gather over the months without anybody noticing, and how it is counted.

A leak is a number that grows with time. Each number is taken in a quiet moment, so that it depends
on nothing but the time gone by; what may grow by how much stands with `Limits`.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

OURS = "datev_connector."
NOT_OURS = "datev_connector.simulators."
CONTAINERS = (list, dict, set, deque, bytearray, bytes, str)
DESCRIPTORS = Path("/proc/self/fd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All numbers at one moment."""

    tasks: Counter[str]
    """By the name of the coroutine."""
    sockets: int
    files: int
    threads: int
    objects: Counter[str]
    """Objects of our own classes that the collector knows, by class."""
    entries: Counter[str]
    """How much is in the containers that these objects have, by class and attribute."""
    held: int
    """Bytes of everything that the interpreter holds: containers, and what is in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may be added between two readings and still count as flat.

    Tasks, descriptors and threads are counted one by one: none may be added.
    objects: of one class; entries: in one attribute. What a week leaves for the next differs a
    little from week to week.
    full: memories with a bound, and how much fits in; until then they may fill up. One that is not
    there any more is told, too.
    held: bytes of the whole interpreter; caches of libraries come and go, and the memories fill up.
    """

    objects: int = 20
    entries: int = 50
    full: Mapping[str, int] = field(default_factory=dict)
    held: int = 100_000


def take() -> Reading:
    """Count everything; call it from a task, in a quiet moment."""
    for _ in range(3):  # what a finaliser lets go is found in the next round
        gc.collect()
    sockets, files = _descriptors()
    ours = [thing for thing in gc.get_objects() if _is_ours(type(thing))]
    return Reading(
        tasks=Counter(_name(task) for task in asyncio.all_tasks()),
        sockets=sockets,
        files=files,
        threads=threading.active_count(),
        objects=Counter(_class(thing) for thing in ours),
        entries=_entries(ours),
        held=_held(),
    )


def growth(early: Reading, late: Reading, limits: Limits) -> list[str]:
    """What grew more than it may, as sentences."""
    found = [
        *_more("tasks", early.tasks, late.tasks, 0),
        *_more("objects", early.objects, late.objects, limits.objects),
        *_more("entries of", early.entries, _unbounded(late, limits), limits.entries),
    ]
    found += [f"no memory {name}" for name in limits.full if name not in late.entries]
    for name, before, after, limit in (
        ("sockets", early.sockets, late.sockets, 0),
        ("files", early.files, late.files, 0),
        ("threads", early.threads, late.threads, 0),
        ("bytes", early.held, late.held, limits.held),
    ):
        if after - before > limit:
            found.append(f"{name}: {before}, later {after}")
    return found


def _unbounded(late: Reading, limits: Limits) -> Counter[str]:
    """The entries without those of memories that hold no more than they may."""
    return Counter(
        {name: count for name, count in late.entries.items() if count > limits.full.get(name, 0)}
    )


def _more(what: str, early: Counter[str], late: Counter[str], limit: int) -> Iterator[str]:
    for name, count in sorted(late.items()):
        if count - early[name] > limit:
            yield f"{what} {name}: {early[name]}, later {count}"


def _name(task: asyncio.Task[object]) -> str:
    return getattr(task.get_coro(), "__qualname__", task.get_name())


def _descriptors() -> tuple[int, int]:
    """Open sockets and other open files; nothing where the system does not list them."""
    sockets = files = 0
    for entry in DESCRIPTORS.iterdir() if DESCRIPTORS.is_dir() else ():
        try:
            is_socket = str(entry.readlink()).startswith("socket:")
        except OSError:  # the one that this listing itself uses
            continue
        sockets += is_socket
        files += not is_socket
    return sockets, files


def _is_ours(kind: type) -> bool:
    module = getattr(kind, "__module__", "")
    return isinstance(module, str) and module.startswith(OURS) and not module.startswith(NOT_OURS)


def _class(thing: object) -> str:
    kind = type(thing)
    return f"{kind.__module__.removeprefix(OURS)}.{kind.__qualname__}"


def _entries(things: Iterable[object]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for thing in things:
        for name in (*getattr(thing, "__dict__", ()), *_slots(type(thing))):
            value = getattr(thing, name, None)
            if isinstance(value, CONTAINERS):
                counted[f"{_class(thing)}.{name}"] += len(value)
    return counted


def _slots(kind: type) -> Iterator[str]:
    for each in kind.__mro__:
        slots = each.__dict__.get("__slots__", ())
        yield from (slots,) if isinstance(slots, str) else slots


def _held() -> int:
    """Every container that the collector knows, and what it refers to, each counted once."""
    containers = gc.get_objects()
    seen = {id(containers)}
    total = 0
    for thing in itertools.chain(containers, *map(gc.get_referents, containers)):
        if id(thing) not in seen:
            seen.add(id(thing))
            total += sys.getsizeof(thing, 0)
    return total
