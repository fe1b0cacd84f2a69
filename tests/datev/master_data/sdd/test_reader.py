"""The reader itself, under Mono, against stand-ins of DATEV's assemblies."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from datev_connector.datev.master_data.trouble import MasterDataTrouble
from datev_connector.domain.contacts import (
    Contact,
    ContactKind,
    ContactRef,
    Medium,
    Source,
    StoredNumber,
)
from tests.datev.master_data.sdd.conftest import SCRIPT
from tests.datev.master_data.sdd.standin import Built, Shelf, Standin, all_of

WAIT_S = 30.0


async def run(standin: Standin, *arguments: str) -> tuple[int | None, list[dict[str, Any]]]:
    """The reader's exit code and lines."""
    process = await asyncio.create_subprocess_exec(
        "mono",
        standin.built.reader,
        *arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(WAIT_S):
        output = await process.stdout.read()
        code = await process.wait()
    return code, [json.loads(line) for line in output.decode("utf-8").splitlines()]


# --- documents ------------------------------------------------------------------------------------


async def test_reads_addressees(standin: Standin) -> None:
    standin.serves()
    shelf = Shelf()
    tally = await standin.reader().load(Source.DATEV, shelf.take)
    assert shelf.taken == [
        Contact(
            ref=ContactRef(Source.DATEV, "0f6c1f4e-1111-4a55-9d21-000000000001"),
            name='Beispielwerk & Söhne "Nord" GmbH',
            kind=ContactKind.COMPANY,
            numbers=(
                StoredNumber(number="040 / 66969-0", standardised="0049406696900", note="Zentrale"),
                StoredNumber(number="040 / 66969-9", medium=Medium.FAX),
                StoredNumber(number="0176 1234567", medium=Medium.OTHER),
            ),
        ),
        Contact(
            ref=ContactRef(Source.DATEV, "2"),
            name="Ada <Byron> \U0001f600 C:\\",
            kind=ContactKind.PERSON,
            active=False,
        ),
    ]
    assert (tally.contacts, tally.left_out, tally.spoiled) == (2, 3, 0)
    assert tally.greeting is not None
    assert Path(tally.greeting.assembly).parent == standin.built.assemblies
    assert tally.greeting.version == "1.0.0.0"


async def test_reads_institutions(standin: Standin) -> None:
    standin.serves()
    assert await all_of(standin.reader().read(Source.INSTITUTION)) == [
        Contact(
            ref=ContactRef(Source.INSTITUTION, "77"),
            name="Amtsgericht Süd",
            kind=ContactKind.COMPANY,
            numbers=(StoredNumber(number="030 4710-400"),),
        ),
        Contact(
            ref=ContactRef(Source.INSTITUTION, "78"), name="Finanzkasse", kind=ContactKind.COMPANY
        ),
    ]


async def test_writes_the_fields_as_they_are_in_the_xml(standin: Standin) -> None:
    standin.serves()
    code, lines = await run(standin, "addressees", str(standin.built.assemblies))
    assert code == 0
    assert (lines[0]["protocol"], lines[0]["query"]) == (1, "addressees")
    assert lines[2] == {
        "id": "2",
        "status": "0",
        "typ": "1",
        "name": "Ada <Byron> \U0001f600\x85C:\\",
        "communications": [],
    }
    assert lines[3]["name"] == ""
    assert (lines[4]["status"], lines[4]["typ"], lines[4]["name"]) == (None, None, None)
    assert lines[-1] == {"end": 5}


@pytest.mark.parametrize("item", ["stray<Kontakt>{}</Kontakt>", "<Kontakt>{}</Kontakt>stray"])
async def test_text_where_none_belongs_costs_nobody(standin: Standin, item: str) -> None:
    inside = item.format("<Typ>1</Typ><Langname>Ada Byron</Langname>")
    standin.serves(
        addressees='<Browse xmlns="http://xml.datev.de/SDD/Browse/v01_2"><KontaktDetails>'
        f'<KontaktDetail ID="1" Status="1">{inside}</KontaktDetail></KontaktDetails></Browse>'
    )
    code, lines = await run(standin, "addressees", str(standin.built.assemblies))
    assert (code, lines[1]["name"], lines[-1]) == (0, "Ada Byron", {"end": 1})


async def test_survives_characters_that_are_none(standin: Standin) -> None:
    strange = "A&#xD800;B&#x0;C&#x1;&#x2028;&#xA;&#xFFFE;&quot;\\u0041"
    standin.serves(
        institutions=f"<INSTITUTION><I><TELEFONIE ID='1'><Name>{strange}</Name></TELEFONIE></I>"
        "</INSTITUTION>"
    )
    _, lines = await run(standin, "institutions", str(standin.built.assemblies))
    assert lines[1]["name"] == 'A\ud800B\0C\x01\u2028\n\ufffe"\\u0041'
    (contact,) = await all_of(standin.reader().read(Source.INSTITUTION))
    assert contact.name == 'A B C "\\u0041'


@pytest.mark.parametrize("source", [Source.DATEV, Source.INSTITUTION])
async def test_reads_a_large_office(standin: Standin, source: Source) -> None:
    standin.makes_up(20_000)
    shelf = Shelf()
    told: list[int] = []
    tally = await standin.reader().load(source, shelf.take, told.append)
    assert (tally.contacts, tally.left_out, tally.spoiled) == (20_000, 0, 0)
    assert len({contact.ref.id for contact in shelf.taken}) == 20_000
    assert told[-1] == 20_000
    assert told == sorted(told)


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("no-data", "sdd-no-data"),
        ("cut", "sdd-bad-xml"),
        ("no-xml", "sdd-bad-xml"),
        ("other-xml", "sdd-bad-xml"),
        ("nothing", "sdd-bad-xml"),
        ("wrapped-xml", "sdd-bad-xml"),
        ("com", "sdd-com"),
        ("io", "sdd-service"),
        ("io-midway", "sdd-service"),
        ("socket", "sdd-service"),
        ("time-out", "sdd-service"),
        ("type-load", "sdd-type-load"),
        ("identity", "sdd-no-rights"),
        ("identity-text", "sdd-no-rights"),
        ("data-server", "sdd-server-exception"),
        ("denied", "sdd-no-rights"),
        ("unforeseen", "sdd-other"),
        ("thread", "sdd-other"),
        ("dying", "sdd-ended"),
        ("dying-midway", "sdd-ended"),
    ],
)
async def test_says_what_is_wrong(
    standin: Standin, fault: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    standin.makes_up(100)
    standin.fails(fault)
    shelf = Shelf()
    with pytest.raises(MasterDataTrouble) as failed:
        await standin.reader().load(Source.DATEV, shelf.take)
    assert failed.value.trouble.code == code
    assert failed.value.trouble.remedy
    assert (shelf.taken, shelf.begun, shelf.given_up) == ([], 1, 1)
    assert "12345678" not in caplog.text + str(failed.value)


async def test_names_the_error_of_windows(standin: Standin) -> None:
    standin.fails("com")
    with pytest.raises(MasterDataTrouble, match="COMException, 0x80080005"):
        await all_of(standin.reader().read(Source.DATEV))


async def test_an_empty_list_is_no_success(standin: Standin) -> None:
    standin.makes_up(0)
    with pytest.raises(MasterDataTrouble) as failed:
        await all_of(standin.reader().read(Source.DATEV))
    assert failed.value.trouble.code == "sdd-no-contacts"


async def test_tries_again_what_may_pass(standin: Standin) -> None:
    standin.makes_up(100)
    standin.fails("no-data", "cut", "com")
    shelf = Shelf()
    tally = await standin.reader(retries=3).load(Source.DATEV, shelf.take)
    assert tally.contacts == len(shelf.taken) == 100
    assert (shelf.begun, shelf.given_up) == (4, 3)


@pytest.mark.parametrize("fault", ["identity", "type-load", "unforeseen"])
async def test_does_not_try_again_what_lasts(standin: Standin, fault: str) -> None:
    standin.makes_up(100)
    standin.fails(fault)
    shelf = Shelf()
    with pytest.raises(MasterDataTrouble):
        await standin.reader(retries=3).load(Source.DATEV, shelf.take)
    assert shelf.begun == 1


@pytest.mark.parametrize(
    ("fault", "code"), [("hanging", "sdd-too-slow"), ("hanging-midway", "sdd-silent")]
)
async def test_does_not_wait_for_ever(standin: Standin, fault: str, code: str) -> None:
    standin.makes_up(100)
    standin.fails(fault)
    limits = {"limit_s": 3.0} if fault == "hanging" else {"silence_s": 3.0}
    with pytest.raises(MasterDataTrouble) as failed:
        await all_of(standin.reader(**limits).read(Source.DATEV))
    assert failed.value.trouble.code == code


@pytest.mark.parametrize("fault", ["slow", "noisy", "lingering", "hanging-dispose"])
async def test_a_complete_list_counts(standin: Standin, fault: str) -> None:
    standin.makes_up(100)
    standin.fails(fault)
    assert len(await all_of(standin.reader().read(Source.DATEV))) == 100


# --- ends -----------------------------------------------------------------------------------------


async def test_ends_with_its_input(standin: Standin) -> None:
    standin.fails("hanging")
    process = await asyncio.create_subprocess_exec(
        "mono",
        standin.built.reader,
        "addressees",
        standin.built.assemblies,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    async with asyncio.timeout(WAIT_S):
        await process.stdout.readline()
        process.stdin.close()
        assert await process.stdout.read() == b""
        assert await process.wait() != 0


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
async def test_ends_with_whoever_started_it(standin: Standin, tmp_path: Path) -> None:
    standin.fails("hanging")
    parent = tmp_path / "parent.py"
    parent.write_text(
        "import subprocess, sys\nsubprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE).wait()",
        "utf-8",
    )
    read, write = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, parent, "mono", standin.built.reader),
        *("addressees", standin.built.assemblies),
        stdin=subprocess.DEVNULL,
        stdout=write,
    )
    os.close(write)
    with os.fdopen(read, "rb") as output:
        async with asyncio.timeout(WAIT_S):
            assert b"protocol" in await asyncio.to_thread(output.readline)
            process.send_signal(signal.SIGKILL)
            await process.wait()
            # The reader holds the other end of the pipe: it ends only with it.
            assert await asyncio.to_thread(output.read) == b""


