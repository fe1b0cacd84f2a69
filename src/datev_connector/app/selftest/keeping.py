"""The store keeps what it is given, encrypted; the keyring keeps a secret."""

from __future__ import annotations

import secrets
import sys
from datetime import datetime
from pathlib import Path

from datev_connector.app.secrets import KeyringUnavailable, Vault
from datev_connector.app.selftest.proof import Failed, Skipped
from datev_connector.store.errors import WrongKey
from datev_connector.store.store import Store

NAME, VALUE = "selftest", "Müßiggang beim Finanzamt"
PLAIN_HEADER = b"SQLite format 3"


def store_keeps(folder: Path, now: datetime) -> str:
    """Create, write, close, reopen and read a store in `folder`; try a wrong key."""
    file, key = folder / "store.db", secrets.token_bytes(32)
    with Store.open(file, key, now=now, station="selftest") as store:
        store.note(NAME, VALUE)
    with Store.open(file, key, now=now, station="selftest") as store:
        if store.noted(NAME) != VALUE:
            raise Failed("what was written was not there again")
    content = file.read_bytes()
    if content.startswith(PLAIN_HEADER) or VALUE.encode() in content:
        raise Failed("the file can be read without its key")
    try:
        Store.open(file, secrets.token_bytes(32), now=now, station="selftest").close()
    except WrongKey:
        return "a store was written, reopened and read; it is encrypted and refuses a wrong key"
    raise Failed("the store opens with any key")


def keyring_keeps() -> str:
    """Keep a made-up secret in the keyring of this system, and forget it again."""
    vault, account, secret = Vault(), f"selftest {secrets.token_hex(4)}", secrets.token_hex(16)
    try:
        vault.set(account, secret)
        vault.delete(account)
        left = vault.get(account)
    except KeyringUnavailable as fault:
        if sys.platform == "win32":
            raise Failed(str(fault)) from fault
        raise Skipped(str(fault)) from fault
    if left is not None:
        raise Failed("the keyring does not forget")
    return "a secret was kept, read and forgotten by the keyring"
