"""How a DATEV reads the object that it is given, as nobody outside DATEV knows for certain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class By(StrEnum):
    """What a property is asked for by."""

    NAME = "name"
    CAPITALS = "capitals"  # the name in capitals, which automation does not tell apart
    NUMBER = "number"


class Through(StrEnum):
    """Which interface of the object is used."""

    DISPATCH = "dispatch"
    DATA = "data"


class When(StrEnum):
    """At which moment the object is read."""

    AT_ONCE = "at-once"  # inside the call
    LATE = "late"  # as soon as the call has returned
    BOTH = "both"  # and both must say the same
    HELD = "held"  # inside the call, and once more when it is ordered


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way of reading."""

    by: By = By.NAME
    through: Through = Through.DISPATCH
    when: When = When.AT_ONCE

    @property
    def inside(self) -> bool:
        """Whether the object is read before the call returns."""
        return self.when is not When.LATE

    @property
    def after(self) -> bool:
        """Whether it is read, or kept to be read, when the call has returned."""
        return self.when is not When.AT_ONCE
