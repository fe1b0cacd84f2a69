"""Diagnosis asks a running connector to look at the module now: by a file in the profile.

Nobody shows the password beside a connector that runs, so the connector looks itself. It writes
down when it has looked (`running.standing`).
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
    return profile.root / "module.look"
