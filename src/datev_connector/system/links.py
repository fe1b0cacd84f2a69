r"""Offers the program to Windows for the links `tel:` and `callto:`, for this user.

The installer does the same for all users of a machine. Which program takes such links, Windows has
each person choose (Settings, Default apps); nothing is taken away from another program here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from datev_connector.system.own_command import own_command

PROG_ID = "DatevConnector.Link"
NAME = "DATEV Connector"
CLASS = rf"Software\Classes\{PROG_ID}"
COMMAND = rf"{CLASS}\shell\open\command"
OWN = r"Software\DatevConnector"
CAPABILITIES = rf"{OWN}\Capabilities"
ASSOCIATIONS = rf"{CAPABILITIES}\URLAssociations"
REGISTERED = r"Software\RegisteredApplications"
SCHEMES = ("tel", "callto")


@dataclass(frozen=True, slots=True)
class Place:
    """A value of the registry of this user."""

    key: str
    name: str = ""


def link_command(executable: str = sys.executable) -> str:
    """How Windows starts the program with a link. Behind `--` no link can be an option."""
    return own_command("run", "--", executable=executable) + ' "%1"'


def entries(command: str, icon: str) -> Mapping[Place, str]:
    """All values that offer the program; `command` starts it with `%1` as the link."""
    return {
        Place(CLASS): f"URL:{NAME}",
        Place(CLASS, "URL Protocol"): "",
        Place(rf"{CLASS}\DefaultIcon"): icon,
        Place(COMMAND): command,
        Place(CAPABILITIES, "ApplicationName"): NAME,
        Place(CAPABILITIES, "ApplicationDescription"): "Rufnummern über die STARFACE wählen",
        **{Place(ASSOCIATIONS, scheme): PROG_ID for scheme in SCHEMES},
        Place(REGISTERED, NAME): CAPABILITIES,
    }


if sys.platform == "win32":
    import contextlib
    import winreg

    _USER = winreg.HKEY_CURRENT_USER

    def offer(command: str, icon: str) -> None:
        """Offer the program; what stands there already is not written again. Raises OSError."""
        for place, value in entries(command, icon).items():
            if _value(place) != value:
                with winreg.CreateKey(_USER, place.key) as key:
                    winreg.SetValueEx(key, place.name, 0, winreg.REG_SZ, value)

    def withdraw(command: str) -> bool:
        """Take the offer back if it is that of this `command`; tell whether it was.

        That of another installation stays. Raises OSError.
        """
        if _value(Place(COMMAND)) != command:
            return False
        for place in entries(command, ""):
            if place.key in {REGISTERED, ASSOCIATIONS, CAPABILITIES}:
                with contextlib.suppress(FileNotFoundError):
                    _forget(place)
        for key in (
            COMMAND,
            rf"{CLASS}\shell\open",
            rf"{CLASS}\shell",
            rf"{CLASS}\DefaultIcon",
            CLASS,
            ASSOCIATIONS,
            CAPABILITIES,
            OWN,
        ):
            with contextlib.suppress(OSError):  # gone, or it holds what is not of this
                winreg.DeleteKey(_USER, key)
        return True

    def _value(place: Place) -> object:
        try:
            with winreg.OpenKey(_USER, place.key) as key:
                value: object = winreg.QueryValueEx(key, place.name)[0]
                return value
        except FileNotFoundError:
            return None

    def _forget(place: Place) -> None:
        with winreg.OpenKey(_USER, place.key, access=winreg.KEY_SET_VALUE) as key:
            winreg.DeleteValue(key, place.name)

else:
    _ONLY_WINDOWS = "only Windows has programs offered for links in this way"

    def offer(_command: str, _icon: str) -> None:
        """Raises OSError."""
        raise OSError(_ONLY_WINDOWS)

    def withdraw(_command: str) -> bool:
        """Raises OSError."""
        raise OSError(_ONLY_WINDOWS)
