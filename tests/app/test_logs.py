from __future__ import annotations

import io
import logging
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from datev_connector.app import logs
from datev_connector.app.logs import Log, start_log
from datev_connector.domain.masking import Masked, mask_number
from datev_connector.domain.tracing import TRACE

LOGGER = logging.getLogger("datev_connector.some.room")
LIBRARY = logging.getLogger("some_library")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with start_log(tmp_path / "logs", level="debug") as running:
        yield running


def lines(log: Log) -> list[str]:
    assert log.file is not None
    return log.file.read_text(encoding="utf-8").splitlines()


def messages(log: Log) -> list[str]:
    return [line.split(": ", 1)[1] for line in lines(log)]


def test_a_record_is_one_line_with_time_zone_level_and_room(log: Log) -> None:
    LOGGER.info("ready\nfor calls")

    (line,) = lines(log)
    found = re.fullmatch(r"(\S+) INFO    datev_connector\.some\.room: ready\\nfor calls", line)
    assert found is not None
    assert datetime.fromisoformat(found[1]).utcoffset() is not None


def test_a_record_cannot_forge_another(log: Log) -> None:
    LOGGER.info("x\r2026-01-01T00:00:00+00:00 ERROR root: forged\x1b[31m\u2028")

    (line,) = lines(log)
    assert "\\r2026" in line
    assert line.isprintable()


def test_a_traceback_stays_on_the_line_and_is_masked(log: Log) -> None:
    try:
        raise ValueError("number 0721 123456, password=geheim")
    except ValueError:
        LOGGER.exception("failed")

    (line,) = lines(log)
    assert "\\nTraceback" in line
    assert "123456" not in line
    assert "geheim" not in line


def test_the_net_is_under_arguments_too(log: Log) -> None:
    LOGGER.info("call from %s as %r", "+49721123456", {"password": "geheim"})

    assert messages(log) == ["call from ***456 as {'password': ***}"]


def test_a_name_once_masked_is_hidden_wherever_it_turns_up(log: Log) -> None:
    LOGGER.info("call of %s from %s", Masked("Erika Muster"), Masked("4711", mask_number))
    LOGGER.info("Erika Muster (4711) again")
    LOGGER.info("by name: %(name)s", {"name": Masked("Otto Normal")})
    LOGGER.info("Otto Normal")

    assert messages(log) == [
        "call of E*** from ***",
        "E*** (***) again",
        "by name: O***",
        "O***",
    ]


def test_a_known_secret_is_hidden(log: Log) -> None:
    log.sensitive.add_secret("geheim&1")
    LOGGER.info("tried geheim&1, geheim%261 and geheim&amp;1")

    assert messages(log) == ["tried ***, *** and ***"]


@pytest.mark.parametrize(
    ("level", "own", "library"),
    [
        ("error", ["ERROR"], ["ERROR"]),
        ("warning", ["ERROR", "WARNING"], ["ERROR", "WARNING"]),
        ("info", ["ERROR", "WARNING", "INFO"], ["ERROR", "WARNING"]),
        ("debug", ["ERROR", "WARNING", "INFO", "DEBUG"], ["ERROR", "WARNING"]),
        (
            "trace",
            ["ERROR", "WARNING", "INFO", "DEBUG", "TRACE"],
            ["ERROR", "WARNING", "INFO", "DEBUG", "TRACE"],
        ),
    ],
)
def test_levels(tmp_path: Path, level: str, own: list[str], library: list[str]) -> None:
    with start_log(tmp_path, level=level) as log:
        for logger in (LOGGER, LIBRARY):
            for number in (logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG, TRACE):
                logger.log(number, "heard")

        heard = [line.split()[1:3] for line in lines(log)]
    assert [name for name, where in heard if where.startswith("datev")] == own
    assert [name for name, where in heard if where.startswith("some_library")] == library


def test_a_closed_log_leaves_nothing_behind(tmp_path: Path) -> None:
    before = (logging.getLogger().level, list(logging.getLogger().handlers), LOGGER.level)

    start_log(tmp_path).close()

    assert (logging.getLogger().level, list(logging.getLogger().handlers), LOGGER.level) == before
    assert logging.getLogger("datev_connector").level == logging.NOTSET


def test_files_rotate_and_the_oldest_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST_FILE_BYTES", 200)
    with start_log(tmp_path):
        for number in range(40):
            LOGGER.warning("record %d", number)

    files = sorted(file.name for file in tmp_path.iterdir())
    assert files == ["connector.log", *(f"connector.log.{number}" for number in range(1, 6))]
    assert "record 39" in (tmp_path / "connector.log").read_text()
    assert all(file.stat().st_size <= 200 for file in tmp_path.iterdir())


