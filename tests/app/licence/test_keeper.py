"""What a running connector knows of its licence, and what it keeps of that."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from datev_connector.app.licence.keeper import LicenceKeeper
from datev_connector.app.licence.kept import NOTE, Notes
from datev_connector.app.licence.keys import VendorKeys
from datev_connector.app.licence.places import FileLook, FileRead, Unreadable
from datev_connector.app.licence.seats import SeatRegister
from datev_connector.domain.licences import Ground, LicenceState, Origin
from datev_connector.domain.lived_time import LATEST, moved
from datev_connector.store.documents import to_microseconds
from datev_connector.store.store import Store
from tests.app.licence.signed import KEY, OTHER_KEY, a_licence, a_text, keys

KEY_OF_STORE = bytes(range(32))
DAY = timedelta(days=1)
LOOK = timedelta(hours=1)
PBX = "pbx.kanzlei.example"


@dataclass
class Place:
    """Where a connector lives: a store on the disk, a clock, a file."""

    store: Store
    folder: Path
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    believed: VendorKeys = field(default_factory=keys)
    host: str = PBX
    file: bytes | None = None
    is_file_there: bool = True
    judged: int = 0
    shared: Path | None = None
    ran_s: float = 0.0
    """By the stopwatch."""

    def keeper(self, notes: Notes | None = None) -> LicenceKeeper:
        """A connector that starts."""
        return LicenceKeeper(
            notes or self.store,
            self.believed,
            pbx=lambda: self.host,
            file=FileLook(self._read),
            seats=SeatRegister(self.shared),
            now=lambda: self.at,
            changed=self._count,
            stopwatch=lambda: self.ran_s,
        )

    async def runs(self, keeper: LicenceKeeper, time: timedelta) -> None:
        """It runs so long, and looks at the clock each hour."""
        for _ in range(time // LOOK):
            self.at = moved(self.at, LOOK)
            self.ran_s += LOOK.total_seconds()
            await keeper.look()

    def _count(self) -> None:
        self.judged += 1

    def _read(self) -> FileRead | None:
        if not self.is_file_there:
            raise Unreadable("the server is away")
        return None if self.file is None else FileRead(self.folder / "licence.txt", self.file)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    now = datetime.now(UTC)
    with Store.open(tmp_path / "store.db", KEY_OF_STORE, now=now, station="here") as store:
        yield Place(store=store, folder=tmp_path, at=now)


# --- from one start to the next -------------------------------------------------------------------


def test_the_trial_begins_once(place: Place) -> None:
    first = place.keeper().judgement
    assert (first.state, first.ground) == (LicenceState.NONE, Ground.TRIAL)
    place.at += 20 * DAY
    assert place.keeper().judgement.until == first.until
    place.at += 11 * DAY
    assert not place.keeper().judgement.serves


def test_a_start_decides_by_what_was_read_before(place: Place) -> None:
    keeper = place.keeper()
    keeper.take(a_text())
    assert keeper.judgement.ground is Ground.LICENCE
    place.at += DAY
    again = place.keeper().judgement
    assert (again.state, again.ground) == (LicenceState.VALID, Ground.LICENCE)
    assert again.licence == a_licence()
    assert again.origin is Origin.MODULE
    place.at += 20 * DAY
    assert place.keeper().judgement.state is LicenceState.UNREAD
    place.at += 20 * DAY
    assert not place.keeper().judgement.serves


def test_what_is_kept_is_encrypted_and_names_no_login(place: Place, tmp_path: Path) -> None:
    keeper = place.keeper()
    keeper.take(a_text())
    keeper.signed_in(PBX, "lena.sommer")
    noted = place.store.noted(NOTE)
    assert noted is not None
    assert "lena.sommer" not in noted
    raw = b"".join(file.read_bytes() for file in tmp_path.glob("store.db*"))
    assert b"IRBUYSKD" not in raw
    with (
        closing(sqlite3.connect(tmp_path / "store.db")) as plain,
        pytest.raises(sqlite3.DatabaseError),
    ):
        plain.execute("SELECT * FROM meta")


def test_a_reading_that_fails_changes_nothing(place: Place) -> None:
    keeper = place.keeper()
    keeper.take(a_text())
    keeper.take(None)
    assert keeper.judgement.ground is Ground.LICENCE
    assert place.keeper().judgement.ground is Ground.LICENCE


@pytest.mark.parametrize(
    "later",
    ["", "nonsense", a_text()[:-80], "A" * 2_000_000],
    ids=["empty", "foreign", "cut off", "far too long"],
)
def test_what_stands_there_now_counts_even_if_it_is_none(place: Place, later: str) -> None:
    keeper = place.keeper()
    keeper.take(a_text())
    keeper.take(later)
    assert keeper.judgement.ground in {Ground.GRACE, Ground.TRIAL}
    assert keeper.judgement.state in {LicenceState.NONE, LicenceState.TAMPERED}
    assert len(place.store.noted(NOTE) or "") < 5000


def test_a_licence_whose_key_an_update_no_longer_ships_leaves_thirty_days(place: Place) -> None:
    place.keeper().take(a_text())
    place.believed = keys(OTHER_KEY)
    place.at += 29 * DAY
    judgement = place.keeper().judgement
    assert (judgement.state, judgement.serves) == (LicenceState.UNKNOWN_KEY, True)
    place.at += 2 * DAY
    assert not place.keeper().judgement.serves
    place.believed = keys(OTHER_KEY, KEY)
    keeper = place.keeper()
    keeper.take(a_text())
    assert keeper.judgement.ground is Ground.LICENCE


@pytest.mark.parametrize("noted", ["", "no JSON", "[]", "{}", '{"seen": 7}', '{"seen": {}}'])
def test_a_note_that_cannot_be_read_is_no_end(place: Place, noted: str) -> None:
    place.store.note(NOTE, noted)
    assert place.keeper().judgement.ground is Ground.TRIAL


def test_a_store_that_keeps_nothing_stops_nobody(place: Place) -> None:
    keeper = place.keeper(FullDisk())
    keeper.take(a_text())
    keeper.signed_in(PBX, "0123")
    assert keeper.judgement.ground is Ground.LICENCE


class FullDisk:
    """Knows nothing, and keeps nothing."""

    def noted(self, name: str) -> str | None:
        return None

    def note(self, name: str, value: str) -> None:
        raise OSError(28, "No space left on device")


def test_time_is_written_down_now_and_then_only(place: Place) -> None:
    notes = Counting(place.store)
    keeper = place.keeper(notes)
    keeper.take(a_text())
    before = notes.written
    for _ in range(9):
        place.at += timedelta(minutes=1)
        keeper.take(a_text())
    assert notes.written == before
    place.at += timedelta(minutes=1)
    keeper.take(a_text())
    assert notes.written == before + 1


class Counting:
    """Counts what is written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.written = 0

    def noted(self, name: str) -> str | None:
        return self._store.noted(name)

    def note(self, name: str, value: str) -> None:
        self.written += 1
        self._store.note(name, value)


