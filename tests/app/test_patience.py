from __future__ import annotations

from collections.abc import Callable

import pytest

from datev_connector.app.patience import patiently


def refused(times: int) -> tuple[Callable[[], str], list[int]]:
    tries: list[int] = []

    def step() -> str:
        tries.append(len(tries))
        if len(tries) <= times:
            raise PermissionError("in use")
        return "done"

    return step, tries


def test_windows_is_asked_again_while_somebody_has_the_file() -> None:
    step, tries = refused(3)
    assert patiently(step, platform="win32", limit_s=60) == "done"
    assert len(tries) == 4


def test_a_refusal_for_good_is_raised_in_the_end() -> None:
    step, tries = refused(10**9)
    with pytest.raises(PermissionError):
        patiently(step, platform="win32", limit_s=0.05)
    assert len(tries) > 1


def test_elsewhere_a_refusal_is_one_at_once() -> None:
    step, tries = refused(1)
    with pytest.raises(PermissionError):
        patiently(step, platform="linux")
    assert len(tries) == 1


def test_other_faults_are_not_repeated() -> None:
    tries: list[int] = []

    def step() -> None:
        tries.append(1)
        raise FileNotFoundError

    with pytest.raises(FileNotFoundError):
        patiently(step, platform="win32", limit_s=60)
    assert len(tries) == 1
