r"""Leads whoever has the manual of the earlier connector from its folder of logs to ours.

That manual names `%AppData%\DatevConnector\logs`. Our logs lie in the local part of the profile:
they are of one computer, and in a roaming profile up to sixty megabytes would be copied over the
network at each sign-in and sign-out. So a text in the old folder says where they are.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

NAME = "Wo die Protokolle liegen.txt"
FOLDER = Path("DatevConnector") / "logs"
TEXT = """\
Die Protokolle des DATEV Connectors liegen in diesem Ordner:

    {folder}

Am schnellsten öffnen Sie ihn über das Symbol neben der Uhr: „Protokollordner öffnen“.


The logs of the DATEV Connector are in the folder named above.
"""

_log = logging.getLogger(__name__)


def put_up(logs_folder: Path, environment: Mapping[str, str]) -> None:
    """Say in the old folder where the logs are; only Windows has such a folder."""
    roaming = environment.get("APPDATA", "")
    if not roaming or Path(roaming) / FOLDER == logs_folder:
        return
    file, wanted = Path(roaming) / FOLDER / NAME, TEXT.format(folder=logs_folder)
    try:
        if not file.is_file() or file.read_text("utf-8-sig") != wanted:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.write_text(wanted, "utf-8-sig", newline="\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        _log.debug("the way to the logs could not be told in the old folder: %s", type(fault))
