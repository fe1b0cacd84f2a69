"""What a case must show: words of the diagnosis, a test of ours, or the manuals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from datev_connector.app.diagnosis import Step
from datev_connector.domain.legs import LegState, Mender
from tests.app.diagnosis.office import FaultyOffice
from tests.app.diagnosis_desk import Findings

Fault: TypeAlias = Callable[[FaultyOffice], Awaitable[Findings]]


@dataclass(frozen=True, slots=True)
class Says:
    """What the examination says at a step, and who mends it; the words in both languages."""

    step: Step
    state: LegState
    mender: Mender
    english: str
    german: str


@dataclass(frozen=True, slots=True)
class Examined:
    """A fault that is made, and what comes of it."""

    fault: Fault
    says: tuple[Says, ...]


@dataclass(frozen=True, slots=True)
class Proven:
    """Tests of ours that prove that we do not behave so."""

    tests: tuple[str, ...]
    """As `tests/room/test_file.py::test_name`."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What both manuals say of it."""

    english: str
    german: str


Case: TypeAlias = Examined | Proven | Explained


def at(file: str, name: str) -> str:
    """A test by its file."""
    return f"{file}::{name}"


def says(step: Step, mender: Mender, english: str, german: str) -> Says:
    """It does not work."""
    return Says(step, LegState.DOWN, mender, english, german)


def remarks(step: Step, mender: Mender, english: str, german: str) -> Says:
    """It works, but not as it should."""
    return Says(step, LegState.DEGRADED, mender, english, german)


def mentions(step: Step, english: str, german: str) -> Says:
    """Nothing is broken, and something is said all the same."""
    return Says(step, LegState.UP, Mender.NOBODY, english, german)
