"""Runs probes one after another, each with a time limit of its own.

A probe that rests on a step which did not succeed is left out: the broken step says it all. A probe
that does not come back, or fails itself, is a finding as well, and the next one has its turn.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from datev_connector.app.diagnosis.finding import Finding, Observation, Step
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.wording import respelt, worded

LIMIT_S = 10.0

_log = logging.getLogger(__name__)

Ask: TypeAlias = Callable[[], Awaitable[Observation | None]]
"""A question; None: there is nothing to ask here, for want of a setting or an earlier answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One question to one leg."""

    leg: Leg | str
    step: Step
    ask: Ask
    needs: tuple[Step, ...] = ()
    """Steps without which asking makes no sense."""
    limit_s: float = LIMIT_S


async def run_probes(probes: Iterable[Probe]) -> AsyncGenerator[Finding, None]:
    """Give each finding as soon as it is there."""
    done: set[Step] = set()
    clock = asyncio.get_running_loop().time
    for probe in probes:
        if not done.issuperset(probe.needs):
            continue
        begun_s = clock()
        observation = await _answer(probe)
        if observation is None:
            continue
        if observation.state is not LegState.DOWN:
            done.add(probe.step)
        yield _finding(probe, observation, clock() - begun_s)


async def _answer(probe: Probe) -> Observation | None:
    try:
        async with asyncio.timeout(probe.limit_s):
            return await probe.ask()
    except TimeoutError:
        return Observation(
            state=LegState.DOWN,
            tried=worded("wait for an answer, at most {seconds:g} seconds", seconds=probe.limit_s),
            found=worded("nothing"),
            meaning=worded(
                "This hangs: it was given up after {seconds:g} seconds.", seconds=probe.limit_s
            ),
            mender=Mender.USER,
            remedy=worded(
                "Try again; if it hangs again, what stands before it here is the cause, "
                "or this computer is overloaded."
            ),
        )
    except Exception as fault:  # noqa: BLE001 - the border of a step: the others are taken all the same
        _log.exception("the step %s of the examination failed", probe.step)
        return Observation(
            state=LegState.DOWN,
            tried=worded("take this step of the examination"),
            found=type(fault).__name__,
            meaning=worded("Something went wrong inside the connector."),
            mender=Mender.VENDOR,
            remedy=worded("Send the log to the vendor."),
        )


def _finding(probe: Probe, seen: Observation, duration_s: float) -> Finding:
    return Finding(
        leg=probe.leg,
        step=probe.step,
        state=seen.state,
        tried=_homeless(seen.tried),
        found=_homeless(seen.found),
        meaning=_homeless(seen.meaning),
        mender=seen.mender,
        remedy=_homeless(seen.remedy),
        duration_s=duration_s,
    )


def _homeless(text: str) -> str:
    """The text without the path of the home folder, which names its owner."""
    home = str(Path.home())
    told = respelt(text, lambda part: part.replace(home, "~"))
    return told if home not in told else str.replace(told, home, "~")
