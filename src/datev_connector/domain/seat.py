"""What happens to the place where a person works: its session and its computer.

What follows from it stands here, once. Calls are recorded in any case; a session that is locked
or cut off hides all windows by itself, so nothing is closed and nothing is withheld because of it.
"""

from __future__ import annotations

from enum import StrEnum


class Seat(StrEnum):
    """What has just happened."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    DISCONNECTED = "disconnected"
    """The person is gone from a remote session; the session goes on."""
    CONNECTED = "connected"
    SUSPENDING = "suspending"
    """The computer is about to sleep."""
    RESUMED = "resumed"
    ENDING = "ending"
    """The session may be about to end."""
    STAYING = "staying"
    """It does not end after all."""
    ENDED = "ended"


LOOK_AGAIN = frozenset({Seat.UNLOCKED, Seat.CONNECTED, Seat.RESUMED})
"""The line to the PBX may have gone meanwhile, and calls with it: it is looked at now."""
TRY_AGAIN = frozenset({Seat.RESUMED})
"""What waits for DATEV is tried now, not after the pause that was begun before."""
KEEP = frozenset({Seat.SUSPENDING, Seat.ENDING, Seat.ENDED})
"""There may be no later: what was typed is kept now."""