# --- the file -------------------------------------------------------------------------------------


async def test_the_file_is_read_and_its_end_noticed(place: Place) -> None:
    place.file = a_text().encode("utf-16")
    keeper = place.keeper()
    await keeper.look()
    assert (keeper.judgement.ground, keeper.judgement.origin) == (Ground.LICENCE, Origin.FILE)
    place.file = None
    await keeper.look()
    assert keeper.judgement.state is LicenceState.NONE


async def test_a_file_that_cannot_be_reached_counts_as_it_was(place: Place) -> None:
    place.file = a_text().encode()
    keeper = place.keeper()
    await keeper.look()
    place.is_file_there = False
    place.at += 2 * DAY
    await keeper.look()
    assert keeper.judgement.ground is Ground.LICENCE
    place.at += 2 * DAY
    await keeper.look()
    assert (keeper.judgement.state, keeper.judgement.ground) == (
        LicenceState.UNREAD,
        Ground.GRACE,
    )


async def test_a_file_that_cannot_be_read_is_said_as_long_as_it_cannot(place: Place) -> None:
    keeper = place.keeper()

    def is_said() -> bool:
        return keeper.judgement.is_file_closed

    place.is_file_there = False
    assert not is_said(), "nobody has looked yet"
    await keeper.look()
    assert is_said()
    keeper.settings_changed()
    assert not is_said(), "it may be another file"
    await keeper.look()
    assert is_said()
    place.is_file_there = True
    await keeper.look()
    assert not is_said()


