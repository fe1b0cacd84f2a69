"""The program itself, for its help page."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import distribution, version

import apsw
from PySide6.QtCore import QLocale, qVersion

from datev_connector import __version__
from datev_connector.app.folders import Profile
from datev_connector.app.log_levels import LevelStanding
from datev_connector.app.manual import find_manual
from datev_connector.desktop.held_licence import HeldLicence
from datev_connector.desktop.ports import About, LogStanding
from datev_connector.texts.wanted import wanted_tongue


class RunningProgram:
    """Fulfils `desktop.ports.Program`."""

    def __init__(
        self,
        profile: Profile,
        end: Callable[[], None],
        log: Callable[[], LevelStanding],
        licence: Callable[[], HeldLicence],
    ) -> None:
        """`end` begins the orderly end of the program; `log` says how much the log tells.

        `licence` returns a value, on any thread.
        """
        self._profile = profile
        self._end = end
        self._log = log
        self._licence = licence

    def about(self) -> About:
        """Return what the help page says."""
        return About(
            version=__version__,
            profile=self._profile.root,
            settings_file=self._profile.settings_file,
            logs_folder=self._profile.logs_folder,
            components=(
                ("Python", platform.python_version()),
                ("Qt", qVersion()),
                ("PySide6", version("PySide6-Essentials")),
                ("SQLite", apsw.sqlite_lib_version()),
            ),
            licence=_licence(),
            manual=_manual(),
        )

    def log(self) -> LogStanding:
        """Return how much the log tells now."""
        now = self._log()
        return LogStanding(level=now.level.value, until=now.until)

    def licence(self) -> HeldLicence:
        """Return the licence that counts now."""
        return self._licence()

    def quit(self) -> None:
        """End the program in order."""
        self._end()


def _licence() -> str:
    """The text of our licence as it was installed; empty where the installation lacks it."""
    ours = distribution("datev-connector-for-starface")
    return ours.read_text("licenses/LICENSE") or ours.read_text("LICENSE") or ""


def _manual() -> str:
    """The manual in the language of the windows, as Qt was told it; empty where it is not there."""
    return str(find_manual(wanted_tongue("auto", QLocale().name())) or "")
