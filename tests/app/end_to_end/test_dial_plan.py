"""An office behind an exchange prefix, as callers and dialled numbers show it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.app.end_to_end.office import Office, at_work

pytestmark = pytest.mark.asyncio(loop_scope="module")

RULES: dict[str, dict[str, Any]] = {
    "calls": {"transfer_automatically": True},
    "dial_plan": {"area_code": "721", "exchange_prefix": "0", "internal_digits": 3},
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory, people: Path) -> AsyncIterator[Office]:
    profile = tmp_path_factory.mktemp("plan") / "profile"
    async with at_work(profile, RULES, people=people) as working:
        yield working


@pytest.mark.parametrize("number", ["0072112345", "004972112345", "0004972112345", "+4972112345"])
async def test_a_caller_is_known_with_and_without_the_prefix(office: Office, number: str) -> None:
    call = await office.rings(number)
    assert call.told["number"] == "+4972112345"
    assert call.told["match"]["contact"] == "D-ada"
    await call.over()
    office.sound()


@pytest.mark.parametrize(
    ("given", "dialled"),
    [
        ("0721 40 40 41", {"00721404041", "00049721404041"}),
        ("+49 (0)721 404042", {"00721404042", "00049721404042"}),
        ("+43 1 5055", {"00043 15055".replace(" ", "")}),
        ("404043", {"0404043", "00721404043", "00049721404043"}),
        ("24", {"24"}),
    ],
)
async def test_what_is_dialled_gets_the_prefix_unless_it_is_internal(
    office: Office, given: str, dialled: set[str]
) -> None:
    office.connector.command("dial", number=given)
    told = await office.connector.event("dial", number=given)
    assert "refused" not in told
    at_pbx = await office.starface.pbx.dialled()
    assert at_pbx.called.number in dialled
    at_pbx.lift()
    at_pbx.ring()
    call = await office.connector.event("call", pbx_call=at_pbx.call_id)
    assert call["call"] == told["call"]
    assert call["internal"] is (given == "24")
    at_pbx.hangup()
    await office.connector.event("call", call=told["call"], state="ended")
    office.sound()


async def test_four_digits_are_no_longer_internal(office: Office) -> None:
    call = await office.rings("1234")
    assert call.told["internal"] is False
    await call.over()
