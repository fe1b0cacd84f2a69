"""`outbox retry` asks a running connector to try again: by a file in the profile.

The connector looks for it when it starts and whenever its clock ticks. A file needs no open port
and no permission beyond the profile's own.
"""

from __future__ import annotations

from pathlib import Path

from datev_connector.app.folders import Profile


def ask(profile: Profile) -> None:
    """Leave the request. Raises OSError."""
    _file(profile).touch(mode=0o600)


def take(profile: Profile) -> bool:
    """Tell whether there was a request, and remove it. Raises OSError."""
    try:
        _file(profile).unlink()
    except FileNotFoundError:
        return False
    return True


def _file(profile: Profile) -> Path:
    return profile.root / "outbox.retry"