async def test_a_server_that_does_not_answer_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("datev_connector.app.licence.places.LOOK_LIMIT_S", 0.01)
    answers = threading.Event()
    asked: list[int] = []
    is_asked = threading.Event()

    def read() -> FileRead | None:
        asked.append(1)
        is_asked.set()
        answers.wait(20)
        return FileRead(Path("licence.txt"), b"late")

    look = FileLook(read)
    for _ in range(3):
        with pytest.raises(Unreadable):
            await look.look()
    assert is_asked.wait(20)
    assert len(asked) == 1, "one look at a time"
    answers.set()
    async with asyncio.timeout(10):
        while (found := await late(look)) is None:
            pass
    assert found.raw == b"late"


async def late(look: FileLook) -> FileRead | None:
    try:
        return await look.look()
    except Unreadable:
        return None


async def test_the_keeper_looks_again_when_the_settings_have_changed(place: Place) -> None:
    keeper = place.keeper()
    running = asyncio.get_running_loop().create_task(keeper.run())
    try:
        await until(lambda: place.judged > 0)
        place.file = a_text().encode()
        keeper.settings_changed()
        await until(lambda: keeper.judgement.ground is Ground.LICENCE)
        place.host = "other.example"
        keeper.settings_changed()
        assert keeper.judgement.state is LicenceState.OTHER_PBX
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - nothing tells it
            await asyncio.sleep(0.005)


# --- seats ----------------------------------------------------------------------------------------


async def test_logins_are_counted_over_all_profiles_of_a_computer(
    place: Place, tmp_path: Path
) -> None:
    place.shared = tmp_path / "shared"
    for login in ("0123", "0124", "0125", "0124"):
        store = Store.open(tmp_path / f"{login}.db", KEY_OF_STORE, now=place.at, station=login)
        with store:
            place.keeper(store).signed_in(PBX, login)
    keeper = place.keeper()
    keeper.take(a_text(seats=2))
    await keeper.look()
    assert keeper.judgement.state is LicenceState.TOO_MANY_SEATS
    assert keeper.judgement.seats_in_use == 3
    place.at += 31 * DAY
    await keeper.look()
    assert keeper.judgement.seats_in_use == 0


def test_without_a_shared_folder_a_profile_counts_its_own(place: Place) -> None:
    keeper = place.keeper()
    keeper.signed_in(PBX, "0123")
    keeper.signed_in(PBX, "0124")
    assert keeper.judgement.seats_in_use == 2
    assert place.keeper().judgement.seats_in_use == 2
    place.at += 31 * DAY
    assert place.keeper().judgement.seats_in_use == 0


# --- clocks -------------------------------------------------------------------------------------


WRONG = [400 * DAY, 73 * 365 * DAY, LATEST - datetime.now(UTC)]


@pytest.mark.parametrize("by", WRONG)
async def test_a_clock_that_leaps_ahead_while_it_runs_and_is_put_right_stops_nobody(
    place: Place, by: timedelta
) -> None:
    place.file = a_text().encode()
    keeper = place.keeper()
    keeper.signed_in(PBX, "0123")
    await place.runs(keeper, 2 * DAY)
    right = place.at
    place.at = moved(right, by)
    await place.runs(keeper, DAY)
    assert (keeper.judgement.state, keeper.judgement.serves) == (LicenceState.ENDED, False)
    assert place.keeper().judgement.state is LicenceState.ENDED
    place.at = right + DAY
    await keeper.look()
    assert (keeper.judgement.state, keeper.judgement.ground) == (LicenceState.VALID, Ground.LICENCE)
    assert keeper.judgement.seats_in_use == 1
    assert place.keeper().judgement.ground is Ground.LICENCE
    place.at += 40 * DAY
    assert place.keeper().judgement.seats_in_use == 0, "nothing of that day was in the future"


def test_what_was_read_by_a_clock_ahead_was_read_when_that_was_put_right(place: Place) -> None:
    keeper = place.keeper()
    right = place.at
    place.at = right + 100 * DAY
    keeper.take(a_text())
    assert keeper.judgement.ground is Ground.LICENCE
    place.at = right
    keeper.take(None)
    assert (keeper.judgement.state, keeper.judgement.serves) == (LicenceState.VALID, True)
    place.at = right + 4 * DAY
    keeper.take(None)
    assert (keeper.judgement.state, keeper.judgement.serves) == (LicenceState.UNREAD, True)


