"""The keys by which the vendor's licences are known, each with an id.

Those of `vendor_keys.toml` are shipped with the program, and nothing adds one to a program that
runs. Several may be in use at a time: a new key is shipped before licences are signed with it, and
an old one stays until its last licence has ended. One that must not be trusted any longer is taken
out, or gets a last day.
"""

from __future__ import annotations

import base64
import binascii
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import Any, Self

KEY_BYTES = 32
LONGEST_ID = 40
FILE = "vendor_keys.toml"


class BadKeys(ValueError):
    """Keys that cannot be used; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorKey:
    """A public key of Ed25519."""

    id: str
    public: bytes
    not_after: date | None = None
    """The last day on which it signs: a licence issued later is none."""


class VendorKeys:
    """Keys by their ids."""

    def __init__(self, keys: Iterable[VendorKey]) -> None:
        """Raises BadKeys if an id is there twice."""
        self._keys: dict[str, VendorKey] = {}
        for key in keys:
            if key.id in self._keys:
                raise BadKeys(f"the key {key.id} is there twice")
            self._keys[key.id] = key

    def get(self, key_id: str) -> VendorKey | None:
        """Return the key of an id."""
        return self._keys.get(key_id)

    def __iter__(self) -> Iterator[VendorKey]:
        return iter(self._keys.values())

    @classmethod
    def read(cls, text: str) -> Self:
        """Read keys from TOML: tables `[[key]]` of `id`, `public`, `not_after`. Raises BadKeys."""
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            raise BadKeys(f"no TOML: {fault}") from fault
        tables = document.get("key", [])
        if not isinstance(tables, list) or not tables:
            raise BadKeys("there is no [[key]]")
        return cls(map(_key, tables))


def shipped() -> VendorKeys:
    """The keys that this program trusts."""
    file = resources.files(__package__) / FILE
    return VendorKeys.read(file.read_text("utf-8"))


def valid_id(key_id: object) -> str:
    """Return an id that can stand in a licence. Raises BadKeys."""
    is_text = isinstance(key_id, str) and key_id.isascii() and key_id.isprintable()
    if not isinstance(key_id, str) or not is_text or not 1 <= len(key_id) <= LONGEST_ID:
        raise BadKeys(f"an id of a key has 1 to {LONGEST_ID} letters and digits")
    return key_id


def key_bytes(value: object) -> bytes:
    """Return the 32 bytes of a key in base64. Raises BadKeys."""
    try:
        key = base64.b64decode(value if isinstance(value, str) else "", validate=True)
    except binascii.Error as fault:
        raise BadKeys("a key must be in base64") from fault
    if len(key) != KEY_BYTES:
        raise BadKeys(f"a key has {KEY_BYTES} bytes")
    return key


def _key(table: Any) -> VendorKey:
    if not isinstance(table, dict):
        raise BadKeys("a [[key]] must be a table")
    last = table.get("not_after")
    if last is not None and (not isinstance(last, date) or isinstance(last, datetime)):
        raise BadKeys("not_after must be a date")
    return VendorKey(
        id=valid_id(table.get("id")), public=key_bytes(table.get("public")), not_after=last
    )
