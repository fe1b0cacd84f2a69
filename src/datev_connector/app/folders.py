"""Where one user's settings, store and logs live."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs

from datev_connector.domain.wording import worded
from datev_connector.system.private_files import close_to_others

PROGRAM = "DatevConnector"
ELSEWHERE_REMEDY = worded("Choose a folder on this computer with --profile.")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The files of one user. Making the value touches no disk; `prepare` makes the folder."""

    root: Path
    settings_file: Path
    settings_file_named: bool = False
    """True: a person named the settings file, so that it must exist."""
    machine_settings_file: Path
    logs_folder: Path

    @property
    def store_file(self) -> Path:
        """Calls, notes, contacts and the outbox; encrypted."""
        return self.root / "store.db"

    @property
    def key_file(self) -> Path:
        """Says where the key of the store is kept; without a keyring it holds the key."""
        return self.root / "store.key"

    @property
    def lock_file(self) -> Path:
        """Held by the one program that runs on this profile."""
        return self.root / "connector.lock"

    @property
    def pins_file(self) -> Path:
        """The server certificates that were trusted on first use."""
        return self.root / "certificates.json"

    def prepare(self) -> None:
        """Makes the root folder, closed to other users where that can be asked for.

        Raises `OSError` if it can't be made.
        """
        if self.root.is_dir():
            return
        self.root.parent.mkdir(parents=True, exist_ok=True)
        self.root.mkdir(mode=0o700, exist_ok=True)
        close(self.root)

    def close_files(self) -> None:
        """Closes the files that hold calls and keys to other users; where they lie may be open."""
        for file in (self.store_file, self.key_file):
            if file.exists():
                close(file)


def elsewhere(folder: Path) -> str:
    """Why a profile cannot be used that lies on another computer."""
    return worded(
        "The profile folder {folder} lies on a network drive, where calls and notes could be "
        "damaged.",
        folder=str(folder),
    )


def close(path: Path) -> None:
    """Closes a file or folder to other users, as far as its file system can."""
    try:
        if close_to_others(path):
            _log.info("closed to other users: %s", path.name)
    except OSError as fault:
        _log.warning("%s cannot be closed to other users: %s", path.name, fault.strerror)


def find_profile(*, folder: Path | None = None, settings_file: Path | None = None) -> Profile:
    """The profile of `--profile` and `--config`, or the platform's per-user folders.

    A named folder holds everything of that profile; a named settings file counts in any case. On
    Windows settings go with the user from computer to computer; store and logs stay.
    """
    system = PlatformDirs(PROGRAM, appauthor=False)
    roaming = PlatformDirs(PROGRAM, appauthor=False, roaming=True)
    if folder is not None:
        root = folder.absolute()
        usual_settings, logs = root / "settings.toml", root / "logs"
    else:
        root = system.user_data_path
        usual_settings, logs = roaming.user_config_path / "settings.toml", system.user_log_path
    return Profile(
        root=root,
        settings_file=settings_file.absolute() if settings_file else usual_settings,
        settings_file_named=settings_file is not None,
        machine_settings_file=system.site_config_path / "settings.toml",
        logs_folder=logs,
    )
