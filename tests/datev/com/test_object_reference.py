from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.datev.com.object_reference import Thread, id_halves, identity, program_of

HALF = st.integers(0, 0xFFFF)


def reference(first: int, second: int, *, signature: int = 0x574F454D, kind: int = 1) -> bytes:
    head = struct.pack("<II16s", signature, kind, b"i" * 16)
    body = struct.pack("<IIQQIHH8s", 0, 5, 1, 2, 3, first, second, b"rest-rst")
    return head + body + b"string bindings"


@given(HALF, HALF)
def test_the_halves_are_found(first: int, second: int) -> None:
    assert id_halves(reference(first, second)) == (first, second)


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    id_halves(data)


def test_only_the_standard_kind_has_them() -> None:
    assert id_halves(reference(1, 2, kind=4)) is None
    assert id_halves(reference(1, 2, signature=0)) is None
    assert id_halves(reference(1, 2)[:60]) is None


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_an_object_is_known_by_its_exporter_and_its_number_there(one: bytes, two: bytes) -> None:
    def of(exporter_and_object: bytes, ipid: int) -> bytes:
        made = reference(ipid, ipid)
        return made[:32] + exporter_and_object + made[48:]

    assert identity(of(one, 1)) == identity(of(one, 2)) == one
    assert (identity(of(one, 1)) == identity(of(two, 1))) is (one == two)
    assert identity(b"no reference") == b""


def test_windows_and_wine_order_them_differently() -> None:
    threads = [Thread(0x50010, 0x20044, "swyx.exe"), Thread(0x11, 0x45, "other.exe")]
    assert program_of((0x0044, 0x0010), threads) == "swyx.exe"
    assert program_of((0x0010, 0x0044), threads) == "swyx.exe"


def test_an_object_of_no_thread_is_known_by_its_process() -> None:
    threads = [Thread(1, 0x44, "swyx.exe"), Thread(2, 0x44, "swyx.exe"), Thread(3, 0x45, "o.exe")]
    assert program_of((0x44, 0), threads) == "swyx.exe"
    assert program_of((0x44, 0xFFFF), threads) == "swyx.exe"


def test_a_guess_is_no_name() -> None:
    two = [Thread(0x10001, 0x44, "one.exe"), Thread(0x20001, 0x10044, "two.exe")]
    assert program_of((0x44, 1), two) == ""
    assert program_of((0x99, 0x98), two) == ""
    assert program_of((0x44, 0), []) == ""
