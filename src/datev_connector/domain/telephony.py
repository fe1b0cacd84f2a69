"""What a PBX may answer to a wish to dial."""

from __future__ import annotations


class PlaceRefused(Exception):
    """The PBX did not take a call; the text says why, in words for the user."""
