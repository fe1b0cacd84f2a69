"""Whose object is it, and which? A marshalled reference tells, if one knows where to look.

COM's reference (OBJREF) names the exporter of an object (OXID) and the object there (OID): together
they are one object and no other, as long as it lives.
It also holds an interface pointer id (IPID), and Windows puts the low halves of
the process's and the thread's id into it: Windows the process first, Wine the thread first. That is
a habit, not a promise; so it is used to name a program to a person, and for nothing else.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SIGNATURE: Final = 0x574F454D  # "MEOW"
STANDARD: Final = 1
_HEAD: Final = struct.Struct("<II16s")
_STANDARD: Final = struct.Struct("<IIQQIHH8s")
_BEFORE_OXID: Final = 8
_OXID_AND_OID: Final = 16


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread of this computer; `program` is the file name of its process."""

    id: int
    process: int
    program: str


def id_halves(reference: bytes) -> tuple[int, int] | None:
    """The two halves out of an OBJREF; None if it is not of the standard kind."""
    if len(reference) < _HEAD.size + _STANDARD.size:
        return None
    signature, kind, _interface = _HEAD.unpack_from(reference)
    if signature != SIGNATURE or kind != STANDARD:
        return None
    *_others, first, second, _rest = _STANDARD.unpack_from(reference, _HEAD.size)
    return first, second


def identity(reference: bytes) -> bytes:
    """What tells one object from every other; empty if the OBJREF is not of the standard kind."""
    if id_halves(reference) is None:
        return b""
    begin = _HEAD.size + _BEFORE_OXID
    return reference[begin : begin + _OXID_AND_OID]


def program_of(halves: tuple[int, int], threads: Iterable[Thread]) -> str:
    """The program that a pair of halves belongs to; "" if none does, or several could.

    A served object may belong to no thread in particular; then its thread's half says nothing.
    """
    exact: set[tuple[int, str]] = set()
    likely: set[tuple[int, str]] = set()
    for thread in threads:
        process, own = thread.process & 0xFFFF, thread.id & 0xFFFF
        if halves in {(process, own), (own, process)}:
            exact.add((thread.process, thread.program))
        if halves[0] == process and halves[1] in {0, 0xFFFF}:
            likely.add((thread.process, thread.program))
    found = exact or likely
    return next(iter(found))[1] if len(found) == 1 else ""
