"""Settings files as the connector that was here before may have left them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

OFFICE: Mapping[str, str] = {
    "StarfaceHost": "https://pbx.kanzlei-lindgraefe.example/",
    "XmppPort": "5223",
    "SslPort": "443",
    "LoginId": "0017",
    "Password": "AQAAANCMnd8BFdERjHoAwE/Cl+sBAAAA",
    "DirectTransfer": "True",
    "OnlyDatevMatches": "True",
    "IgnoreInternalCalls": "False",
    "OnlySuccessfulCalls": "True",
    "ShowPopup": "False",
    "PrioritizeMasterData": "True",
    "SelectFirstContact": "True",
    "CloseAfterCall": "True",
    "HideInternalCalls": "True",
    "StartWithWindows": "False",
    "UseTapiLine": "False",
    "UpgradeRequired": "False",
    "RefreshSeconds": "Geheimer Wert 4711",
}
"""What a tax office had set, under names that fit what the manual of that program calls it."""


def user_config(
    values: Mapping[str, str] = OFFICE, section: str = "DatevConnector.Properties.Settings"
) -> str:
    """A file as .NET writes it."""
    settings = "".join(
        f'<setting name={quoteattr(name)} serializeAs="String"><value>{escape(value)}</value>'
        "</setting>"
        for name, value in values.items()
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<configuration>\n<configSections>'
        '<sectionGroup name="userSettings" type="System.Configuration.UserSettingsGroup">'
        f'<section name="{section}" type="System.Configuration.ClientSettingsSection"/>'
        "</sectionGroup></configSections>"
        f"<userSettings><{section}>{settings}</{section}></userSettings></configuration>"
    )


def left_behind(home: Path, text: str | None = None) -> dict[str, str]:
    """A home with such a file; the environment that names its folders."""
    roaming, local = home / "AppData" / "Roaming", home / "AppData" / "Local"
    for folder in (roaming / "DatevConnector", local):
        folder.mkdir(parents=True, exist_ok=True)
    file = roaming / "DatevConnector" / "user.config"
    file.write_text(user_config() if text is None else text, "utf-8")
    return {"APPDATA": str(roaming), "LOCALAPPDATA": str(local)}
