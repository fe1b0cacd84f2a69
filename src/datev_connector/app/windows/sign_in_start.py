"""Has Windows start the program at sign-in, as the settings say."""

from __future__ import annotations

from datev_connector.app.settings import Settings
from datev_connector.system import autostart
from datev_connector.system.own_command import own_command


def start_at_sign_in(settings: Settings) -> str:
    """Make Windows follow; return what a person should know of that, or nothing."""
    wanted = settings.general.start_with_windows
    return autostart.keep_in_step(own_command("run", "--at-sign-in") if wanted else "")
