"""A file that a command makes: only its owner can read it, and it is never half there."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

import click

from datev_connector.app.commands.failures import CommandFailed

EXCEL: Final = "utf-8-sig"
"""Excel takes a CSV for UTF-8 only if it begins with the mark."""
_BINARY: Final = getattr(os, "O_BINARY", 0)
"""Windows would else put a carriage return before each line feed."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def make_sure_of(file: Path, *, force: bool) -> None:
    """Let nothing be lost that stands where a file shall go. Raises CommandFailed, click.Abort."""
    if not file.parent.is_dir():
        raise CommandFailed(f"There is no folder {file.parent}.", "Make it, or name another one.")
    if file.is_dir():
        raise CommandFailed(f"{file} is a folder.", "Name a file in it.")
    if force or not file.exists():
        return
    if not sys.stdin.isatty():
        raise CommandFailed(f"{file} is there already.", "Use --force to replace it.")
    click.confirm(f"{file} is there already. Replace it?", abort=True, err=True)


@contextmanager
def written_whole(file: Path, encoding: str) -> Iterator[TextIO]:
    """Give a stream; an earlier file is replaced when all is written. Raises OSError."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding=encoding, newline="") as stream:
            yield stream
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def put_whole(file: Path, content: bytes) -> None:
    """Write a file; an earlier one is replaced when all is written. Raises OSError."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def harmless(text: str) -> str:
    """Return a text of others as a cell that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
