"""Objects of ours as COM sees them, called through their tables in this process."""

from __future__ import annotations

import ctypes
import threading
from datetime import UTC, datetime, timedelta

import pytest

from datev_connector.datev.com.apartment import abi, dispatch
from datev_connector.datev.com.apartment.data_object import DataObject
from datev_connector.datev.com.apartment.message_filter import (
    GIVE_UP,
    RETRY_MS,
    MessageFilter,
)
from datev_connector.datev.com.apartment.pump import Pump
from datev_connector.datev.com.apartment.shelf import Shelf
from datev_connector.datev.com.apartment.watch import Watch
from datev_connector.datev.com.fields import values_of
from datev_connector.datev.com.hresults import (
    DISP_E_BADINDEX,
    DISP_E_MEMBERNOTFOUND,
    DISP_E_TYPEMISMATCH,
    DISP_E_UNKNOWNNAME,
    E_NOINTERFACE,
    S_OK,
)
from datev_connector.datev.com.ids import (
    DISPIDS,
    IID_CONTROL,
    IID_DATA,
    IID_DISPATCH,
    IID_MESSAGE_FILTER,
    IID_UNKNOWN,
)
from tests.windows.com_house import record

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
PENDING = ctypes.WINFUNCTYPE(
    ctypes.c_ulong, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong
)


def snapshot() -> DataObject:
    return DataObject(values_of(record(), UTC))


# --- the data object ------------------------------------------------------------------------------


def test_all_interfaces_of_a_snapshot_are_one_pointer_and_each_is_counted() -> None:
    ours = snapshot()
    at = ours.address(IID_DISPATCH)
    for count, interface in enumerate((IID_UNKNOWN, IID_DISPATCH, IID_DATA), 1):
        assert abi.query(at, interface) == (S_OK, at)
        assert ours.references == count
    assert abi.query(at, IID_CONTROL) == (E_NOINTERFACE, 0)
    for _one in range(3):
        abi.release(at)
    assert ours.references == 0


@pytest.mark.parametrize("spelling", [str.lower, str.upper, str.swapcase, str.title])
def test_names_are_known_in_any_case(spelling: object) -> None:
    assert callable(spelling)
    at = snapshot().address(IID_DISPATCH)
    for name, number in DISPIDS.items():
        assert dispatch.member_id(at, spelling(name)) == (S_OK, number)


@pytest.mark.parametrize("name", ["", "Call", "CallID ", "Ünknown", "x" * 10_000])
def test_other_names_are_not_known(name: str) -> None:
    ours = snapshot()
    assert dispatch.member_id(ours.address(IID_DISPATCH), name)[0] == DISP_E_UNKNOWNNAME


@pytest.mark.parametrize("member", [0, 12, -1, -4, 1 << 30])
def test_other_numbers_are_no_members(member: int) -> None:
    ours = snapshot()
    assert dispatch.get_text(ours.address(IID_DISPATCH), member)[0] == DISP_E_MEMBERNOTFOUND


def test_what_is_written_fits_or_is_refused() -> None:
    ours = snapshot()
    at = ours.address(IID_DISPATCH)
    assert dispatch.put(at, DISPIDS["Direction"], "2") == S_OK
    assert dispatch.get_text(at, DISPIDS["Direction"]) == (S_OK, "2")
    assert dispatch.put(at, DISPIDS["Direction"], "left") == DISP_E_TYPEMISMATCH
    early = datetime(1743, 5, 6, 7, 8, 9)  # noqa: DTZ001 - COM knows no zones
    assert dispatch.put(at, DISPIDS["Begin"], early) == S_OK
    assert "1743" in dispatch.get_text(at, DISPIDS["Begin"])[1]
    assert dispatch.put(at, DISPIDS["Note"], "ä\0😀" * 100_000) == S_OK
    assert dispatch.get_text(at, DISPIDS["Note"]) == (S_OK, "ä\0😀" * 100_000)


def test_there_is_no_type_information_and_no_crash_without_room_for_the_answer() -> None:
    ours = snapshot()
    at, nothing = ours.address(IID_DISPATCH), ctypes.c_void_p()
    kind = ctypes.WINFUNCTYPE(
        ctypes.c_long, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p
    )
    assert abi.call(kind, 4, at, 0, 0, ctypes.addressof(nothing)) == DISP_E_BADINDEX
    for slot in (0, 3, 5):
        bare = ctypes.WINFUNCTYPE(ctypes.c_long, *([ctypes.c_void_p] * 6))
        assert abi.call(bare, slot, at, None, None, None, None, None) < 0


# --- the shelf ------------------------------------------------------------------------------------


def test_a_snapshot_stays_as_long_as_somebody_holds_it() -> None:
    shelf, held, free = Shelf(timedelta(hours=1)), snapshot(), snapshot()
    abi.add_reference(held.address())
    shelf.add(held, NOON)
    shelf.add(free, NOON)
    shelf.sweep(NOON + timedelta(minutes=59))
    assert len(shelf) == 1
    abi.release(held.address())
    shelf.sweep(NOON + timedelta(minutes=59))
    assert len(shelf) == 0


def test_what_nobody_lets_go_of_is_cut_off_and_never_too_many() -> None:
    shelf = Shelf(timedelta(hours=1), most=3)
    held = [snapshot() for _one in range(5)]
    for one in held:
        abi.add_reference(one.address())
        shelf.add(one, NOON)
    shelf.sweep(NOON)
    assert len(shelf) == 5, "two are cut off, but somebody may still be inside them"
    for one in held[:2]:
        abi.release(one.address())
    shelf.sweep(NOON)
    assert len(shelf) == 3
    shelf.sweep(NOON + timedelta(hours=2))
    for one in held[2:]:
        abi.release(one.address())
    shelf.sweep(NOON + timedelta(hours=2))
    assert len(shelf) == 0


# --- waiting --------------------------------------------------------------------------------------


def test_a_call_that_outran_its_limit_is_cancelled_and_not_tried_again() -> None:
    expired: list[bool] = []
    ours = MessageFilter(expired=lambda: bool(expired), reject_s=3)
    at = ours.address(IID_MESSAGE_FILTER)

    def retry(waited_ms: int) -> int:
        return abi.call(PENDING, 4, at, None, waited_ms, 1)

    def pending() -> int:
        return abi.call(PENDING, 5, at, None, 10, 1)

    assert (retry(0), retry(2999), retry(3000)) == (RETRY_MS, RETRY_MS, GIVE_UP)
    assert pending() == 2
    expired.append(True)
    assert (retry(0), pending()) == (GIVE_UP, 0)


def test_limits_nest_and_end() -> None:
    watch = Watch()
    try:
        assert not watch.expired
        with watch.limit(60):
            assert not watch.expired
            with watch.limit(0):
                assert watch.expired
            assert not watch.expired
        with watch.limit(0), watch.limit(60):
            assert watch.expired, "the one around it is over"
        assert not watch.expired
    finally:
        watch.stop()


def test_the_pump_waits_until_it_is_woken_or_the_time_is_up() -> None:
    pump, said = Pump(), threading.Event()

    def say() -> None:
        said.set()
        pump.wake()

    assert not pump.wait(said.is_set, 0.01)
    threading.Timer(0.05, say).start()
    assert pump.wait(said.is_set, 30)
