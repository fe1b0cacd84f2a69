"""Changes a settings file, and leaves comments, order and spelling in it as they are.

Only the keys that are to be changed are touched. What is written is read back first, and a file
that cannot be changed so that exactly these keys differ is left alone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tomllib
from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from datev_connector.app.patience import patiently
from datev_connector.app.settings.lines import section_end
from datev_connector.app.settings.option import Value

HEADING = """\
# Settings of DATEV Connector for STARFACE.
# Every key and what it does: docs/settings.md. What is missing here has its usual value.
"""
BOM = b"\xef\xbb\xbf"

Changes = Mapping[tuple[str, str], Value | None]
"""New values by section and key; None: the key is to be removed."""


class CannotEdit(Exception):
    """The file is written in a way that keys cannot be changed in; a person has to do it."""


def edited(content: bytes, changes: Changes) -> bytes:
    """The content of a settings file with these changes, and no others.

    `content` is valid TOML, or empty for a file that does not exist yet. Raises CannotEdit.
    """
    bom, text = content.startswith(BOM), content.decode("utf-8-sig")
    windows_lines = text.count("\r\n") * 2 > text.count("\n")
    plain = text.replace("\r\n", "\n")
    new = _edited(plain or HEADING, changes)
    if _values(new) != _changed(_values(plain), changes):
        raise CannotEdit
    new = new.replace("\n", "\r\n") if windows_lines else new
    return (BOM if bom else b"") + new.encode()


def _edited(text: str, changes: Changes) -> str:
    try:
        for (section, key), value in changes.items():
            if value is None:
                text = _without(text, section, key)
            else:
                text = _with(text, section, key, value)
    except (TOMLKitError, TypeError, AttributeError, ValueError) as fault:
        # Its library knows ways of writing in which it loses its way.
        raise CannotEdit from fault
    return text


def _with(text: str, section: str, key: str, value: Value) -> str:
    plain = str(value) if isinstance(value, StrEnum) else value
    document = tomlkit.parse(text)
    table: Any = document.get(section)
    end = section_end(text, section)
    if end is not None and key not in table:
        return _inserted(text, end, f"{key} = {tomlkit.item(plain).as_string()}")
    if table is None:
        if text.strip() and not text.endswith("\n\n"):
            document.add(tomlkit.nl())
        document.add(section, tomlkit.table())
        table = document[section]
    table[key] = plain
    return tomlkit.dumps(document)


def _inserted(text: str, after: int, line: str) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[:after], line, *(lines[after:] or [""])])


def _without(text: str, section: str, key: str) -> str:
    document = tomlkit.parse(text)
    table: Any = document.get(section)
    if table is not None and key in table:
        table.remove(key)
    return tomlkit.dumps(document)


def _values(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise CannotEdit from fault


def _changed(values: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """The values that are to come of it. A section that is empty may stay."""
    for (section, key), value in changes.items():
        if value is not None:
            table: MutableMapping[str, Any] = values.setdefault(section, {})
            table[key] = value
        elif isinstance(values.get(section), dict):
            values[section].pop(key, None)
    return values


def replace_file(file: Path, content: bytes) -> None:
    """Put new content into a file, which holds the old or the new at any moment.

    Nobody but its owner may read it, where that can be asked for. A file that somebody has made
    read-only is left alone, also where it could be replaced. Raises OSError.
    """
    target = Path(os.path.realpath(file))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = target.with_name(f"{target.name}.new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            if sys.platform != "win32":
                os.fchmod(stream.fileno(), 0o600)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        patiently(lambda: new.replace(target))
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    _settle(target.parent)


_BINARY = getattr(os, "O_BINARY", 0)


def _settle(folder: Path) -> None:
    """Have the new name of the file survive a power cut, where that can be asked for."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
