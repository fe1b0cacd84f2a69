"""The key that opens the store, made once and never again.

One small file beside the store, `store.key`, says where the key is: under which name in the
keyring, or, where there is no keyring, the key itself. That file is created whole or not at all
and never overwritten, so two programs that start at the same time agree on one key, and a key that
went into the file stays in use when a keyring turns up later.

The key stays on this computer, as the store does: were it to roam with the user, two computers
would fight over one place in the keyring.

A lost key is a lost store. Hence nothing here makes a new key while a store exists, and nothing
replaces a file that it can't read.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from datev_connector.app.folders import Profile
from datev_connector.app.patience import patiently
from datev_connector.app.secrets import KeyringUnavailable, Vault
from datev_connector.domain.wording import joined, worded

KEY_BYTES = 32
LARGEST_FILE_BYTES = 4096


class KeyPlace(StrEnum):
    """Where the key is kept."""

    KEYRING = "keyring"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreKey:
    """The key of a profile's store."""

    key: bytes = field(repr=False)
    """32 bytes."""
    place: KeyPlace
    warning: str = ""
    """For a person, if the key lies less safe than it could."""


class StoreKeyError(Exception):
    """The key can't be had; the text says why and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What the key file says: the name of a keyring account, or the key itself."""

    account: str = ""
    key: bytes = field(default=b"", repr=False)

    def text(self) -> str:
        content = {"key": self.key.hex()} if self.key else {"keyring": self.account}
        return json.dumps(content) + "\n"


def store_key(
    profile: Profile,
    vault: Vault,
    *,
    store_exists: bool,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> StoreKey:
    """The key of the profile's store; makes one if there is neither a key nor a store.

    Raises `StoreKeyError` if the key can't be had or kept.
    """
    file = profile.key_file
    entry = _read(file)
    if entry is None and store_exists:
        raise StoreKeyError(
            worded(
                "{file} is missing, without which the store beside it can't be opened. Bring the "
                "file back from a backup, or move the store away to begin with an empty one.",
                file=str(file),
            )
        )
    if entry is None:
        entry = _made(profile, vault.of_this_computer(), random_bytes)
    if entry.key:
        return StoreKey(key=entry.key, place=KeyPlace.FILE, warning=_file_warning(file))
    return StoreKey(key=_from_keyring(entry, vault, file), place=KeyPlace.KEYRING)


def _read(file: Path) -> _Entry | None:
    try:
        content = patiently(lambda: _beginning(file))
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise StoreKeyError(
            worded("{file} can't be read: {why}", file=str(file), why=fault.strerror or str(fault))
        ) from fault
    entry = _parsed(content)
    if entry is None:
        raise StoreKeyError(
            worded(
                "{file} is damaged and was left as it is. Bring it back from a backup; without it "
                "the store can't be opened.",
                file=str(file),
            )
        )
    return entry


def _beginning(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(LARGEST_FILE_BYTES)


def _parsed(content: bytes) -> _Entry | None:
    try:
        match json.loads(content):
            case {"key": str(text)} if len(key := bytes.fromhex(text)) == KEY_BYTES:
                return _Entry(key=key)
            case {"keyring": str(account)} if account:
                return _Entry(account=account)
    except (ValueError, RecursionError):
        pass
    return None


def _made(profile: Profile, vault: Vault, random_bytes: Callable[[int], bytes]) -> _Entry:
    """A new key, safely kept; or the one of another program that was faster."""
    key = random_bytes(KEY_BYTES)
    account = f"store-key {random_bytes(8).hex()}"
    try:
        vault.set(account, key.hex())
    except KeyringUnavailable:
        ours = _Entry(key=key)
    else:
        ours = _Entry(account=account)
    try:
        profile.prepare()
        if _create_whole(profile.key_file, ours.text()):
            return ours
    except OSError as fault:
        _forget(vault, ours)
        reason = fault.strerror or str(fault)
        raise StoreKeyError(
            worded("{file} can't be written: {reason}", file=str(profile.key_file), reason=reason)
        ) from fault
    _forget(vault, ours)
    theirs = _read(profile.key_file)
    if theirs is None:
        raise StoreKeyError(
            worded("{file} vanished while it was read; try again", file=str(profile.key_file))
        )
    return theirs


def _forget(vault: Vault, entry: _Entry) -> None:
    if entry.account:
        try:
            vault.delete(entry.account)
        except KeyringUnavailable:
            return  # an entry that nothing points to does no harm


def _from_keyring(entry: _Entry, vault: Vault, file: Path) -> bytes:
    try:
        text = vault.of_this_computer().get(entry.account)
        if text is None:
            text = vault.get(entry.account)
    except KeyringUnavailable as fault:
        raise StoreKeyError(
            worded("the store's key is in the keyring, but {fault}", fault=str(fault))
        ) from fault
    if text is None:
        raise StoreKeyError(
            worded(
                "the keyring has no entry {account}, to which {file} points. Bring the keyring "
                "back from a backup, or move store and key file away to begin with an empty "
                "store.",
                account=repr(entry.account),
                file=str(file),
            )
        )
    key = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES and _is_hexadecimal(text) else b""
    if not key:
        raise StoreKeyError(
            worded("the entry {account} of the keyring holds no key", account=repr(entry.account))
        )
    return key


def _is_hexadecimal(text: str) -> bool:
    return all(character in "0123456789abcdef" for character in text)


def _create_whole(file: Path, text: str) -> bool:
    """Writes a new file, closed to others and safe on disk; False if there is one already."""
    draft = file.with_name(f"{file.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        created = _publish(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    if created:
        _settle(file.parent)
    return created


def _publish(draft: Path, file: Path) -> bool:
    """Gives the draft its name unless that is taken; in one step."""
    try:
        if sys.platform == "win32":
            patiently(lambda: draft.rename(file))
        else:
            file.hardlink_to(draft)
    except FileExistsError:
        return False
    return True


def _settle(folder: Path) -> None:
    """Makes a new name in a folder last through a power cut, where the system lets us ask."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _file_warning(file: Path) -> str:
    warning = worded(
        "the store's key lies in {file}, since no keyring could be used when it was made; whoever "
        "can read both files can read the store",
        file=str(file),
    )
    if sys.platform != "win32" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        readable = worded("Other users can read it: chmod 600 {file}", file=str(file))
        return joined(warning, readable, between=". ")
    return warning