async def test_says_that_it_was_called_wrongly(standin: Standin) -> None:
    for arguments in ((), ("clients",), ("addressees", "a", "b")):
        code, lines = await run(standin, *arguments)
        assert code == 2
        assert [line["error"] for line in lines] == ["usage"]


# --- where DATEV's assemblies are -----------------------------------------------------------------

BASE = "Datev.Sdd.Data.ClientPlugIn.Base.dll"
KERNEL = "Datev.Framework.MicroKernel.dll"


def install(standin: Standin, folder: Path, *, without: str = "") -> Path:
    folder.mkdir(parents=True)
    for file in standin.built.assemblies.glob("*.dll"):
        if file.name != without:
            shutil.copy(file, folder)
    return folder


async def found(standin: Standin) -> Path:
    tally = await standin.reader(assemblies="").load(Source.DATEV, Shelf().take)
    assert tally.greeting is not None
    return Path(tally.greeting.assembly).parent


def register(tmp_path: Path, folder: Path) -> None:
    """As Mono keeps the registry."""
    key = tmp_path / "registry" / "LocalMachine" / "software" / "datev"
    key.mkdir(parents=True)
    (key / "values.xml").write_text(
        f'<values><value name="Installationsverzeichnis" type="string">{folder}</value></values>',
        "utf-8",
    )


