"""Where the session runs: at the desk, on a terminal server, or in a data centre that hosts DATEV.

What such data centres call their machines is not published: a name is a hint and no proof.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

REMOTE = re.compile(r"(?:rdp|ica)-", re.IGNORECASE)
"""How Windows (Remote Desktop) and Citrix name remote sessions."""
HOSTER = re.compile(r"(?:datev|partner)[-_]?asp|(?:^|\.)datev(?:net)?\.", re.IGNORECASE)
NAMES = ("USERDNSDOMAIN", "USERDOMAIN", "LOGONSERVER", "COMPUTERNAME")


class Hosting(StrEnum):
    """Where the session seems to run."""

    DESK = "desk"
    REMOTE = "remote"
    """In a remote session: a terminal server, or somebody's own computer from afar."""
    DATA_CENTRE = "data-centre"
    """Its names sound like a data centre that runs DATEV for offices."""


def hosting_of(environment: Mapping[str, str]) -> Hosting:
    """Judge by the variables that Windows gives every program of a session."""
    if any(HOSTER.search(environment.get(name, "")) for name in NAMES):
        return Hosting.DATA_CENTRE
    if REMOTE.match(environment.get("SESSIONNAME", "")):
        return Hosting.REMOTE
    return Hosting.DESK
