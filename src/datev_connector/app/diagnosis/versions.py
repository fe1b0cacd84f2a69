"""What a version of the PBX cannot do, for people who wonder why something is missing."""

from __future__ import annotations

import re

from datev_connector.domain.wording import joined, worded

NUMBERS = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,5}")
REST_SINCE = (6, 4, 2, 12)
"""Since then an address book can be read (STARFACE REST)."""
HASHES_SINCE = (6, 4, 2, 19)
"""Since then the usual form of sign-in is taken (STARFACE UCI)."""
OAUTH_SINCE = (10,)


def limits_of(version: str) -> str:
    """What this version lacks or does otherwise, as sentences; empty if nothing is known."""
    numbers = _numbers(version)
    if not numbers:
        return ""
    if numbers >= OAUTH_SINCE:
        return worded(
            "From version 10 on the PBX's own apps do without UCI over XMPP, so it may be missing; "
            "a later version will demand OAuth."
        )
    limits = []
    if numbers < REST_SINCE:
        limits.append(worded("It is too old to have an address book that can be read."))
    if numbers < HASHES_SINCE:
        limits.append(
            worded('It may take only the oldest form of sign-in (starface.sign_in = "md5").')
        )
    return joined(*limits)


def _numbers(version: str) -> tuple[int, ...]:
    found = NUMBERS.search(version)
    return tuple(map(int, found.group().split("."))) if found else ()
