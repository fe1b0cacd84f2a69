"""One probe after another, each with its time, whatever the others do."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from datev_connector.app.diagnosis import PROGRAM, Finding, Step
from datev_connector.app.diagnosis.aside import aside
from datev_connector.app.diagnosis.finding import Observation, well
from datev_connector.app.diagnosis.probing import Ask, Probe, run_probes
from datev_connector.domain.legs import LegState, Mender
from datev_connector.domain.wording import Worded, worded


def probe(step: Step, ask: Ask, *needs: Step, limit_s: float = 10.0) -> Probe:
    return Probe(leg=PROGRAM, step=step, ask=ask, needs=needs, limit_s=limit_s)


def saying(state: LegState) -> Ask:
    async def ask() -> Observation:
        return Observation(state=state, tried="to ask", found="an answer")

    return ask


async def nothing() -> None:
    return None


async def hanging() -> None:
    await asyncio.Event().wait()


async def failing() -> None:
    raise KeyError("Ada Byron")


async def steps(*probes: Probe) -> list[Step]:
    return [finding.step async for finding in run_probes(probes)]


async def test_a_probe_that_hangs_is_reported_and_the_next_one_asked() -> None:
    found: list[Finding] = [
        finding
        async for finding in run_probes(
            [
                probe(Step.NAME, hanging, limit_s=0.05),
                probe(Step.CLOCK, saying(LegState.UP)),
            ]
        )
    ]
    assert [finding.step for finding in found] == [Step.NAME, Step.CLOCK]
    assert found[0].state is LegState.DOWN
    assert "hangs" in found[0].meaning
    assert found[0].duration_s > 0


async def test_a_probe_that_fails_itself_is_reported_and_the_next_one_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    probes = [probe(Step.NAME, failing), probe(Step.CLOCK, saying(LegState.UP))]
    failed, following = [finding async for finding in run_probes(probes)]
    assert (failed.state, failed.mender) == (LegState.DOWN, Mender.VENDOR)
    assert failed.found == "KeyError"
    assert "Ada" not in str(failed.as_json())
    assert "inside the connector" in failed.meaning
    assert following.step is Step.CLOCK
    assert "KeyError" in caplog.text


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        (LegState.UP, [Step.NAME, Step.TCP, Step.LINK]),
        (LegState.DEGRADED, [Step.NAME, Step.TCP, Step.LINK]),
        (LegState.DOWN, [Step.NAME, Step.LINK]),
    ],
)
async def test_what_rests_on_a_broken_step_is_left_out(state: LegState, asked: list[Step]) -> None:
    up = saying(LegState.UP)
    probes = (
        probe(Step.NAME, saying(state)),
        probe(Step.TCP, up, Step.NAME),
        probe(Step.LINK, up),
    )
    assert await steps(*probes) == asked


async def test_what_rests_on_a_step_that_had_nothing_to_ask_is_left_out() -> None:
    up = saying(LegState.UP)
    assert await steps(probe(Step.NAME, nothing), probe(Step.TCP, up, Step.NAME)) == []


async def test_nothing_is_asked_before_the_finding_before_it_was_given() -> None:
    asked: list[Step] = []

    def noting(step: Step) -> Ask:
        async def ask() -> Observation:
            asked.append(step)
            return well("to ask", "an answer")

        return ask

    run = run_probes([probe(step, noting(step)) for step in (Step.NAME, Step.TCP)])
    await anext(run)
    assert asked == [Step.NAME]
    await run.aclose()


async def test_the_home_folder_does_not_tell_whose_it_is() -> None:
    async def ask() -> Observation:
        return well("to read", str(Path.home() / "store.db"))

    (finding,) = [finding async for finding in run_probes([probe(Step.OPEN, ask)])]
    assert finding.found == str(Path("~") / "store.db")


async def test_a_text_without_the_home_folder_can_still_be_told() -> None:
    async def ask() -> Observation:
        return well("to read", worded("in {place}", place=worded("{file}", file=str(Path.home()))))

    (finding,) = [finding async for finding in run_probes([probe(Step.OPEN, ask)])]
    assert finding.found == "in ~"
    assert isinstance(finding.found, Worded)


async def test_a_home_folder_that_is_no_text_is_not_told_either() -> None:
    async def ask() -> Observation:
        return well("to read", worded("in {place}", place=Path.home()))

    (finding,) = [finding async for finding in run_probes([probe(Step.OPEN, ask)])]
    assert finding.found == "in ~"


async def test_blocking_work_is_left_behind_when_its_time_is_over() -> None:
    released, begun, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        released.wait(30)
        ended.set()

    async def ask() -> None:
        await aside(work)

    (finding,) = [finding async for finding in run_probes([probe(Step.OPEN, ask, limit_s=0.05)])]
    assert finding.state is LegState.DOWN
    assert begun.is_set()
    assert not ended.is_set()
    released.set()
    assert ended.wait(10)


async def test_what_blocking_work_raises_reaches_the_one_who_waits() -> None:
    def work() -> None:
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        await aside(work)
