"""What is known of versions, read from `known.toml`.

A table that cannot be used is a mistake of ours, which the tests find. In an office it counts as an
empty one: nothing is known then, and nothing is said.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import TypeVar

from datev_connector.app.versions.version import Span, Version

PACKAGE = "datev_connector.app.versions"
FILE = "known.toml"

_log = logging.getLogger(__name__)


class Part(StrEnum):
    """What has a version."""

    OWN = "own"
    """This program."""
    PBX = "pbx"
    MODULE = "module"
    """Our module in the PBX, which counts its versions in whole numbers."""
    MASTER_DATA = "datev-master-data"
    """The part of DATEVconnect that holds clients and addressees."""
    SDD = "datev-sdd"
    """The interface of DATEV's master data service."""


class Proof(StrEnum):
    """What was tried, and worked."""

    CALLS = "calls"
    """The PBX reports calls to us."""
    HASHED_SIGN_IN = "hashed-sign-in"
    """The PBX took the usual form of sign-in."""
    ADDRESS_BOOK = "address-book"
    MASTER_DATA = "master-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is known of the versions in its spans, as long as nothing proves otherwise."""

    id: str
    spans: Mapping[Part, Span]
    """All of them must fit. The first is that of the part which the fact is about."""
    unless: frozenset[Proof]
    warning: bool
    """A pair that does not work together; otherwise a hint."""
    source: str

    @property
    def part(self) -> Part:
        """What it is about."""
        return next(iter(self.spans))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All that is known."""

    newest: Mapping[Part, Version]
    """`10.0` stands for all of its kind, such as 10.0.2.6."""
    facts: tuple[Fact, ...]


EMPTY = Table(newest={}, facts=())
Word = TypeVar("Word", bound=StrEnum)


class BadTable(Exception):
    """The table cannot be used; the text says where and why."""


def known_table() -> Table:
    """The table of this program; an empty one if it is spoiled."""
    try:
        return read_table(shipped())
    except (BadTable, OSError, UnicodeDecodeError) as fault:
        _log.error("what is known of versions cannot be read: %s", fault)
        return EMPTY


def shipped() -> str:
    """The text of the table of this program. Raises OSError and UnicodeDecodeError."""
    return resources.files(PACKAGE).joinpath(FILE).read_text("utf-8")


def read_table(text: str) -> Table:
    """Read a table. Raises BadTable for whatever is not exactly as it should be."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BadTable(str(fault)) from fault
    _only(found, ("newest", "fact"), "the table")
    newest = [_newest(entry) for entry in _entries(found, "newest")]
    facts = [_fact(entry) for entry in _entries(found, "fact")]
    if len(dict(newest)) < len(newest):
        raise BadTable("newest: a part is there twice")
    if len({fact.id for fact in facts}) < len(facts):
        raise BadTable("fact: an id is there twice")
    return Table(newest=dict(newest), facts=tuple(facts))


def _newest(entry: Mapping[str, object]) -> tuple[Part, Version]:
    _only(entry, ("part", "version", "source"), "newest")
    text = _text(entry, "version", "newest")
    version = Version.read(text)
    if version is None or version.text != text:
        raise BadTable(f"newest: no version: {text!r}")
    _text(entry, "source", "newest")
    return _one_of(Part, _text(entry, "part", "newest"), "newest"), version


def _fact(entry: Mapping[str, object]) -> Fact:
    about = _text(entry, "id", "fact")
    parts = [name for name in entry if name in set(Part)]
    _only(entry, ("id", "unless", "warning", "source", *Part), about)
    if not parts:
        raise BadTable(f"{about}: it is about no part")
    spans = {Part(name): _span(_text(entry, name, about), about) for name in parts}
    unless = entry.get("unless", [])
    if not isinstance(unless, list) or not all(isinstance(one, str) for one in unless):
        raise BadTable(f"{about}: unless is no list of proofs")
    warning = entry.get("warning", False)
    if not isinstance(warning, bool):
        raise BadTable(f"{about}: warning is neither true nor false")
    return Fact(
        id=about,
        spans=spans,
        unless=frozenset(_one_of(Proof, one, about) for one in unless),
        warning=warning,
        source=_text(entry, "source", about),
    )


def _entries(found: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    entries = found.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise BadTable(f"{name} is no list of tables")
    return entries


def _only(entry: Mapping[str, object], names: Iterable[str], where: str) -> None:
    unknown = sorted(set(entry) - {str(name) for name in names})
    if unknown:
        raise BadTable(f"{where}: nobody reads {', '.join(unknown)}")


def _text(entry: Mapping[str, object], name: str, where: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadTable(f"{where}: {name} is missing, or no text")
    return value.strip()


def _span(text: str, where: str) -> Span:
    try:
        return Span.read(text)
    except ValueError as fault:
        raise BadTable(f"{where}: {fault}") from fault


def _one_of(kind: type[Word], value: str, where: str) -> Word:
    try:
        return kind(value)
    except ValueError as fault:
        raise BadTable(f"{where}: {fault}") from fault
