"""`quit`: ends the windows that run on a profile, and has them started again after an update.

Whoever installs a newer version ends the running one first. A mark in the profile says that it ran;
`run --after-update` starts it again where there is one, and does nothing elsewhere.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.commands.session import Session
from datev_connector.app.folders import Profile
from datev_connector.app.windows.launch import load_qt

MARK = "start-again"


def quit_windows(session: Session, *, limit_s: float, for_update: bool) -> int:
    """End the windows of the profile; 0 also where none are open. Raises CommandFailed."""
    load_qt()  # before what brings it along
    from datev_connector.desktop.instance import instance_key
    from datev_connector.desktop.instance_end import StillRuns, end_first

    mark = _mark(session.profile)
    mark.unlink(missing_ok=True)
    try:
        ended = end_first(instance_key(session.profile.root), limit_s)
    except StillRuns:
        raise CommandFailed(
            f"The connector has not ended within {limit_s:g} seconds.",
            "What was typed is kept all the same; it may be ended in the task manager.",
        ) from None
    if ended and for_update:
        mark.touch()
    click.echo("The connector has ended." if ended else "The connector does not run.")
    return 0


def ended_for_update(profile: Profile) -> bool:
    """Tell whether an update has ended the windows of this profile, once for each time."""
    with suppress(FileNotFoundError):
        _mark(profile).unlink()
        return True
    return False


def _mark(profile: Profile) -> Path:
    return profile.root / MARK
