"""What the PBX is asked to do for the desk: each request a task, its answer an input of its own.

An answer always comes, at the latest as a failure when its time is up.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from datev_connector.domain import inputs
from datev_connector.domain.effects import TellUser
from datev_connector.domain.telephony import PlaceRefused
from datev_connector.domain.wording import worded

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from datev_connector.domain.calls import Call
    from datev_connector.domain.effects import HangUp, PlaceCall
    from datev_connector.domain.inputs import Input
    from datev_connector.engine.ports import Pbx

_log = logging.getLogger(__name__)

PBX_ANSWER_S = 15.0
"""Longest wait for the PBX to take or end a call."""
OUTCOME_S = 6.0
"""Longest wait for the call list: so long a missed call is not told as missed."""


class PbxRequests:
    """The requests under way. Call it on the loop only."""

    def __init__(
        self,
        now: Callable[[], datetime],
        feed: Callable[[Input], None],
        tell: Callable[[TellUser, datetime], None],
    ) -> None:
        """`feed` takes the answers; `tell` what only the user is to hear."""
        self._now = now
        self._feed = feed
        self._tell = tell
        self._pbx: Pbx | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, pbx: Pbx) -> None:
        """Ask this PBX from now on."""
        self._pbx = pbx

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def place(self, wanted: PlaceCall) -> None:
        """Dial; answered by `DialAccepted` or `DialRefused`."""
        self._start(self._place(wanted), f"place {wanted.call}")

    def hang_up(self, wanted: HangUp) -> None:
        """End a call; the user is told if that was not possible."""
        self._start(self._hang_up(wanted), f"hang up {wanted.call}")

    def ask_outcome(self, call: Call) -> None:
        """Ask what became of a call; answered by `OutcomeLearned`."""
        self._start(self._ask_outcome(call), f"outcome {call.call}")

    def look_again(self) -> None:
        """Have the PBX looked at now, if there is one."""
        if self._pbx is not None:
            self._pbx.look_again()

    async def _place(self, wanted: PlaceCall) -> None:
        try:
            async with asyncio.timeout(PBX_ANSWER_S):
                placed = await self._at_pbx().place_call(wanted.number, wanted.pbx_call)
        except PlaceRefused as refusal:
            self._refused(wanted.call, str(refusal))
        except TimeoutError:
            self._refused(wanted.call, worded("the phone system did not answer in time"))
        except Exception:  # noqa: BLE001 - the border of a task: the desk waits for an answer
            _log.exception("placing a call failed")
            self._refused(
                wanted.call, worded("something went wrong inside the connector; see the log")
            )
        else:
            self._feed(inputs.DialAccepted(at=self._now(), call=wanted.call, pbx_call=placed))

    def _refused(self, call: str, reason: str) -> None:
        self._feed(inputs.DialRefused(at=self._now(), call=call, reason=reason))

    async def _hang_up(self, wanted: HangUp) -> None:
        done = False
        try:
            async with asyncio.timeout(PBX_ANSWER_S):
                done = await self._at_pbx().hang_up(wanted.pbx_call)
        except TimeoutError:
            pass
        except Exception:  # noqa: BLE001 - the border of a task: the user waits for a word
            _log.exception("hanging up failed")
        if not done:
            text = worded("The phone system did not hang up; end the call on the telephone.")
            self._tell(TellUser(text, wanted.call), self._now())

    async def _ask_outcome(self, call: Call) -> None:
        outcome = None
        try:
            async with asyncio.timeout(OUTCOME_S):
                outcome = await self._at_pbx().outcome(call)
        except TimeoutError:
            pass
        except Exception:  # noqa: BLE001 - the border of a task: the desk waits for an answer
            _log.exception("asking for the outcome of a call failed")
        self._feed(inputs.OutcomeLearned(at=self._now(), call=call.call, outcome=outcome))

    def _at_pbx(self) -> Pbx:
        if self._pbx is None:
            msg = "the engine does not run"
            raise RuntimeError(msg)
        return self._pbx

    def _start(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