async def test_finds_them_in_every_place_in_the_right_order(
    standin: Standin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standin.makes_up(1)
    windows, programs, named = tmp_path / "Windows", tmp_path / "Programs", tmp_path / "Named"
    monkeypatch.setenv("WINDIR", str(windows))
    monkeypatch.setenv("ProgramFiles(x86)", str(programs))
    name = BASE.removesuffix(".dll")
    cache = windows / "Microsoft.NET" / "assembly" / "GAC_MSIL"
    cached = install(standin, cache / name / "v4.0_1.0.0.0__cbc631f1c682336b")
    assert await found(standin) == cached
    default = install(standin, programs / "DATEV" / "PROGRAMM" / "K0005004")
    assert await found(standin) == default
    deep = install(standin, named / "PROGRAMM" / "K0005003" / "bin")
    register(tmp_path, named)
    assert await found(standin) == deep
    older = install(standin, named / "PROGRAMM" / "K0005002")
    assert await found(standin) == older
    newer = install(standin, named / "PROGRAMM" / "K0005010")
    assert await found(standin) == newer
    top = install(standin, named / "Top")
    for file in top.iterdir():
        shutil.copy(file, named / "PROGRAMM")
    assert await found(standin) == named / "PROGRAMM"


async def test_finds_what_they_need_elsewhere(
    standin: Standin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standin.makes_up(1)
    monkeypatch.setenv("ProgramFiles", str(tmp_path))
    component = install(standin, tmp_path / "DATEV" / "PROGRAMM" / "K0005004", without=KERNEL)
    with pytest.raises(MasterDataTrouble) as failed:
        await found(standin)
    assert failed.value.trouble.code == "sdd-assembly-missing"
    shutil.copy(standin.built.assemblies / KERNEL, component.parent)
    assert await found(standin) == component


async def test_goes_on_where_one_cannot_be_used(
    standin: Standin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standin.makes_up(1)
    monkeypatch.setenv("ProgramFiles", str(tmp_path))
    broken = tmp_path / "DATEV" / "PROGRAMM" / "K0005005"
    broken.mkdir(parents=True)
    (broken / BASE).write_bytes(b"MZ, but no assembly")
    with pytest.raises(MasterDataTrouble) as failed:
        await found(standin)
    assert failed.value.trouble.code == "sdd-type-load"
    usable = install(standin, tmp_path / "DATEV" / "PROGRAMM" / "K0005004")
    assert await found(standin) == usable


async def test_says_where_it_has_looked(standin: Standin) -> None:
    _, lines = await run(standin, "addressees")
    assert [line["error"] for line in lines] == ["assembly-missing"]
    assert "GAC_MSIL" in lines[0]["message"]


async def test_says_that_there_is_another_version_of_them(standin: Standin, tmp_path: Path) -> None:
    folder = install(standin, tmp_path / "other", without=BASE)
    shutil.copy(folder / KERNEL, folder / BASE)
    with pytest.raises(MasterDataTrouble) as failed:
        await all_of(standin.reader(assemblies=str(folder)).read(Source.DATEV))
    assert failed.value.trouble.code == "sdd-type-load"


# --- how it is built ------------------------------------------------------------------------------


def test_is_built_for_32_bit(built: Built) -> None:
    image = built.reader.read_bytes()
    header = struct.unpack_from("<I", image, 0x3C)[0]
    machine, sections, optional = struct.unpack_from("<HH12xH", image, header + 4)
    assert machine == 0x014C
    address = struct.unpack_from("<I", image, header + 24 + 96 + 14 * 8)[0]
    for section in range(sections):
        start = header + 24 + optional + section * 40
        virtual, _, raw = struct.unpack_from("<III", image, start + 12)
        if virtual <= address < virtual + 0x10000 and address - virtual < _:
            flags = struct.unpack_from("<I", image, raw + address - virtual + 16)[0]
            assert flags & 2, "32BITREQUIRED"
            return
    pytest.fail("no CLR header")


def test_is_built_alike_each_time(built: Built, tmp_path: Path) -> None:
    subprocess.run(["sh", SCRIPT, tmp_path], check=True)
    assert (tmp_path / built.reader.name).read_bytes() == built.reader.read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "sdd-reader.exe",
        "sdd-reader.exe.config",
    ]
