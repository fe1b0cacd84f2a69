"""Faults of the DATEVconnect stand-in on demand.

Three kinds: a state that lasts until it is mended (`html`, `refusal`, `failure`, `cut_lists`),
bad answers that are played to certain requests (`play`), and entries that are spoiled in
otherwise proper answers (`spoil`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from datev_connector.simulators.datev.pulse import Pulse
from datev_connector.simulators.datev.rest_bad_answers import Fault, bad_answer
from datev_connector.simulators.datev.rest_blemishes import SOME_FIELD, Blemish, Blemished
from datev_connector.simulators.datev.rest_message import Request, Response

ANY = "*"
LISTS = "list"
SINGLE = "single"
HELD_AT_MOST_S = 3600.0
_LISTED = ("addressees", "clients", "deletion-log")


class Refusal(StrEnum):
    """How a user without the right is turned away."""

    WITH_CODE = "with-code"  # 403 with DCO10400
    EMPTY = "empty"  # 403 without body: refused before DATEV is reached


@dataclass(slots=True, kw_only=True)
class Planned:
    """One bad answer that waits for its requests; `skip` and `times` count down."""

    fault: Fault
    on: str
    skip: int
    times: int | None
    status: int

    def strikes(self, request: Request) -> bool:
        """Whether this request gets it; counts the request."""
        if self.times == 0 or not _meant(self.on, request):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(slots=True)
class RestFaults:
    """What goes wrong at the moment; `clear` mends all.

    html: every answer is a web page with status 200.
    cut_lists: so many of the next lists stop after half of their entries.
    refusal: the user has lost the right.
    failure: every answer has this status, for example 500 or 503.
    """

    html: bool = False
    cut_lists: int = 0
    refusal: Refusal | None = None
    failure: int | None = None
    _planned: list[Planned] = field(default_factory=list, init=False)
    _blemishes: tuple[Blemished, ...] = field(default=(), init=False)
    _pulse: Pulse = field(default_factory=Pulse, init=False)
    _held: int = field(default=0, init=False)
    _released: int = field(default=0, init=False)

    def play(
        self,
        fault: Fault,
        on: str = ANY,
        *,
        skip: int = 0,
        times: int = 1,
        status: int = 503,
    ) -> None:
        """Give this bad answer to the next `times` requests after `skip` others.

        on: `*` for every request, `list`, `single`, or a pattern of the path after `/datev/api/`
        (`master-data/v1/clients*`). times: 0 means until mended. status: for Fault.STATUS.
        Only requests that have signed in count.
        """
        until_mended = times == 0
        self._planned.append(
            Planned(
                fault=fault,
                on=on,
                skip=skip,
                times=None if until_mended else times,
                status=status,
            )
        )

    def spoil(
        self,
        blemish: Blemish,
        field_name: str = SOME_FIELD,
        *,
        ids: Iterable[str] = (),
        one_in: int = 1,
    ) -> None:
        """Spoil entries in lists and single answers until mended; see `rest_blemishes`."""
        each = Blemished(blemish=blemish, field=field_name, ids=frozenset(ids), one_in=one_in)
        self._blemishes = (*self._blemishes, each)

    def clear(self) -> None:
        """All in order again; answers that were held back are given."""
        self.html = False
        self.cut_lists = 0
        self.refusal = None
        self.failure = None
        self._planned.clear()
        self._blemishes = ()
        self.release()

    @property
    def blemishes(self) -> tuple[Blemished, ...]:
        """What entries are spoiled with."""
        return self._blemishes

    @property
    def held(self) -> int:
        """How many requests wait for their answer at the moment (Fault.SILENCE, Fault.SLOW)."""
        return self._held

    def release(self) -> None:
        """Give the answers that Fault.SLOW has held back so far; silence stays silence."""
        self._released += 1
        self._pulse.beat()

    async def until_held(self, count: int = 1, timeout_s: float = 30.0) -> None:
        """Return as soon as `count` requests wait for their answer. Raises TimeoutError."""
        await self._pulse.until(lambda: self._held >= count, timeout_s)

    async def until_released(self, timeout_s: float = 30.0) -> None:
        """Return as soon as no request waits any more. Raises TimeoutError."""
        await self._pulse.until(lambda: not self._held, timeout_s)

    async def hold(self, fault: Fault) -> None:
        """Wait as long as this fault makes a request wait, at most HELD_AT_MOST_S."""
        before = self._released
        self._held += 1
        self._pulse.beat()
        try:
            slow = fault is Fault.SLOW
            await self._pulse.until(lambda: slow and self._released > before, HELD_AT_MOST_S)
        finally:
            self._held -= 1
            self._pulse.beat()

    def cuts_list(self) -> bool:
        """Whether the list about to be sent is one to cut; counts it."""
        if not self.cut_lists:
            return False
        self.cut_lists -= 1
        return True

    def strike(self, request: Request) -> Planned | None:
        """The bad answer that this request gets, if any.

        One that was planned earlier goes first, and later ones do not count that request.
        """
        return next((planned for planned in self._planned if planned.strikes(request)), None)

    def instead(self) -> Response | None:
        """What is sent instead of the proper answer to a user who has signed in."""
        if self.html:
            return bad_answer(Fault.HTML)
        if self.refusal is Refusal.EMPTY:
            return bad_answer(Fault.NO_ENTRY)
        if self.refusal is Refusal.WITH_CODE:
            return bad_answer(Fault.NO_RIGHT)
        if self.failure is not None:
            return bad_answer(Fault.STATUS, self.failure)
        return None


def _meant(on: str, request: Request) -> bool:
    if on == ANY:
        return True
    resource = request.path.removeprefix("/datev/api/")
    if on not in {LISTS, SINGLE}:
        return fnmatchcase(resource, on)
    parts = resource.split("/")
    listed = parts[-1] in _LISTED
    return listed if on == LISTS else not listed and parts[-2:-1] in (["addressees"], ["clients"])
