"""What only the vendor does: makes pairs of keys, and signs licences.

A private key is a small TOML file that its owner alone can read. Whoever has it can issue licences,
and without it none can be issued that the programs in use believe.
"""

from __future__ import annotations

import base64
import os
import secrets
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from datev_connector.app.licence.keys import BadKeys, VendorKey, VendorKeys, key_bytes, valid_id

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LONGEST_FILE = 10_000


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and its id."""

    id: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public key, in base64."""
        return base64.b64encode(self.private.public_key().public_bytes_raw()).decode("ascii")

    def as_keys(self) -> VendorKeys:
        """The public key as that of a vendor."""
        public = self.private.public_key().public_bytes_raw()
        return VendorKeys([VendorKey(id=self.id, public=public)])

    def entry(self) -> str:
        """What has to stand in `vendor_keys.toml` so that programs believe this key."""
        return f'[[key]]\nid = "{self.id}"\npublic = "{self.public}"\n'


def make_key(file: Path, key_id: str, made: date) -> SigningKey:
    """Make a pair of keys and keep the private one in a new file.

    Raises BadKeys; FileExistsError, since a key that is overwritten is gone; OSError.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = SigningKey(_plain_id(key_id), Ed25519PrivateKey.generate())
    private = base64.b64encode(key.private.private_bytes_raw()).decode("ascii")
    text = (
        "# A private key. Whoever has it can issue licences: keep it secret, and keep a copy.\n"
        f'id = "{key.id}"\nmade = {made.isoformat()}\n'
        f'public = "{key.public}"\nprivate = "{private}"\n'
    )
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as writing:
        writing.write(text)
        writing.flush()
        os.fsync(writing.fileno())
    return key


def read_key(file: Path) -> SigningKey:
    """Read a private key. Raises BadKeys, whose text holds nothing of it; OSError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    with file.open("rb") as reading:
        raw = reading.read(LONGEST_FILE)
    try:
        document = tomllib.loads(raw.decode("utf-8"))
    except ValueError:
        raise BadKeys("it is no file of a private key") from None
    if "private" not in document:
        raise BadKeys("it holds no private key")
    private = Ed25519PrivateKey.from_private_bytes(key_bytes(document["private"]))
    return SigningKey(valid_id(document.get("id")), private)


def new_id(issued: date) -> str:
    """Return an id for a licence: the day, and what makes it the only one of that day."""
    return f"{issued:%Y%m%d}-{secrets.token_hex(4)}"


def _plain_id(key_id: str) -> str:
    """Return an id that needs no quoting anywhere. Raises BadKeys."""
    if not all(letter.isalnum() or letter in "-_." for letter in valid_id(key_id)):
        raise BadKeys("an id of a key has letters, digits, dots and hyphens")
    return key_id
