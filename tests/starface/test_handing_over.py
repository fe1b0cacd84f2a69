"""What one connection to the PBX leaves to the next: a refused password, and unread gaps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from datev_connector.domain.legs import LegState
from datev_connector.simulators.starface import StarfaceSimulator
from datev_connector.starface.commands import Recall, Transport
from datev_connector.starface.session_state import SessionState
from datev_connector.starface.trouble import TroubleKind
from tests.starface.dialogue import Dialogue
from tests.starface.pbx_run import running

AUTO = (Transport.HTTPS, Transport.XMPP)


def refused() -> Dialogue:
    """The PBX has just refused the password."""
    dialogue = Dialogue(ways=AUTO)
    dialogue.start()
    dialogue.failed(TroubleKind.SIGN_IN_REFUSED)
    assert dialogue.state == SessionState.REFUSED
    return dialogue


def test_nothing_is_left_of_a_password_that_was_not_refused() -> None:
    dialogue = Dialogue()
    assert dialogue.ladder.refusal(dialogue.now) is None
    dialogue.start()
    assert dialogue.ladder.refusal(dialogue.now) is None
    dialogue.failed(TroubleKind.REFUSED_CONNECTION)
    assert dialogue.ladder.refusal(dialogue.now) is None


@pytest.mark.parametrize("ways", [AUTO, (Transport.XMPP,), (Transport.HTTPS,)])
def test_a_refused_password_is_not_shown_again_by_the_next_connection(
    ways: tuple[Transport, ...],
) -> None:
    before = refused()
    before.passed_s += 100
    refusal = before.ladder.refusal(before.now)
    assert refusal is not None
    after = Dialogue(ways=ways)
    after.ladder.refused_before(refusal)
    assert after.ladder.refusal(after.now) == refusal, "it may be handed on before it is used"

    after.start()
    assert after.prepares == []
    assert after.state == SessionState.REFUSED
    assert after.leg.says_the_same(before.leg)
    deadline_s = after.ladder.deadline_s
    assert deadline_s == after.now.clock_s + refusal.pause_s
    after.passed_s += refusal.pause_s - 1
    after.take(after.ladder.tick(after.now))
    assert after.prepares == []
    after.passed_s += 1
    after.take(after.ladder.tick(after.now))
    assert len(after.prepares) == 1


def test_a_person_may_have_a_refused_password_tried_at_once() -> None:
    before = refused()
    refusal = before.ladder.refusal(before.now)
    assert refusal is not None
    after = Dialogue(ways=AUTO)
    after.ladder.refused_before(refusal)
    after.start()
    after.take(after.ladder.retry_now(after.now))
    assert len(after.prepares) == 1
    assert after.ladder.refusal(after.now) is None


def _gap(since: datetime) -> Recall:
    return Recall(since=since, until=since + timedelta(minutes=5))


def test_the_pauses_of_a_refused_password_go_on_growing() -> None:
    before = refused()
    first = before.ladder.refusal(before.now)
    assert first is not None
    after = Dialogue(ways=AUTO)
    after.ladder.refused_before(first)
    after.start()
    after.passed_s += first.pause_s
    after.take(after.ladder.tick(after.now))
    after.failed(TroubleKind.SIGN_IN_REFUSED)
    second = after.ladder.refusal(after.now)
    assert second is not None
    assert second.pause_s > first.pause_s


async def test_a_gap_whose_reading_was_broken_off_is_left_to_the_next_connection() -> None:
    since = datetime.now(UTC) - timedelta(hours=1)
    async with StarfaceSimulator() as simulator, running(simulator) as run:
        await run.engine.leg(LegState.UP)
        run.pbx._list._recall_pauses_s = (3600.0,)
        run.pbx._runner.unread(_gap(since))
        await run.engine.wait_until(lambda: run.pbx._unread)
        assert run.pbx.standing.watched_until == since
    assert run.pbx.standing.watched_until == since


async def test_a_gap_that_was_read_is_left_to_nobody() -> None:
    since = datetime.now(UTC) - timedelta(hours=1)
    async with StarfaceSimulator() as simulator, running(simulator) as run:
        await run.engine.leg(LegState.UP)
        run.pbx._list._recall_pauses_s = (0.0, 0.0)
        await run.pbx._recall(_gap(since))
        watched_until = run.pbx.standing.watched_until
    assert watched_until is not None
    assert watched_until > since
