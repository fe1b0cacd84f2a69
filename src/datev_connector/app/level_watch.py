"""Has the log follow what is wanted of it while the program runs.

The newest wish counts: settings and policies, which are looked at again and again, or what somebody
asked of this run (`--log-level`, a command of the stream), until the settings say something else.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from datev_connector.app.log_levels import LevelStanding, Mark, standing
from datev_connector.app.settings.layers import Origin
from datev_connector.app.settings.sections import LogLevel

if TYPE_CHECKING:
    from datev_connector.app.folders import Profile
    from datev_connector.app.logs import Log
    from datev_connector.app.settings import Loaded

OPTION = "general.log_level"
LOOK_S = 5.0
"""How soon a changed file counts."""
POLICY_S = 60.0
"""How soon a changed policy counts."""
LONGEST_MARK = 1000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the settings want."""

    level: LogLevel
    is_own: bool
    """It stands in the person's own file, and can be taken back there."""


class WishInSettings:
    """Reads what the settings want, as seldom as possible.

    The person's file may lie on a server that is slow or gone: to `read` takes its time.
    """

    def __init__(
        self,
        read: Callable[[], Loaded | None],
        files: Sequence[Path],
        *,
        clock: Callable[[], float] = time.monotonic,
        platform: str = sys.platform,
    ) -> None:
        """`read` gives the settings as they stand now; None: they cannot be used.

        `files`: without a change of theirs nothing is read, but for policies, where there are some.
        """
        self._read = read
        self._files = tuple(files)
        self._clock = clock
        self._policies = platform == "win32"
        self._seen: object = None
        self._read_s = 0.0
        self.wish = Wish(LogLevel.INFO, is_own=False)
        """What was wanted when it was read last."""

    def read(self) -> None:
        """See what is wanted; while the settings cannot be used, it stays what it was."""
        seen, now_s = [_stamp(file) for file in self._files], self._clock()
        due = self._policies and now_s - self._read_s >= POLICY_S
        if seen != self._seen or due:
            self._seen, self._read_s = seen, now_s
            loaded = self._read()
            if loaded is not None:
                known = loaded.provenance[OPTION]
                self.wish = Wish(LogLevel(str(known.value)), known.origin is Origin.USER_FILE)

    def forget(self) -> None:
        """Read anew at the next question: somebody has just changed a setting."""
        self._seen = None


class LevelWatch:
    """Sets the level of a log, and tells when it changes. Belongs to one thread at a time."""

    def __init__(
        self,
        log: Log,
        profile: Profile,
        wish: WishInSettings,
        *,
        now: Callable[[], datetime],
        given: LogLevel | None = None,
    ) -> None:
        """`given`: what was asked of this run when it was started; `now` gives UTC."""
        self._listen = log.listen
        self._file = profile.root / "log-level.json"
        self._wish = wish
        self._now = now
        self._mark = _kept(self._file)
        self._over: Mark | None = None
        """What somebody asked of this run, since when."""
        self._before: Wish | None = None
        self._given_back = False
        self._poked = asyncio.Event()
        self.standing = LevelStanding(level=LogLevel.INFO)
        """What counts now; may be read on any thread."""
        self.give_back: Callable[[], None] = lambda: None
        """Takes a level whose time is up out of the person's own settings; must not wait."""
        self.tell: Callable[[LevelStanding], None] = lambda _: None
        """Hears of each change."""
        self.beside: Callable[[], None] = lambda: None
        """Done at each look as well; must not wait."""
        if given is not None:
            self._over = Mark(level=given, since=now())

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            self._poked.clear()
            await self._read()
            self._follow()
            self.beside()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._poked.wait()

    async def _read(self) -> None:
        """Read beside the calls, and beside the end of the program: a server may be gone."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def read() -> None:
            try:
                self._wish.read()
            finally:
                with contextlib.suppress(RuntimeError):  # the loop is closed
                    loop.call_soon_threadsafe(done.set)

        threading.Thread(target=read, name="log level", daemon=True).start()
        await done.wait()

    def settings_changed(self) -> None:
        """Somebody has just changed settings."""
        self._wish.forget()
        self._poked.set()

    def ask(self, level: LogLevel | None) -> None:
        """Have this run tell so much, whatever the settings say; None: go by them again."""
        self._over = None if level is None else Mark(level=level, since=self._now())
        self._follow()

    def look(self) -> None:
        """See what is wanted now, and have the log follow; not where somebody waits."""
        self._wish.read()
        self._follow()

    def _follow(self) -> None:
        wish, now = self._wish.wish, self._now()
        if self._before is not None and wish.level is not self._before.level:
            self._over = None
        self._before = wish
        mark, wanted = standing(wish.level, self._mark, now)
        self._keep(mark)
        if self._over is not None:
            over, asked = standing(self._over.level, self._over, now)
            self._over = None if asked.ended else over
            wanted = wanted if asked.ended else asked
        if wanted != self.standing:
            self._use(wanted)
        self._take_back(wish, mark, now)

    def _use(self, wanted: LevelStanding) -> None:
        before, self.standing = self.standing, wanted
        self._listen(wanted.level)
        if (before.level, before.until) != (wanted.level, wanted.until):
            until = "" if wanted.until is None else f" until {wanted.until.isoformat()}"
            _log.info("the log tells %s%s", wanted.level, until)
            self.tell(wanted)

    def _take_back(self, wish: Wish, mark: Mark | None, now: datetime) -> None:
        ended = standing(wish.level, mark, now)[1].ended
        if ended and wish.is_own and not self._given_back:
            self.give_back()
        self._given_back = ended

    def _keep(self, mark: Mark | None) -> None:
        if mark == self._mark:
            return
        self._mark = mark
        try:
            if mark is None:
                self._file.unlink(missing_ok=True)
            else:
                _write(self._file, mark)
        except OSError as fault:
            # At worst its time begins anew with the next start.
            _log.warning("since when the log tells more could not be kept: %s", fault.strerror)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _write(file: Path, mark: Mark) -> None:
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump({"level": mark.level.value, "since": mark.since.isoformat()}, stream)
    new.replace(file)


def _kept(file: Path) -> Mark | None:
    try:
        with file.open(encoding="utf-8") as stream:
            written = json.loads(stream.read(LONGEST_MARK))
        mark = Mark(
            level=LogLevel(written["level"]), since=datetime.fromisoformat(written["since"])
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return mark if mark.since.tzinfo is not None else None
