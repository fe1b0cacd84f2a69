"""Takes over the settings of the earlier connector: once by itself, or when somebody asks for it.

By itself it happens on a first start only: there are no settings of one's own yet, and nothing was
taken over before. A file of one's own is never replaced. A file that could not be read then is
tried again at later starts, until it was read once or is gone; what the person has set meanwhile
stays.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from datev_connector.app.folders import Profile
from datev_connector.app.settings.layers import file_content
from datev_connector.app.settings.load import Loaded
from datev_connector.app.settings.original.judging import Judged, judged
from datev_connector.app.settings.original.names import is_known
from datev_connector.app.settings.original.places import original_files
from datev_connector.app.settings.original.reading import NotReadable, OldSetting, read_file
from datev_connector.app.settings.original.report import (
    Report,
    Row,
    keep_report,
    kept_report,
    report_file,
)
from datev_connector.app.settings.problems import SettingsError
from datev_connector.app.settings.saving import Draft, NotUsable, Shelf, draft, keep
from datev_connector.app.settings.writing import CannotEdit

_log = logging.getLogger(__name__)


def take_over_first(
    profile: Profile,
    shelf: Shelf,
    *,
    environment: Mapping[str, str],
    now: Callable[[], datetime],
) -> Report | None:
    """Take over what there is, if this is the first start or what the first one could not read.

    None: there was nothing to do, or nothing that was not told before. What goes wrong is told in
    the report, or left for another start: it keeps nobody from working.
    """
    pending = _pending(profile)
    if pending is None and (
        os.path.lexists(shelf.user_file) or os.path.lexists(report_file(profile))
    ):
        return None
    try:
        report = _first_report(shelf, original_files(environment), now())
        if report is None:
            _forget(profile, pending)
            return None
    except (OSError, SettingsError, NotUsable, CannotEdit) as fault:
        _log.warning("settings of an earlier connector were not taken over: %s", fault)
        return None
    report = replace(report, file=_shortened(report.file, environment))
    if pending is not None and report.summary == pending.summary:
        return None  # told at an earlier start
    _keep(profile, report)
    if pending is not None and report.unread:
        log_report(report)
        return None  # windows have told of one reason, which is enough
    return report


def _pending(profile: Profile) -> Report | None:
    """The report of a first start that could read no file; None: there was none like that."""
    kept = kept_report(profile)
    return kept if kept is not None and kept.unread else None


def _forget(profile: Profile, pending: Report | None) -> None:
    """What could not be read is gone, or is another program's. Raises OSError."""
    if pending is not None:
        report_file(profile).unlink(missing_ok=True)


def _keep(profile: Profile, report: Report) -> None:
    try:
        profile.prepare()
        keep_report(profile, report)
    except OSError as fault:  # it is told all the same
        _log.warning("the report of what was taken over could not be kept: %s", fault.strerror)


def _first_report(shelf: Shelf, files: Iterable[Path], at: datetime) -> Report | None:
    """What became of the likeliest file that can be read; None: there is none to take over.

    One that cannot be read just now is waited for, since the next may be older.
    """
    unread: Report | None = None
    for file in files:
        try:
            old = read_file(file)
        except NotReadable as fault:
            told = Report(at=at, file=str(file), unread=fault.text)
            if fault.for_now:
                return told
            unread = unread or told
            continue
        if not any(is_known(one.name) for one in old):
            continue  # of another program
        return Report(at=at, file=str(file), rows=_taken(old, shelf))
    return unread


def _taken(old: tuple[OldSetting, ...], shelf: Shelf) -> tuple[Row, ...]:
    """What became of these settings. Raises FileExistsError if somebody begins settings now."""
    content = file_content(shelf.user_file)
    wanted, made = _judged(old, shelf.load(content), shelf)
    if made is not None and content is not None:
        keep(made, shelf)
    elif made is not None:
        _keep_new(shelf.user_file, made.content)
    return wanted.rows


def take_over(file: Path, shelf: Shelf, at: datetime, *, dry_run: bool = False) -> Report:
    """Take over a file that somebody names; what their own settings say already stays.

    Raises NotReadable; SettingsError, NotUsable, CannotEdit and OSError where the settings file
    cannot be used.
    """
    loaded = shelf.load(file_content(shelf.user_file))
    wanted, made = _judged(read_file(file), loaded, shelf)
    if made is not None and not dry_run:
        keep(made, shelf)
    return Report(at=at, file=str(file), rows=wanted.rows)


def log_report(report: Report) -> None:
    """Write the report to the log."""
    for line in report.lines():
        _log.info("%s", line)


def _shortened(file: str, environment: Mapping[str, str]) -> str:
    """The path as people in an office know it, without the name of a user."""
    for name, shown in (("APPDATA", "%AppData%"), ("LOCALAPPDATA", "%LocalAppData%")):
        folder = environment.get(name, "")
        if folder and file.startswith(folder):
            return shown + file[len(folder) :]
    return file


def _judged(
    old: tuple[OldSetting, ...], loaded: Loaded, shelf: Shelf
) -> tuple[Judged, Draft | None]:
    found = judged(old, loaded)
    return found, draft(found.wanted, shelf) if found.wanted else None


def _keep_new(file: Path, content: bytes) -> None:
    """Write a file that is not there yet. Raises OSError: FileExistsError if it is by now."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}.new")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(new, flags, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if os.name == "nt":
            new.rename(file)  # there it replaces nothing
        else:
            os.link(new, file)
    finally:
        new.unlink(missing_ok=True)
