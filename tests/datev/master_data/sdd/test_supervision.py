"""How a reader is supervised that does whatever it likes: a script in its place."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, Self

import pytest

from datev_connector.datev.master_data.sdd.adapter import SddReader, Tally
from datev_connector.datev.master_data.sdd.listing import Listing
from datev_connector.datev.master_data.sdd.options import SddOptions
from datev_connector.datev.master_data.sdd.process import Run
from datev_connector.datev.master_data.trouble import MasterDataTrouble
from datev_connector.domain.contacts import Source
from tests.datev.master_data.sdd.standin import Shelf, all_of, script

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")

WAIT_S = 30.0
GOOD = ("hello()", "person(1)", "person(2)", "say(end=2)")


@pytest.fixture
def reader(tmp_path: Path) -> Callable[..., SddReader]:
    def make(*lines: str, **changes: Any) -> SddReader:
        patient: dict[str, Any] = {"limit_s": WAIT_S, "silence_s": WAIT_S, "retries": 0}
        options = SddOptions(reader=script(tmp_path, *lines), **(patient | changes))
        return SddReader(options, jitter=lambda: 0.0)

    return make


Making = Callable[..., SddReader]


async def code_of(reader: SddReader) -> str:
    with pytest.raises(MasterDataTrouble) as failed:
        await all_of(reader.read(Source.DATEV))
    return failed.value.trouble.code


async def test_reads_a_complete_list(reader: Making) -> None:
    contacts = await all_of(reader(*GOOD).read(Source.DATEV))
    assert [contact.ref.id for contact in contacts] == ["1", "2"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((), "sdd-ended"),
        (("hello()",), "sdd-ended"),
        (("hello()", "person(1)"), "sdd-ended"),
        (("hello()", "person(1)", "print('{\"end\":1}', end='', flush=True)"), "sdd-ended"),
        (("hello()", "person(1)", "os.kill(os.getpid(), 9)"), "sdd-ended"),
        (("hello()", "person(1)", "say(end=2)"), "sdd-garbled"),
        (("hello()", "person(1)", "say(end=0)"), "sdd-garbled"),
        (("hello()", "person(1)", "say(end=None)"), "sdd-garbled"),
        (("hello()", "hello()", "say(end=0)"), "sdd-garbled"),
        (("person(1)", "say(end=1)"), "sdd-garbled"),
        (("say(end=0)",), "sdd-garbled"),
        (("say(protocol=2)",), "sdd-garbled"),
        (("print('<html>')",), "sdd-garbled"),
        (("print()",), "sdd-garbled"),
        (("os.write(1, bytes(range(256)) + b'\\n')",), "sdd-garbled"),
        (("os.write(1, os.urandom(100_000) + b'\\n')",), "sdd-garbled"),
        (("hello()", "print('[' * 100_000)"), "sdd-garbled"),
        (("hello()", "print('9' * 100_000)"), "sdd-garbled"),
        (("hello()", "say(end=0)"), "sdd-no-contacts"),
        (("hello()", "say(id=None)", "say(end=1)"), "sdd-unusable"),
        (("hello()", "say(error='com')"), "sdd-com"),
        (("hello()", "say(error='usage')"), "sdd-garbled"),
        (("hello()", "say(error=['x'])"), "sdd-other"),
        (("say(error='new', type='T' * 9999)",), "sdd-other"),
    ],
)
async def test_takes_nothing_but_a_whole_list(
    reader: Making, lines: tuple[str, ...], code: str
) -> None:
    assert await code_of(reader(*lines)) == code


async def test_ends_a_reader_that_writes_without_end(reader: Making) -> None:
    endless = reader("hello()", "for _ in range(1024): os.write(1, b'x' * 1024 * 1024)")
    assert await code_of(endless) == "sdd-garbled"


async def test_ends_a_reader_that_says_nothing(reader: Making) -> None:
    assert await code_of(reader("time.sleep(999)", silence_s=0.3)) == "sdd-silent"


async def test_ends_a_reader_that_falls_silent(reader: Making) -> None:
    assert await code_of(reader("hello()", "person(1)", "time.sleep(999)", silence_s=2.0)) == (
        "sdd-silent"
    )


async def test_gives_datev_time_until_the_first_contact_only() -> None:
    class Recorded(Run):
        def __init__(self) -> None:
            self.lines = [json.dumps(line).encode() + b"\n" for line in self.wrote]
            self.patience: list[int] = []

        wrote = ({"protocol": 1}, {"id": "1"}, {"id": "2"}, {"end": 2})

        async def line(self, until_s: float) -> bytes:
            self.patience.append(round(until_s - asyncio.get_running_loop().time()))
            return self.lines.pop(0)

    run = Recorded()
    listing = Listing(run, SddOptions(limit_s=5000.0, silence_s=100.0))
    await listing.greeting()
    while await listing.item() is not None:
        pass
    assert run.patience == [100, 5000, 100, 100]


async def test_ends_a_reader_that_never_comes_to_an_end(reader: Making) -> None:
    endless = reader("hello()", "while True:", " person(1)", " time.sleep(0.01)", limit_s=1.0)
    assert await code_of(endless) == "sdd-too-slow"


async def test_a_complete_list_counts_even_if_its_reader_stays(reader: Making) -> None:
    lasting = reader(*GOOD, "signal.signal(signal.SIGTERM, signal.SIG_IGN)", "time.sleep(999)")
    assert len(await all_of(lasting.read(Source.DATEV))) == 2


@pytest.fixture
async def all_gone(tmp_path: Path) -> AsyncIterator[asyncio.Task[bytes]]:
    """Done as soon as everybody is gone who has opened `alive` for writing."""
    os.mkfifo(tmp_path / "alive")
    task = asyncio.get_running_loop().create_task(
        asyncio.to_thread((tmp_path / "alive").read_bytes)
    )
    yield task
    await task


LIVELY = (
    "alive = open('alive', 'w')",
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(999)'], stdout=alive)",
    "hello()",
    "for number in range(10): person(number)",
    "time.sleep(999)",
)


async def test_leaves_no_process_behind(reader: Making, all_gone: asyncio.Task[bytes]) -> None:
    async with asyncio.timeout(WAIT_S):
        async with aclosing(reader(*LIVELY).read(Source.DATEV)) as contacts:
            await anext(contacts)
            assert not all_gone.done()
        await all_gone


async def test_a_cancelled_load_ends_the_reader(
    reader: Making, all_gone: asyncio.Task[bytes]
) -> None:
    shelf, taken = Shelf(), asyncio.Event()
    loading = asyncio.get_running_loop().create_task(
        reader(*LIVELY).load(Source.DATEV, shelf.take, lambda _: taken.set())
    )
    async with asyncio.timeout(WAIT_S):
        await taken.wait()
        assert not all_gone.done()
        loading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await loading
        await all_gone
    assert (shelf.begun, shelf.given_up) == (1, 1)


async def test_begins_anew_for_each_try(reader: Making) -> None:
    lines = (
        "tries = os.path.getsize('tries') if os.path.exists('tries') else 0",
        "open('tries', 'a').write('x')",
        "hello()",
        "person(tries)",
        "if tries < 2: sys.exit()",
        "say(end=1)",
    )
    shelf = Shelf()
    tally = await reader(*lines, retries=2, pause_s=(0.0, 0.0)).load(Source.DATEV, shelf.take)
    assert [contact.ref.id for contact in shelf.taken] == ["2"]
    assert (shelf.begun, shelf.given_up, tally.contacts) == (3, 2, 1)


async def test_gives_up_after_the_last_try(reader: Making) -> None:
    shelf = Shelf()
    with pytest.raises(MasterDataTrouble):
        await reader("hello()", retries=2, pause_s=(0.0, 0.0)).load(Source.DATEV, shelf.take)
    assert (shelf.begun, shelf.given_up) == (3, 3)


async def test_a_failing_index_is_no_matter_of_trying_again(reader: Making) -> None:
    class FullDisk(Exception):
        pass

    class Broken(Shelf):
        def add(self, contact: object) -> None:
            raise FullDisk

        def steps(self) -> tuple[object, ...]:
            return ()

        def __enter__(self) -> Self:
            self.begun += 1
            return self

        def __exit__(self, *error: object) -> None:
            self.given_up += 1

    broken = Broken()
    with pytest.raises(FullDisk):
        await reader(*GOOD, retries=3).load(Source.DATEV, lambda: broken)
    assert (broken.begun, broken.given_up) == (1, 1)


async def test_an_index_may_run_out_of_disk_while_reading(reader: Making) -> None:
    shelf = Shelf()

    def take() -> Any:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await reader(*GOOD).load(Source.DATEV, take)
    assert shelf.begun == 0


async def test_tells_the_reader_no_secrets(reader: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", "secret")
    monkeypatch.setenv("ANYTHING_ELSE", "known")
    lines = (
        "hello()",
        "name = ' '.join([*os.environ, *sys.argv[1:], os.getcwd()])",
        "name = ' '.join(n for n in name.split() if 'CONN' in n or 'ANY' in n or n[0] in '/ai')",
        "say(id='1', name=name)",
        "say(end=1)",
    )
    (contact,) = await all_of(reader(*lines, assemblies="/a b").read(Source.INSTITUTION))
    assert "ANYTHING_ELSE" in contact.name
    assert "CONNECTOR" not in contact.name
    assert "institutions /a" in contact.name


async def test_counts_what_it_could_not_read(reader: Making) -> None:
    lines = (
        "hello()",
        "say(id='1', name='A', status=[], typ=True, communications={})",
        "say(id=None, name='B')",
        "say(id='3', name='C', communications=[None, {'medium': '1', 'nummer': 1.5}, {}])",
        "say(end=3)",
    )
    tally = Tally()
    contacts = await all_of(reader(*lines).read(Source.DATEV, tally))
    assert [contact.ref.id for contact in contacts] == ["1", "3"]
    assert (tally.contacts, tally.left_out, tally.spoiled) == (2, 1, 5)


async def test_says_that_the_reader_cannot_be_started(reader: Making, tmp_path: Path) -> None:
    unusable = reader(*GOOD)
    (tmp_path / "reader").write_text("#!/nowhere/python\n", "utf-8")
    assert unusable.available() is None
    assert await code_of(unusable) == "sdd-cannot-start"
    (tmp_path / "reader").unlink()
    assert await code_of(unusable) == "sdd-reader-missing"


async def test_says_that_nothing_runs_the_reader(tmp_path: Path) -> None:
    program = tmp_path / "sdd-reader.exe"
    program.touch()
    reader = SddReader(SddOptions(reader=program, mono=os.fspath(tmp_path / "mono")))
    trouble = reader.available()
    assert trouble is not None
    assert trouble.code == "sdd-not-here"
    assert await code_of(reader) == "sdd-not-here"


@pytest.mark.parametrize(
    ("failures", "chance", "pause"),
    [(1, 0.999999, 1.0), (1, 0.0, 0.5), (3, 0.0, 2.0), (9, 0.0, 30.0), (9999, 0.999999, 60.0)],
)
def test_pauses_grow(failures: int, chance: float, pause: float) -> None:
    reader = SddReader(SddOptions(), jitter=lambda: chance)
    assert reader._pause_s(failures) == pytest.approx(pause, rel=1e-3)
