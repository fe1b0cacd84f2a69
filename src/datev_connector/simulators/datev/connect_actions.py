"""Actions on DATEVconnect: its faults, its clock, its manners, its account."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from datev_connector.simulators.datev.action import Action, BadAction
from datev_connector.simulators.datev.rest_bad_answers import Fault
from datev_connector.simulators.datev.rest_blemishes import SOME_FIELD, Blemish
from datev_connector.simulators.datev.rest_faults import ANY, Refusal
from datev_connector.simulators.datev.rest_manners import RestManners
from datev_connector.simulators.datev.simulator import DatevSimulator

SMALLEST_FAILURE = 400
LARGEST_FAILURE = 599


@dataclass(frozen=True, slots=True)
class ConnectAway(Action):
    """DATEVconnect ends."""

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Go away."""
        await datev.connect.go_away()
        return ["DATEVconnect is gone"]


@dataclass(frozen=True, slots=True)
class ConnectBack(Action):
    """DATEVconnect is there again."""

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Come back."""
        await datev.connect.come_back()
        return ["DATEVconnect serves again"]


@dataclass(frozen=True, slots=True)
class ConnectHtml(Action):
    """DATEVconnect answers with a web page."""

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Begin to answer so."""
        datev.connect.faults.html = True
        return []


@dataclass(frozen=True, slots=True)
class ConnectCut(Action):
    """The next lists stop after half of their entries."""

    times: int = 1

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Set the trap."""
        datev.connect.faults.cut_lists = self.times
        return []


@dataclass(frozen=True, slots=True)
class ConnectRights(Action):
    """The user loses the right; empty: without a body."""

    empty: bool = False

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Withdraw it."""
        datev.connect.faults.refusal = Refusal.EMPTY if self.empty else Refusal.WITH_CODE
        return []


@dataclass(frozen=True, slots=True)
class ConnectFail(Action):
    """Every answer of DATEVconnect has this status."""

    status: int = 503

    def __post_init__(self) -> None:
        if not SMALLEST_FAILURE <= self.status <= LARGEST_FAILURE:
            raise BadAction(f"'status' is {SMALLEST_FAILURE} to {LARGEST_FAILURE}")

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Begin to fail."""
        datev.connect.faults.failure = self.status
        return []


@dataclass(frozen=True, slots=True)
class ConnectFault(Action):
    """Give certain requests (list, single, a path) a bad answer; times 0: until mended."""

    kind: str
    on: str = ANY
    skip: int = 0
    times: int = 1
    status: int = 503

    def __post_init__(self) -> None:
        if self.kind not in set(Fault):
            raise BadAction(f"'kind' cannot be {self.kind!r}; there is {', '.join(Fault)}")
        if min(self.skip, self.times) < 0:
            raise BadAction("'skip' and 'times' are 0 or more")

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Set the trap."""
        faults = datev.connect.faults
        faults.play(Fault(self.kind), self.on, skip=self.skip, times=self.times, status=self.status)
        return []


@dataclass(frozen=True, slots=True)
class ConnectSpoil(Action):
    """Spoil a field (? any one, * all) of one entry, or of about one in so many."""

    blemish: str
    field: str = SOME_FIELD
    one_in: int = 1
    guid: str = ""

    def __post_init__(self) -> None:
        if self.blemish not in set(Blemish):
            raise BadAction(f"'blemish' cannot be {self.blemish!r}; there is {', '.join(Blemish)}")
        if self.one_in < 1:
            raise BadAction("'one_in' is 1 or more")

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Spoil them."""
        ids = [self.guid] if self.guid else []
        datev.connect.faults.spoil(Blemish(self.blemish), self.field, ids=ids, one_in=self.one_in)
        return []


@dataclass(frozen=True, slots=True)
class ConnectRelease(Action):
    """Give the answers that the fault 'slow' holds back."""

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Release them."""
        datev.connect.faults.release()
        return []


@dataclass(frozen=True, slots=True)
class ConnectClock(Action):
    """Set DATEVconnect's clock: an ISO time with zone, or seconds to jump (-3600: an hour back)."""

    to: str

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Set it and show what it says now."""
        clock = datev.connect.clock
        moment = _moment(self.to)
        if isinstance(moment, datetime):
            clock.set(moment)
        else:
            clock.jump(moment)
        return [f"DATEVconnect's clock says {clock.now().isoformat(timespec='seconds')}"]

    def __post_init__(self) -> None:
        _moment(self.to)


@dataclass(frozen=True, slots=True)
class ConnectManner(Action):
    """Set one of the manners of DATEVconnect: yes, no, or a number (0: none) for the log."""

    name: str
    value: str

    def __post_init__(self) -> None:
        _manner(self.name, self.value)

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Set it."""
        manner = _manner(self.name, self.value)
        datev.connect.manners = replace(datev.connect.manners, **{self.name: manner})
        return []


def _moment(text: str) -> datetime | float:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadAction(f"'to' cannot be {text!r}; it is a time or seconds") from error
    if moment.tzinfo is None:
        raise BadAction(f"'to' cannot be {text!r}; the time lacks a zone")
    return moment


def _manner(name: str, value: str) -> Any:
    known = [field.name for field in fields(RestManners)]
    if name not in known:
        raise BadAction(f"'name' cannot be {name!r}; there is {', '.join(known)}")
    if name == "deletion_log_limit" and value.isdecimal():
        return int(value) or None
    if name == "deletion_log_limit" or value not in {"yes", "no"}:
        raise BadAction(f"'value' of {name} cannot be {value!r}")
    return value == "yes"


@dataclass(frozen=True, slots=True)
class ConnectPassword(Action):
    """Change the password of DATEVconnect's user."""

    password: str

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Change it."""
        datev.connect.change_password(self.password)
        return []


@dataclass(frozen=True, slots=True)
class ConnectUnlock(Action):
    """Open the account that wrong passwords have closed."""

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Open it."""
        datev.connect.unlock()
        return []


@dataclass(frozen=True, slots=True)
class ConnectMend(Action):
    """End every fault of DATEVconnect."""

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Clear them."""
        datev.connect.faults.clear()
        return ["DATEVconnect is in order"]
