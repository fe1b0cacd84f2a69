"""What Windows knows of DATEV's interfaces: nothing, ours, or somebody else's."""

from __future__ import annotations

import winreg
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PureWindowsPath

import pytest

from datev_connector.datev.com import type_library
from datev_connector.datev.com.apartment.declared_shape import declared_shape
from datev_connector.datev.com.ids import IID_CONTROL, PROXY_TYPE_LIBRARY, braced
from datev_connector.datev.com.look_round import look_round
from datev_connector.datev.com.shape import DOCUMENTED
from datev_connector.datev.com.standings import NOT_CARRIED, THERE, standing_of
from datev_connector.datev.com.type_library import INTERFACES, Owner, owner
from datev_connector.domain.legs import LegState
from tests.windows.com_house import House, counterpart, running
from tests.windows.conftest import StartProcess

BUILT = Path(__file__).parents[2] / "build" / "type-library"
OURS, FOREIGN = BUILT / "datev_cti.tlb", BUILT / "foreign.tlb"
FOREIGN_LIBID = "{7A1E0A36-2B64-4A3E-8D55-9F3D5C0E6B11}"
CLASSES = r"Software\Classes"
CONTROL_KEY = rf"{CLASSES}\Interface\{braced(IID_CONTROL)}"
WISH = {"CalledNumber": "0721 1", "SyncID": "s"}


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """Nothing is registered before and after."""
    clean()
    yield
    clean()


def clean() -> None:
    type_library.unregister()
    type_library._delete(CONTROL_KEY)
    type_library._delete(rf"{CLASSES}\TypeLib\{FOREIGN_LIBID}")


def write(name: str, value: str, **further: str) -> None:
    with winreg.CreateKey(winreg.HKEY_LOCAL_MACHINE, name) as key:
        for entry, text in {"": value, **further}.items():
            winreg.SetValueEx(key, entry, 0, winreg.REG_SZ, text)


def register_foreign(library: str = str(PureWindowsPath(FOREIGN))) -> None:
    write(CONTROL_KEY, "IDatevCtiControl")
    write(rf"{CONTROL_KEY}\ProxyStubClsid32", braced(PROXY_TYPE_LIBRARY))
    write(rf"{CONTROL_KEY}\TypeLib", FOREIGN_LIBID, Version="2.3")
    write(rf"{CLASSES}\TypeLib\{FOREIGN_LIBID}\2.3", "Somebody else's")
    write(rf"{CLASSES}\TypeLib\{FOREIGN_LIBID}\2.3\0\win64", library)


def owners() -> list[Owner]:
    return [owner(interface) for interface in INTERFACES]


async def test_without_a_library_names_are_the_only_way(windows_process: StartProcess) -> None:
    assert owners() == [Owner.NOBODY] * 3
    datev = await counterpart(windows_process)
    async with running(House()):
        assert (await datev.ask("dial", "table", WISH))["hresult"] == "0x80004002"
        assert (await datev.ask("dial", "names", WISH))["hresult"] == "0x0"


@pytest.mark.parametrize(
    ("library", "carried"), [("", False), (r"C:\nowhere\x.tlb", False), (str(OURS), True)]
)
async def test_a_person_is_warned_where_datev_cannot_dial(
    windows_process: StartProcess, library: str, carried: bool
) -> None:
    if library:
        type_library.register(library)
    datev = await counterpart(windows_process)
    await datev.ask("register", "datev")
    async with running(House()) as house:
        told = await house.until("connected" if carried else "may not be able to dial")
        assert told.state is (LegState.UP if carried else LegState.DEGRADED)
        dialled = await datev.ask("dial", "table", WISH)
        assert (dialled["hresult"] == "0x0") is carried, "what is said is true"


async def test_a_library_that_comes_while_we_run_ends_the_warning(
    windows_process: StartProcess,
) -> None:
    datev = await counterpart(windows_process)
    await datev.ask("register", "datev")
    async with running(House()) as house:
        await house.until("may not be able to dial")
        type_library.register(str(OURS))
        assert (await house.until("connected")).state is LegState.UP


async def test_the_diagnosis_says_the_same(windows_process: StartProcess) -> None:
    datev = await counterpart(windows_process)
    await datev.ask("register", "datev")
    seen = await look_round(now=lambda: datetime.now(UTC), limit_s=20)
    assert standing_of(seen) == NOT_CARRIED
    type_library.register(str(OURS))
    seen = await look_round(now=lambda: datetime.now(UTC), limit_s=20)
    assert standing_of(seen) == THERE


