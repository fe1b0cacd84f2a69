"""What is done with the value that has Windows start the program, and what is said of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.system.autostart import LONGEST, Found, Step, is_off, obstacle, step

OURS = r'"C:\Program Files\DATEV Connector\DatevConnector.exe" run --at-sign-in'
OLD = r"C:\Old\DatevConnector.exe run --at-sign-in"
ON, OFF = bytes([2]) + bytes(11), bytes([3]) + bytes(11)
values = st.none() | st.sampled_from([OURS, OLD, "", 1, b"x"])


@pytest.mark.parametrize(
    ("wanted", "user", "machine", "expected"),
    [
        (True, None, None, Step.WRITE),
        (True, OURS, None, Step.LEAVE),
        (True, OLD, None, Step.WRITE),
        (True, 7, None, Step.WRITE),
        (True, "", None, Step.WRITE),
        (True, None, OURS, Step.LEAVE),
        (True, OURS, OURS, Step.REMOVE),
        (True, None, OLD, Step.WRITE),
        (True, OURS, OLD, Step.LEAVE),
        (True, OURS.upper(), None, Step.LEAVE),
        (True, None, OURS.lower(), Step.LEAVE),
        (False, None, None, Step.LEAVE),
        (False, OURS, None, Step.REMOVE),
        (False, OLD, None, Step.REMOVE),
        (False, None, OURS, Step.LEAVE),
        (False, "", None, Step.REMOVE),
    ],
)
def test_what_is_done(*, wanted: bool, user: object, machine: object, expected: Step) -> None:
    assert step(OURS if wanted else "", Found(user=user, machine=machine)) is expected


@given(wanted=st.booleans(), user=values, machine=values)
def test_a_second_look_finds_nothing_to_do(*, wanted: bool, user: object, machine: object) -> None:
    command = OURS if wanted else ""
    after = {Step.LEAVE: user, Step.WRITE: command, Step.REMOVE: None}
    settled = after[step(command, Found(user=user, machine=machine))]
    assert step(command, Found(user=settled, machine=machine)) is Step.LEAVE
    assert (OURS in {settled, machine}) or not wanted
    assert settled is None or wanted


@pytest.mark.parametrize(
    ("value", "off"),
    [
        (None, False),
        (ON, False),
        (OFF, True),
        (bytes([6]), False),
        (bytes([7]), True),
        (b"", False),
        (3, False),
        ("3", False),
    ],
)
def test_the_switch_of_the_task_manager(value: object, *, off: bool) -> None:
    assert is_off(value) is off


def test_what_keeps_windows_from_starting_it_is_told() -> None:
    assert obstacle(OURS, Found(user=OURS)) == ""
    assert obstacle(OURS, Found(user=OURS, switch=ON)) == ""
    assert "Task Manager" in obstacle(OURS, Found(user=OURS, switch=OFF))
    assert "policy" in obstacle(OURS, Found(user=OURS, no_run_list=True))


def test_the_policy_for_users_does_not_touch_the_entry_of_the_machine() -> None:
    assert obstacle(OURS, Found(machine=OURS, no_run_list=True)) == ""


def test_windows_starts_no_longer_command() -> None:
    assert obstacle("x" * LONGEST, Found()) == ""
    assert "261 characters of 260" in obstacle("x" * (LONGEST + 1), Found())


@given(user=values, machine=values, no_run_list=st.booleans())
def test_nothing_is_amiss_where_no_start_is_wanted(
    user: object, machine: object, *, no_run_list: bool
) -> None:
    found = Found(user=user, machine=machine, switch=OFF, no_run_list=no_run_list)
    assert obstacle("", found) == ""
