"""The page at the terminal: how wide it is, and which language it speaks."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from datev_connector.app.diagnosis.page import Page
from datev_connector.texts.language import Language, Tongue
from datev_connector.texts.wanted import system_locale, terminal_tongue

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.diagnosis.spoken_page import SpokenPage


def page_for(session: Session, wanted: str | None) -> Page | SpokenPage:
    """A page for who reads it; `wanted`: the tongue that was asked for, None: the usual one."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    language = speaking(session, wanted)
    if language.tongue is Tongue.ENGLISH:
        return Page(width)
    # Late: its words are those of the windows, which are made from what is said here.
    from datev_connector.app.diagnosis.spoken_page import SpokenPage

    return SpokenPage(width, language)


def speaking(session: Session, wanted: str | None) -> Language:
    """What the terminal speaks; for arguments see `page_for`."""
    setting = wanted or session.loaded.settings.general.language
    return Language.of(terminal_tongue(setting, system_locale()))
