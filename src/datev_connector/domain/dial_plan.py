"""The office's place in the telephone network: what turns digits into a number of the world."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DialPlan:
    """How the office's numbers are to be read and dialled."""

    country: str = "DE"
    """ISO 3166 code of the office's country."""
    area_code: str = ""
    """Completes local numbers, with or without its leading zero; empty: nothing is completed."""
    exchange_prefix: str = ""
    """For an outside line, for example `0`: taken off callers, put before dialled numbers."""
    internal_digits: int = 4
    """Up to this many digits is an extension of the PBX."""
    accounts: frozenset[str] = frozenset()
    """Extensions known to the PBX: internal whatever their length."""
