"""Writes the capture of one command, after a last look for what is known to be somebody's."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from datev_connector import __version__
from datev_connector.app.capture.com_facts import ComFacts, com_facts
from datev_connector.app.capture.file import capture_text
from datev_connector.app.capture.notes import CaptureNotes
from datev_connector.app.commands.output_file import written_whole
from datev_connector.app.secrets import Vault, accounts, read_secret
from datev_connector.app.settings import Settings
from datev_connector.app.support_bundle.known_personal import KnownPersonal, Personal
from datev_connector.app.support_bundle.versions import versions

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session

HERE = frozenset({"localhost", "127.0.0.1", "::1", ""})


def write_capture(
    file: Path,
    notes: CaptureNotes,
    findings: Iterable[Mapping[str, object]],
    session: Session,
    *,
    com: ComFacts = com_facts,
) -> None:
    """Write the file; only its owner can read it. Raises OSError."""
    known = KnownPersonal(personal_of(session.settings, notes.places))
    text = capture_text(
        notes,
        findings,
        versions=versions(__version__),
        com=com(),
        at=session.now(),
        hide=known.hide,
    )
    with written_whole(file, "utf-8") as stream:
        stream.write(text)


def personal_of(settings: Settings, places: Iterable[str] = ()) -> Personal:
    """What the settings, the keyring and this computer know of people; and `places` besides."""
    starface, datev = settings.starface, settings.datev
    hosts = {
        starface.host,
        starface.xmpp_domain,
        starface.callback_host,
        urlsplit(datev.connect_url).hostname or "",
        socket.gethostname(),
        *places,
    }
    users = {starface.login, datev.connect_user, _user(), str(Path.home()), Path.home().name}
    vault = Vault()
    secrets = (
        read_secret(
            account.kind,
            host=account.host,
            login=account.login,
            vault=vault,
            environment=os.environ,
        ).value
        for account in accounts(settings)
    )
    return Personal(
        secrets=frozenset(filter(None, secrets)),
        hosts=frozenset(hosts - HERE),
        users=frozenset(filter(None, users)),
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a service account may have no name
        return ""
