"""What offers the program for links is the same for a user as for a machine."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from datev_connector.system.links import (
    CAPABILITIES,
    COMMAND,
    REGISTERED,
    Place,
    entries,
    link_command,
)

INSTALLER = Path(__file__).parents[2] / "installer" / "product.wxs"
PROGRAM = "[INSTALLDIR]DatevConnector.exe"


def test_a_link_cannot_smuggle_options_in() -> None:
    command = link_command(r"C:\Connector\DatevConnector.exe")
    assert command == r'"C:\Connector\DatevConnector.exe" run -- "%1"'


def test_windows_finds_the_capabilities() -> None:
    made = entries("command", "icon")
    assert CAPABILITIES in made.values()
    assert made[Place(COMMAND)] == "command"
    assert all(place.key.startswith("Software\\") for place in made)
    assert next(place for place in made if place.key == REGISTERED).name == "DATEV Connector"


def test_the_installer_offers_the_same() -> None:
    tree = ET.parse(INSTALLER)  # noqa: S314 - our own file
    component = next(one for one in tree.iter() if one.get("Id") == "Links")
    offered = {
        Place(str(one.get("Key")), one.get("Name", "")): one.get("Value", "") for one in component
    }
    assert offered == dict(entries(link_command(PROGRAM), f"{PROGRAM},0"))