@contextmanager
def open_elsewhere(file: Path) -> Iterator[None]:
    """As if another program had it open, which keeps Windows from renaming it."""

    def refusing(step: Callable[..., None]) -> Callable[..., None]:
        def refused(source: Path | str, target: Path | str) -> None:
            if Path(source) == file or Path(target) == file:
                raise PermissionError(13, "in use")
            step(source, target)

        return refused

    with pytest.MonkeyPatch.context() as patch:
        if sys.platform != "win32":
            patch.setattr(os, "rename", refusing(os.rename))
            patch.setattr(os, "replace", refusing(os.replace))
        with file.open():
            yield


@pytest.mark.parametrize("name", ["connector.log", "connector.log.2"])
def test_a_file_that_is_open_elsewhere_costs_no_line_and_no_older_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(logs, "LARGEST_FILE_BYTES", 400)
    told = io.StringIO()
    with start_log(tmp_path, complaints=told):
        for number in range(17):
            LOGGER.warning("record %02d", number)
        with open_elsewhere(tmp_path / name):
            for number in range(17, 21):
                LOGGER.warning("record %02d", number)
        held = _recorded(tmp_path)
        for number in range(21, 35):
            LOGGER.warning("record %02d", number)

    assert held == set(range(21))
    assert _recorded(tmp_path) >= set(range(10, 35))
    assert (tmp_path / "connector.log").stat().st_size <= 400
    assert told.getvalue() == ""


def _recorded(folder: Path) -> set[int]:
    texts = (file.read_text("utf-8") for file in folder.iterdir())
    return {int(number) for text in texts for number in re.findall(r"record (\d\d)", text)}


def test_the_sizes_are_those_promised() -> None:
    assert (logs.LARGEST_FILE_BYTES, logs.KEPT_FILES) == (10_000_000, 5)


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
def test_only_the_owner_can_read_the_log(log: Log) -> None:
    assert log.file is not None
    assert stat.S_IMODE(log.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.file.parent.stat().st_mode) == 0o700


def test_without_a_writable_folder_the_program_goes_on(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    complaints = io.StringIO()

    with start_log(blocked / "logs", complaints=complaints) as log:
        LOGGER.error("nobody hears this")

    assert log.file is None
    assert re.fullmatch(r"warning: no log: .*connector\.log can't be written: .*\n",
                        complaints.getvalue())  # fmt: skip


@pytest.mark.skipif(
    sys.platform == "win32" or not Path("/dev/full").exists(),
    reason="needs a device that is always full",
)
def test_a_full_disk_is_said_once_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "connector.log").symlink_to("/dev/full")
    complaints = io.StringIO()

    log = start_log(tmp_path, complaints=complaints)
    LOGGER.error("one")
    LOGGER.error("two")
    log.close()

    assert complaints.getvalue() == "warning: the log can't be written: OSError\n"


def test_half_a_character_does_not_stop_the_log(log: Log) -> None:
    # To the file alone: the test runner's own capture cannot report such a text.
    (handler,) = (h for h in logging.getLogger().handlers if isinstance(h, RotatingFileHandler))
    handler.handle(LOGGER.makeRecord("half", logging.INFO, "", 0, "broken \ud800 text", (), None))
    assert messages(log) == ["broken \\ud800 text"]


@pytest.mark.parametrize("name", ["httpcore2.http11", "comtypes._comobject"])
def test_what_libraries_tell_of_headers_and_arguments_is_in_no_log(
    tmp_path: Path, name: str
) -> None:
    with start_log(tmp_path, level="info") as log:
        log.listen("trace")
        logging.getLogger(name).debug("(b'Set-Cookie', b'PBX=0815')")
        assert messages(log) == []


def test_what_signs_us_in_is_in_no_log(tmp_path: Path) -> None:
    """An NTLM response in a log lets whoever reads it try passwords against it."""
    library = logging.getLogger("spnego._ntlm")
    with start_log(tmp_path, level="trace") as log:
        library.debug("NTLM step output: TlRMTVNTUAADAAAA")
        library.warning("something is wrong")
        assert messages(log) == ["something is wrong"]
        assert library.getEffectiveLevel() == logging.WARNING
    assert logging.getLogger("spnego").level == logging.NOTSET
