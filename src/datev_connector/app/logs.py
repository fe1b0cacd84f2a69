"""The program's log: rotating files in the profile, one line a record, nothing personal in it.

Standard `logging` throughout. The handler stands on the root logger, so that libraries are heard
as well (from warnings on) and pass the same masks.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from datev_connector.app.masking import SensitiveTexts, mask_text
from datev_connector.domain.masking import Masked
from datev_connector.domain.tracing import TRACE

LEVELS: Mapping[str, int] = {
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
    "trace": TRACE,
}
"""The names that `--log-level` takes."""
INDISCREET = ("spnego", "httpcore2", "comtypes")
"""Libraries that tell what signs us in or who calls: NTLM responses, against which passwords can be
tried; cookies among the headers of answers; arguments of calls."""
LARGEST_FILE_BYTES = 10_000_000
KEPT_FILES = 5


class Log:
    """The running log; `close` (or leaving it as a context) takes it off again."""

    def __init__(
        self, handler: logging.Handler, sensitive: SensitiveTexts, file: Path | None
    ) -> None:
        """Made by `start_log`."""
        self.sensitive = sensitive
        self.file = file
        """None: the log can't be written; the reason stood on stderr."""
        self._handler = handler
        self._root = logging.getLogger()
        self._own = logging.getLogger("datev_connector")
        self._indiscreet = [logging.getLogger(each) for each in INDISCREET]
        self._levels_before = [each.level for each in self._all]

    @property
    def _all(self) -> list[logging.Logger]:
        return [self._root, self._own, *self._indiscreet]

    def start(self, level: str) -> None:
        """Begins to listen; see `listen`."""
        logging.addLevelName(TRACE, "TRACE")
        self._root.addHandler(self._handler)
        self.listen(level)

    def listen(self, level: str) -> None:
        """Listens from `level` on; to libraries from warnings on, or to all of it at TRACE.

        Only the indiscreet ones are never heard below warnings. May be called at any time.
        """
        number = LEVELS[level]
        self._root.setLevel(number if number == TRACE else max(number, logging.WARNING))
        self._own.setLevel(number)
        for each in self._indiscreet:
            each.setLevel(logging.WARNING)

    def close(self) -> None:
        """Stops listening and closes the file."""
        self._root.removeHandler(self._handler)
        for each, level in zip(self._all, self._levels_before, strict=True):
            each.setLevel(level)
        with suppress(OSError):  # what a full disk did not take was complained about before
            self._handler.close()

    def __enter__(self) -> Self:
        """The log itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Closes the log."""
        self.close()


def start_log(
    folder: Path,
    *,
    level: str = "info",
    name: str = "connector",
    complaints: TextIO | None = None,
) -> Log:
    """Starts the log in `folder/name.log`.

    `level` is one of `LEVELS`. Programs that run at the same time use different names, since they
    can't rotate one file together. If the folder or file can't be written, one line on
    `complaints` (stderr) says so and the program goes on without a log.
    """
    stream = complaints if complaints is not None else sys.stderr
    sensitive = SensitiveTexts()
    file = folder / f"{name}.log"
    handler: logging.Handler
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _PrivateFile(file, stream)
    except OSError as fault:
        stream.write(f"warning: no log: {file} can't be written: {fault.strerror or fault}\n")
        log = Log(logging.NullHandler(), sensitive, None)
    else:
        log = Log(handler, sensitive, file)
        handler.setFormatter(LineFormatter(sensitive))
    log.start(level)
    return log


class LineFormatter(logging.Formatter):
    """One masked line a record: local time with zone, level, logger, message, traceback."""

    def __init__(self, sensitive: SensitiveTexts) -> None:
        """Hides what is or becomes known in `sensitive`."""
        super().__init__()
        self._sensitive = sensitive

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        self._learn(record)
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        if record.stack_info:
            text += "\n" + record.stack_info
        masked = mask_text(self._sensitive.hide(text))
        at = datetime.fromtimestamp(record.created, UTC).astimezone()
        moment = at.isoformat(timespec="milliseconds")
        return f"{moment} {record.levelname:<7} {record.name}: {_on_one_line(masked)}"

    def _learn(self, record: logging.LogRecord) -> None:
        arguments = record.args or ()
        values = arguments.values() if isinstance(arguments, Mapping) else arguments
        for value in values:
            if isinstance(value, Masked):
                self._sensitive.add_name(value.clear, str(value))


def _on_one_line(text: str) -> str:
    """The text with control characters spelt out: no text can forge a record."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


class _PrivateFile(RotatingFileHandler):
    """A rotating file that only its owner can read, and whose troubles never stop the program."""

    def __init__(self, file: Path, complaints: TextIO) -> None:
        self._complaints = complaints
        self._complained = False
        self._largest = LARGEST_FILE_BYTES
        super().__init__(file, maxBytes=self._largest, backupCount=KEPT_FILES, encoding="utf-8")

    def doRollover(self) -> None:  # noqa: N802  # base class
        """Begins a new file. One that another program has open on Windows cannot be renamed.

        It grows on then, by a tenth before that is tried again; no line and no older file is lost.
        """
        if self.stream:
            self.stream.close()
            self.stream = None  # as the base class does
        file = Path(self.baseFilename)
        try:
            file.replace(_aside(file))
            super().doRollover()
        except OSError:
            with suppress(OSError):
                if not file.exists():  # an older one is open
                    _aside(file).replace(file)
            self.maxBytes = _size(file) + self._largest // 10
        else:
            self.maxBytes = self._largest

    def rotate(self, source: str, dest: str) -> None:
        """Gives the file that was put aside its place among the older ones."""
        _aside(Path(source)).replace(dest)

    def _open(self):  # type: ignore[no-untyped-def]  # noqa: ANN202  # as typed by the base class
        def private(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return open(
            self.baseFilename, self.mode, encoding=self.encoding, errors="replace", opener=private
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # base class
        """Says once that the log is not written any more, for instance when the disk is full."""
        if self._complained:
            return
        self._complained = True
        fault = sys.exc_info()[1]
        with suppress(OSError, ValueError):
            self._complaints.write(f"warning: the log can't be written: {type(fault).__name__}\n")


def _aside(file: Path) -> Path:
    return file.with_name(f"{file.name}.0")


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