@pytest.mark.parametrize("by", WRONG)
async def test_a_clock_that_leaps_ahead_between_two_runs_stops_nobody_once_it_is_right(
    place: Place, by: timedelta
) -> None:
    place.keeper().take(a_text())
    right = place.at
    place.at = moved(right, by)
    keeper = place.keeper()
    keeper.take(a_text())
    await place.runs(keeper, DAY)
    assert not keeper.judgement.serves
    place.at = right + DAY
    again = place.keeper().judgement
    assert (again.state, again.ground) == (LicenceState.VALID, Ground.LICENCE)
    place.at += 29 * DAY
    assert place.keeper().judgement.ground is Ground.GRACE
    place.at += 3 * DAY
    assert not place.keeper().judgement.serves, "the module was read no later than today"


async def test_a_licence_is_served_to_its_end_after_five_days_with_a_wrong_clock(
    place: Place,
) -> None:
    place.file = a_text(valid_until=(place.at + 30 * DAY).date()).encode()
    keeper = place.keeper()
    await keeper.look()
    right = place.at
    place.at += 1000 * DAY
    await place.runs(keeper, 5 * DAY)
    place.at = right + 5 * DAY
    while place.at < right + 29 * DAY:
        await place.runs(keeper, 6 * LOOK)
        assert keeper.judgement.ground is Ground.LICENCE


async def test_a_clock_that_is_kept_from_going_on_is_found_out(place: Place) -> None:
    first = place.at
    keeper = place.keeper()
    served = timedelta(0)
    while keeper.judgement.serves and served < 100 * DAY:
        place.at = first
        await place.runs(keeper, LOOK)
        served += LOOK
        keeper = place.keeper() if served % DAY == timedelta(0) else keeper
    assert 30 * DAY <= served <= 31 * DAY
    assert keeper.judgement.state is LicenceState.CLOCK


async def test_time_in_which_the_computer_slept_is_not_lived(place: Place) -> None:
    """Stopwatches differ in whether they go on then."""
    place.file = a_text().encode()
    keeper = place.keeper()
    await keeper.look()
    right = place.at
    place.at += 100 * DAY
    place.ran_s += 40 * DAY.total_seconds()
    await keeper.look()
    place.at = right + 40 * DAY
    place.file = None
    await keeper.look()
    assert keeper.judgement.at == right + 40 * DAY


def test_what_an_earlier_version_kept_is_read(place: Place) -> None:
    at = place.at
    place.store.note(NOTE, earlier_note(lived=at - DAY, clock=at - DAY, valid_at=at - DAY))
    judgement = place.keeper().judgement
    assert (judgement.state, judgement.ground) == (LicenceState.VALID, Ground.LICENCE)
    assert place.keeper().idle_since is None


@pytest.mark.parametrize(("ahead", "ground"), [(20, Ground.LICENCE), (200, Ground.GRACE)])
async def test_who_had_a_clock_ahead_with_an_earlier_version_is_served_as_before(
    place: Place, ahead: int, ground: Ground
) -> None:
    then = place.at + ahead * DAY
    place.store.note(NOTE, earlier_note(lived=then, clock=place.at, valid_at=then))
    place.file = a_text().encode()
    keeper = place.keeper()
    await place.runs(keeper, 2 * DAY)
    assert keeper.judgement.ground is ground


def earlier_note(*, lived: datetime, clock: datetime, valid_at: datetime) -> str:
    """What was kept when lived time was the latest time ever seen."""
    started = lived - 300 * DAY
    seen = {"first_start": started, "lived": lived, "clock": clock, "valid_at": valid_at}
    document = {
        "seen": {name: to_microseconds(at) for name, at in seen.items()}
        | {"known": [a_licence().id]},
        "texts": [{"origin": "module", "text": a_text(), "read_at": to_microseconds(valid_at)}],
        "seats": [],
        "idle_since": None,
    }
    return json.dumps(document)


async def test_a_clock_that_is_held_is_written_down_as_time_goes_on(place: Place) -> None:
    notes = Counting(place.store)
    keeper = place.keeper(notes)
    before, held = notes.written, place.at
    for _ in range(4):
        place.at = held
        await place.runs(keeper, LOOK)
    assert notes.written > before


# --- the calls of a time without a licence --------------------------------------------------------


def test_since_when_nobody_watches_is_kept_until_somebody_does(place: Place) -> None:
    place.keeper()
    place.at += 40 * DAY
    stopped = place.at
    assert place.keeper().idle_since == stopped
    place.at += DAY
    keeper = place.keeper()
    keeper.take(a_text())
    assert keeper.judgement.serves
    assert keeper.idle_since == stopped
    keeper.watched_again()
    assert place.keeper().idle_since is None
