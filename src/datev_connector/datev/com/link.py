"""The COM link: DATEV's telephony as the engine sees it, on Windows.

All COM is spoken in an apartment, a thread of its own; here is what the engine waits for, in the
event loop. Notifications go out one after another, each at most once: confirmed, refused, away
(DATEV took nothing), unclear (nobody knows) or overdue. The apartment cancels what DATEV does not
answer in time; but what DATEV has begun to read it may take, so the end of that is waited for, and
told to the desk when it comes. The engine goes on meanwhile; DATEV counts as hanging, and nothing
more is sent. If the call never comes back, another apartment takes over.

A DATEV that hangs has not gone: what it follows it follows still when it goes on, unless another
DATEV has come in its place.

There is no handshake in this interface: DATEV is there when it is in the Running Object Table.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from typing import Protocol, TypeVar

from datev_connector.datev.com import standings
from datev_connector.datev.com.attempt import Attempt
from datev_connector.datev.com.desk_window import DeskWindow
from datev_connector.datev.com.hresults import BUSY, delivery, spelt
from datev_connector.datev.com.overdue import OverdueDesk
from datev_connector.datev.com.seen import Seen, Sent
from datev_connector.datev.com.standings import Standing
from datev_connector.datev.com.times import ComTimes
from datev_connector.datev.presence import PresenceReporter
from datev_connector.domain.inputs import DatevAnsweredLate, Input
from datev_connector.domain.legs import LegState
from datev_connector.domain.record import CallRecord, Delivery, DialAnswer, DialWish, Method

log = logging.getLogger(__name__)

_T = TypeVar("_T")


class Apartment(Protocol):
    """The thread that speaks COM; futures end with what it found, or with what went wrong."""

    def look(self, *, deep: bool) -> Future[Seen]:
        """Look round; register if that has not been done."""

    def send(self, method: Method, record: CallRecord, attempt: Attempt) -> Future[Sent]:
        """Tell DATEV, unless `attempt` is given up before that begins."""

    def leave(self) -> Future[None]:
        """Revoke the registration and end."""

    def abandon(self) -> tuple[int, ...]:
        """Give it up; return the handles of registrations that it leaves behind."""


Opening = Callable[[DeskWindow, tuple[int, ...]], Apartment]
"""Opens an apartment for this window; the handles are those that others left behind."""


class ComLink:
    """DATEV's telephony as the engine sees it: `run` keeps us registered, `notify` tells of calls.

    `on_dial` and `on_drop` are called in the event loop and must answer at once. `local_zone` is
    the office's, None this machine's.
    """

    def __init__(
        self,
        *,
        emit: Callable[[Input], None],
        on_dial: Callable[[DialWish], DialAnswer],
        on_drop: Callable[[str], None],
        now: Callable[[], datetime],
        local_zone: tzinfo | None,
        times: ComTimes | None = None,
        opening: Opening | None = None,
    ) -> None:
        """`opening` None is COM itself, which only Windows has."""
        self._times = times or ComTimes()
        self._emit = emit
        self._now = now
        self._presence = PresenceReporter(emit, now)
        self._on_dial = on_dial
        self._on_drop = on_drop
        self._open = opening or _com(self._times, now, local_zone)
        self._apartment: Apartment | None = None
        self._turn = asyncio.Lock()
        self._look_again = asyncio.Event()
        self._overdue = OverdueDesk()
        self._datev_answers = False
        self._identity = b""
        """Which DATEV answered last."""
        self._trouble: Standing | None = None
        self._seen = Seen(datev=0)
        self._warned = False
        self._told: Standing | None = None

    async def run(self) -> None:
        """Be registered and look for DATEV until cancelled."""
        window = DeskWindow(
            asyncio.get_running_loop(), on_dial=self._on_dial, on_drop=self._on_drop
        )
        self._apartment = self._open(window, ())
        try:
            while True:
                await self._look(window)
                await self._rest()
        finally:
            await self._leave()

    async def notify(self, method: Method, record: CallRecord) -> tuple[Delivery, int]:
        """Send one notification when those before it are done; tell what became of it.

        The second value is the last HRESULT of DATEV or COM, signed, or 0 if there was none.
        """
        async with self._turn:
            result = await self._send(method, record)
            for pause_s in self._times.busy_pauses_s:
                if result[1] not in BUSY:
                    break
                await asyncio.sleep(pause_s)
                result = await self._send(method, record)
            return result

    # --- looking ----------------------------------------------------------------------------------

    async def _look(self, window: DeskWindow) -> None:
        if self._overdue.present is not None:
            self._tell(standings.HANGS)
            self._replace_apartment(window)
            return
        async with self._turn:
            apartment = self._apartment
            if apartment is None or self._overdue.present is not None:
                return
            seen = await self._answer(
                apartment.look(deep=not self._datev_answers), _patience(self._times.look_s)
            )
            if seen is not None:
                self._take(seen)
            else:
                self._hang()

    def _take(self, seen: Seen) -> None:
        self._seen = seen
        self._datev_answers = seen.datev >= 0
        if seen.datev < 0:
            self._trouble = None
            self._tell(standings.standing_of(seen))
            return
        if self._told == standings.HANGS and not self._is_the_same(seen):
            self._tell(standings.ENDED)
        self._identity = seen.identity or self._identity
        if self._trouble is not None and _heals_by_itself(self._trouble):
            self._trouble = None
        self._tell_standing()

    def _is_the_same(self, seen: Seen) -> bool:
        """Tell whether it is surely the DATEV that answered before."""
        return bool(seen.identity) and seen.identity == self._identity

    def _tell_standing(self) -> None:
        """DATEV is there; what is the matter beside that."""
        seen = self._seen
        self._warn_of_others(seen)
        self._tell(self._trouble or standings.standing_of(seen))

    def _warn_of_others(self, seen: Seen) -> None:
        if seen.others and not self._warned:
            name = seen.competitor or "unknown"
            log.warning("another telephony program is registered for DATEV: %s", name)
        self._warned = bool(seen.others)

    def _tell(self, told: Standing) -> None:
        self._told = told
        self._presence.say(
            told.state, told.reason, mender=told.mender, remedy=told.remedy, pauses=told.pauses
        )

    async def _rest(self) -> None:
        settled = self._told is not None and self._told.state is LegState.UP
        pause_s = self._times.there_s if settled else self._times.away_s
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._look_again.wait()
        self._look_again.clear()

    # --- telling ----------------------------------------------------------------------------------

    async def _send(self, method: Method, record: CallRecord) -> tuple[Delivery, int]:
        apartment = self._apartment
        if apartment is None or self._overdue.present is not None:
            return Delivery.AWAY, 0
        attempt = Attempt()
        try:
            sent = await self._answer(
                apartment.send(method, record, attempt), _patience(self._times.answer_s)
            )
        except asyncio.CancelledError:
            attempt.give_up()
            raise
        if sent is None:
            away = attempt.give_up()
            log.warning("DATEV did not answer %s in time", method)
            self._hang()
            return (Delivery.AWAY if away else self._to_be_late(method, record.call_id)), 0
        self._judge(sent, method)
        return delivery(sent.hresult, left=sent.left), sent.hresult

    def _to_be_late(self, method: Method, call_id: str) -> Delivery:
        """The answer may still come; unless the apartment has stumbled, and there will be none."""
        overdue = self._overdue.present
        if overdue is None:
            return Delivery.UNCLEAR
        overdue.call_id = call_id
        overdue.answer.add_done_callback(partial(self._came_late, self._apartment, method, call_id))
        return Delivery.OVERDUE

    def _came_late(
        self,
        apartment: Apartment | None,
        method: Method,
        call_id: str,
        answer: asyncio.Future[Sent],
    ) -> None:
        """What became of a notification that was overdue; the desk hears it before DATEV is up."""
        if self._apartment is None:
            return
        if answer.cancelled() or answer.exception() is not None:
            self._tell_late(call_id, Delivery.UNCLEAR, 0)
            return
        sent = answer.result()
        log.info("%s ended late (%s)", method, spelt(sent.hresult))
        self._tell_late(call_id, delivery(sent.hresult, left=sent.left), sent.hresult)
        if sent.hresult >= 0 or apartment is self._apartment:
            self._judge(sent, method)
        self._look_again.set()

    def _tell_late(self, call_id: str, became: Delivery, hresult: int) -> None:
        self._emit(
            DatevAnsweredLate(at=self._now(), call_id=call_id, delivery=became, hresult=hresult)
        )

    def _judge(self, sent: Sent, method: Method) -> None:
        """What the end of a notification says of DATEV."""
        if sent.hresult >= 0:
            self._trouble, self._datev_answers = None, True
            self._seen = replace(self._seen, datev=0)
            self._tell_standing()
            return
        log.warning("%s ended with %s", method, spelt(sent.hresult))
        told = standings.standing(sent.hresult)
        if told.state is LegState.DOWN:
            self._datev_answers = False
            self._tell(told)
            self._look_again.set()
        else:
            self._trouble = told
            self._tell_standing()

    # --- the apartment ----------------------------------------------------------------------------

    async def _answer(self, future: Future[_T], limit_s: float) -> _T | None:
        """What the apartment says; None if it does not in time, or stumbled over itself."""
        answer = asyncio.wrap_future(future)
        try:
            async with asyncio.timeout(limit_s):
                return await asyncio.shield(answer)
        except TimeoutError:
            if answer.done():
                return answer.result()
            self._overdue.note(answer, asyncio.get_running_loop().time())
        except Exception:  # the border of another thread: the engine must get an answer
            log.exception("speaking to DATEV failed")
        return None

    def _hang(self) -> None:
        self._datev_answers = False
        self._tell(standings.HANGS)
        self._look_again.set()

    def _replace_apartment(self, window: DeskWindow) -> None:
        overdue = self._overdue.present
        if overdue is None or self._apartment is None or not self._overdue.may_give_up():
            return
        if asyncio.get_running_loop().time() - overdue.since_s < self._times.recover_s:
            return
        log.error("a call to DATEV does not end; another thread takes over")
        self._overdue.give_up(overdue)
        if overdue.call_id:
            self._tell_late(overdue.call_id, Delivery.UNCLEAR, 0)
        self._apartment = self._open(window, self._apartment.abandon())

    async def _leave(self) -> None:
        apartment, self._apartment = self._apartment, None
        if apartment is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._times.leave_s):
                await asyncio.shield(asyncio.wrap_future(apartment.leave()))


def _patience(limit_s: float) -> float:
    """COM is to give up first: what it says then is more than that the time is up."""
    return limit_s + min(1.0, limit_s)


def _heals_by_itself(trouble: Standing) -> bool:
    """Whether it is over when DATEV answers again; the rest is over when it takes a call."""
    return trouble == standings.BUSY


if sys.platform == "win32":

    def _com(times: ComTimes, now: Callable[[], datetime], zone: tzinfo | None) -> Opening:
        from datev_connector.datev.com.apartment.thread import ApartmentThread

        def opening(window: DeskWindow, left_behind: tuple[int, ...]) -> Apartment:
            return ApartmentThread(window, times=times, now=now, zone=zone, left_behind=left_behind)

        return opening

else:

    def _com(times: ComTimes, now: Callable[[], datetime], zone: tzinfo | None) -> Opening:
        del times, now, zone
        raise RuntimeError("COM exists on Windows only")
