"""What commands ask of a running connector: by a file in the profile.

The connector looks for it when it starts and whenever its clock ticks. A file needs no open port
and no permission beyond the profile's own.
"""

from __future__ import annotations

from enum import StrEnum

from datev_connector.app.folders import Profile


class Request(StrEnum):
    """What may be asked; the values are names of files."""

    RETRY = "outbox.retry"
    """Try again what waits for DATEV (`outbox retry`)."""
    LOOK_AT_MODULE = "module.look"
    """Look at the module now, and write down when that was done (`running.standing`): beside a
    connector that runs nobody else shows the password."""

    def ask(self, profile: Profile) -> None:
        """Leave the request. Raises OSError."""
        (profile.root / self.value).touch(mode=0o600)

    def take(self, profile: Profile) -> bool:
        """Tell whether there was a request, and remove it. Raises OSError."""
        try:
            (profile.root / self.value).unlink()
        except FileNotFoundError:
            return False
        return True
