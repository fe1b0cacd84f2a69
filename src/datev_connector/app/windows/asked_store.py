"""Asks the store on the thread of the core, and says what is wrong in words for a person."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from datev_connector.desktop.ports import Refused
from datev_connector.store import StoreError

Answer = TypeVar("Answer")


class Worker(Protocol):
    """The thread to which the store belongs."""

    def do(self, work: Callable[[], Answer]) -> Future[Answer]:
        """Run `work` there; the future holds what it returned or raised."""


def asked(worker: Worker, work: Callable[[], Answer]) -> Future[Answer]:
    """Run `work`, which asks the store; a `StoreError` becomes `Refused`."""

    def telling() -> Answer:
        try:
            return work()
        except StoreError as fault:
            raise Refused(fault.what, fault.remedy) from fault

    return worker.do(telling)
