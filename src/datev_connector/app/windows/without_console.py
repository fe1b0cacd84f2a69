"""Tells in a window why a start failed, where there is no console to tell it on.

What fails before Qt is loaded, or because it cannot be loaded, has no window of ours: Windows
shows one of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from datev_connector.app.commands.failures import CommandFailed, SettingsInvalid, in_words
from datev_connector.texts.language import Language
from datev_connector.texts.wanted import system_locale, wanted_tongue

TITLE = "DATEV Connector"
_ERROR_IN_FRONT = 0x10 | 0x10000
"""MB_ICONERROR | MB_SETFOREGROUND."""


@contextmanager
def told_without_console(show: Callable[[str], None] | None = None) -> Iterator[None]:
    """Show what ends the start, then let it end as it would.

    `show`: shows a text and returns when it was read; by default a box of Windows, where the
    process has no console.
    """
    show = show or _box_of_system()
    if show is None:
        yield
        return
    try:
        yield
    except click.exceptions.Exit:  # it ran, and has ended
        raise
    except Exception as fault:
        language = Language.of(wanted_tongue("auto", system_locale()))
        show(words_of(fault, language))
        raise


def words_of(fault: Exception, language: Language) -> str:
    """Say why the start failed, and what to do."""
    match fault:
        case CommandFailed():
            return "\n\n".join(filter(None, map(language.tell, (fault.what, fault.remedy))))
        case SettingsInvalid():
            first = language.say("The settings cannot be used:")
            return "\n".join([first, "", *map(language.tell, fault.problems)])
        case OSError():
            reason = in_words(fault).removesuffix(".")
            return language.say("The profile folder cannot be used: {reason}.", reason=reason)
        case _:
            first = language.say("The connector could not start.")
            return f"{first}\n\n{type(fault).__name__}: {fault}"


def _box_of_system() -> Callable[[str], None] | None:
    """Windows' own box; None where a console is there, or no Windows."""
    if sys.platform == "win32":
        import ctypes

        if not ctypes.windll.kernel32.GetConsoleWindow():
            message_box = ctypes.windll.user32.MessageBoxW
            return lambda text: message_box(None, text, TITLE, _ERROR_IN_FRONT)
    return None
