"""Ids of everything in the module: the same ones for ever, so that a PBX knows its parts again."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

MODULE_ID: Final = "7d0b2f8e-5c1a-4e63-9a57-2f4c8b61d3a9"
"""A PBX takes an archive with this id for a newer revision of the module that it has."""


def id_of(key: str) -> str:
    """The id of the part that is known as `key` inside the module."""
    return str(uuid5(UUID(MODULE_ID), key))