async def test_a_foreign_library_under_our_own_id_is_gone_by_and_mended_by_the_next_repair(
    windows_process: StartProcess,
) -> None:
    type_library.register(str(FOREIGN))
    assert owners() == [Owner.OURS] * 3
    assert declared_shape().slots in ({"Dial": 8, "Drop": 9}, DOCUMENTED.slots)
    type_library.register(str(OURS))
    assert declared_shape().slots == DOCUMENTED.slots
    datev = await counterpart(windows_process)
    async with running(House()):
        assert (await datev.ask("dial", "table", WISH))["hresult"] == "0x0"


async def test_with_ours_datev_dials_by_the_table(windows_process: StartProcess) -> None:
    assert len(type_library.register(str(OURS))) == 3
    assert owners() == [Owner.OURS] * 3
    assert declared_shape().slots == DOCUMENTED.slots
    datev = await counterpart(windows_process)
    async with running(House()) as house:
        dialled = await datev.ask("dial", "table", WISH)
        assert (dialled["hresult"], dialled["values"]["CallID"]) == ("0x0", "call-1")
        assert await datev.ask("drop", "table", "call-1") == {"hresult": "0x0"}
        await house.wait(lambda: house.dropped == ["call-1"])


async def test_with_ours_a_snapshot_is_found_by_its_own_interface_too(
    windows_process: StartProcess,
) -> None:
    from datev_connector.domain.record import Method
    from tests.windows.com_house import record

    type_library.register(str(OURS))
    datev = await counterpart(windows_process)
    await datev.ask("register", "datev")
    async with running(House()) as house:
        await house.until("connected")
        await house.link.notify(Method.NEW_CALL, record())
        await datev.hear()
        assert await datev.ask("own_interface") == {"call_id": "c-1"}


async def test_a_foreign_shape_is_gone_by(windows_process: StartProcess) -> None:
    register_foreign()
    shape = declared_shape()
    assert (dict(shape.slots), dict(shape.members)) == (
        {"Dial": 8, "Drop": 9},
        {"dial": 51, "drop": 52},
    )
    datev = await counterpart(windows_process)
    async with running(House()) as house:
        dialled = await datev.ask("dial", "dual table", WISH)
        assert (dialled["hresult"], dialled["values"]["CallID"]) == ("0x0", "call-1")
        assert await datev.ask("drop", "dual table", "call-1") == {"hresult": "0x0"}
        await house.wait(lambda: house.dropped == ["call-1"])
        assert (await datev.ask("dial", "names", WISH))["values"]["CallID"] == "call-2"


def test_what_is_foreign_is_neither_overwritten_nor_removed() -> None:
    register_foreign()
    assert type_library.register(str(OURS)) == ("IDatevCtiData", "IDatevCtiNotification")
    assert owners() == [Owner.OURS, Owner.FOREIGN, Owner.OURS]
    assert type_library.unregister() == ("IDatevCtiData", "IDatevCtiNotification")
    assert owners() == [Owner.NOBODY, Owner.FOREIGN, Owner.NOBODY]


def test_what_became_foreign_after_us_is_not_removed() -> None:
    type_library.register(str(OURS))
    register_foreign()
    assert len(type_library.unregister()) == 2
    assert owners() == [Owner.NOBODY, Owner.FOREIGN, Owner.NOBODY]


def test_it_may_be_registered_twice_and_moves_with_the_program() -> None:
    type_library.register(r"C:\old\datev_cti.tlb")
    assert declared_shape() == DOCUMENTED
    assert len(type_library.register(str(OURS))) == 3
    assert type_library.unregister()
    assert type_library.unregister() == ()


@pytest.mark.parametrize("library", [r"C:\nowhere\x.tlb", str(Path(__file__))])
def test_a_foreign_library_that_cannot_be_read_is_gone_round(library: str) -> None:
    register_foreign(library)
    assert declared_shape() == DOCUMENTED


def test_the_installers_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert type_library.main(["register", str(OURS)]) == 0
    assert type_library.main(["show"]) == 0
    assert capsys.readouterr().out.split() == [
        "IDatevCtiData", "ours", "IDatevCtiControl", "ours", "IDatevCtiNotification", "ours",
    ]  # fmt: skip
    assert type_library.main(["unregister"]) == 0
    assert owners() == [Owner.NOBODY] * 3
    assert type_library.main(["nonsense"]) == 2
