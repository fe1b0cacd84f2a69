"""What a test or a person can have the stand-in do: one JSON object a line.

`{"do": "dial", "order": 7, "number": "0721 / 123-0"}`: `do` names the order, `order` is handed back
with the answer, the rest are its parameters. Pure: carrying out is `DatevProcess`'s business.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, get_args, get_origin, get_type_hints

from datev_connector.simulators.datev.rules import ADDRESSEES
from datev_connector.simulators.datev_com.manners import By, Reading, Through, When


class BadOrder(ValueError):
    """The line is no order, or not what it needs."""


class Pose(StrEnum):
    """What stands in the table under DATEV's class."""

    DATEV = "datev"
    STRANGER = "stranger"  # an automation object that knows none of the names
    STONE = "stone"  # an object that is no automation object at all


class Refusal(StrEnum):
    """How the message filter turns calls away."""

    REJECTED = "rejected"
    RETRY_LATER = "retry-later"


class Count(StrEnum):
    """What can be waited for."""

    BUDDIES = "buddies"
    CALLS = "calls"
    ENDED = "ended"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """A user clicks a number.

    sync_id: None makes a new one. values: properties as they are to be instead, None for empty.
    failing: properties that raise when they are read. read_only: no property can be set.
    keep: leave the object reachable after the return, and watch whether it is touched.
    also: more numbers that are clicked at the same time; then each dials from a thread of its own.
    """

    number: str
    name: str = ""
    contact_id: str = ""
    source: str = ADDRESSEES
    sync_id: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)
    read_only: bool = False
    keep: bool = False
    also: list[str] = field(default_factory=list)

    @property
    def absurd(self) -> bool:
        """Whether the object is not one that DATEV would make, and the answer is not judged."""
        return bool(self.values or self.failing or self.read_only)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A user hangs up. `value` None stands for a CallID that is not set."""

    call_id: str | None
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOrder:
    """Read objects this way from now on."""

    by: By = By.NAME
    through: Through = Through.DISPATCH
    when: When = When.AT_ONCE

    @property
    def reading(self) -> Reading:
        """The way of reading."""
        return Reading(by=self.by, through=self.through, when=self.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHeld:
    """Read again what was held, and let it go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAway:
    """Have the message filter turn away the next calls."""

    how: Refusal = Refusal.REJECTED
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Return a failure code from the next notifications; times 0 means until mended."""

    code: int
    times: int = 0
    method: str = ""
    record: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """Stop inside the next notification, without pumping, until mended.

    after: not before it was taken.
    """

    after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Stop now, without pumping, until mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Die:
    """End the process by force: now (0), or in the nth notification before or after taking it."""

    nth: int = 0
    before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GoAway:
    """Leave the table; with `forget` calls going on are lost to DATEV."""

    forget: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ComeBack:
    """Stand in the table again, as what it says."""

    pose: Pose = Pose.DATEV


@dataclass(frozen=True, slots=True, kw_only=True)
class Compete:
    """Put another telephony program into the table; `stop` takes it out again."""

    stop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorGone:
    """The telephony program is known to have ended: its calls may be continued by another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Await:
    """Answer when there are so many."""

    what: Count
    count: int = 1
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """Answer with calls, journal, findings and what stands in the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """Be as a DATEV that was installed anew: in the table, in order, with nothing in its lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """End hanging, freezing and rejecting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quit:
    """End in an orderly way."""


Order = (
    Dial
    | Drop
    | ReadingOrder
    | ReadHeld
    | TurnAway
    | Reject
    | Hang
    | Freeze
    | Die
    | GoAway
    | ComeBack
    | Compete
    | ConnectorGone
    | Await
    | Show
    | Begin
    | Mend
    | Quit
)

ORDERS: Final[dict[str, type[Order]]] = {
    "dial": Dial,
    "drop": Drop,
    "read-by": ReadingOrder,
    "read-held": ReadHeld,
    "turn-away": TurnAway,
    "reject": Reject,
    "hang": Hang,
    "freeze": Freeze,
    "die": Die,
    "go-away": GoAway,
    "come-back": ComeBack,
    "compete": Compete,
    "connector-gone": ConnectorGone,
    "await": Await,
    "show": Show,
    "begin": Begin,
    "mend": Mend,
    "quit": Quit,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """One line that was understood."""

    number: object
    name: str
    order: Order


def read_order(line: str) -> Ordered:
    """Understand one line. Raises BadOrder saying what is wrong with it."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadOrder("the line is no JSON") from error
    if not isinstance(values, dict) or values.get("do") not in ORDERS:
        raise BadOrder(f"'do' must be one of {', '.join(ORDERS)}")
    name = values.pop("do")
    number = values.pop("order", None)
    return Ordered(number=number, name=name, order=_build(ORDERS[name], values))


def _build(kind: type[Order], values: Mapping[str, object]) -> Order:
    known: dict[str, Field[Any]] = {one.name: one for one in fields(kind)}
    for name in values:
        if name not in known:
            raise BadOrder(f"{name!r} is no parameter; there is {', '.join(known) or 'none'}")
    for name, one in known.items():
        needed = one.default is MISSING and one.default_factory is MISSING
        if needed and name not in values:
            raise BadOrder(f"{name!r} is missing")
    types = get_type_hints(kind)
    return kind(**{name: _converted(name, types[name], value) for name, value in values.items()})


def _converted(name: str, kind: Any, value: object) -> Any:
    allowed = get_args(kind) if get_origin(kind) not in {dict, list} else ()
    for one in allowed or (get_origin(kind) or kind,):
        if isinstance(one, type) and issubclass(one, StrEnum):
            return _member(name, one, value)
        if one is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, one) and (one is bool or not isinstance(value, bool)):
            return value
    raise BadOrder(f"{name!r} cannot be {value!r}")


def _member(name: str, kind: type[StrEnum], value: object) -> StrEnum:
    try:
        return kind(str(value))
    except ValueError as error:
        raise BadOrder(f"{name!r} cannot be {value!r}; there is {', '.join(kind)}") from error
