"""Which tongue a person gets."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Mapping

from datev_connector.texts.language import Tongue


def wanted_tongue(setting: str, system: str) -> Tongue:
    """The tongue for the setting `general.language`; for `auto` that of the system.

    `system` is a locale's name (`de_AT`, `German_Germany`, `C`, or empty). The offices are German,
    so it is English only for whoever has another system.
    """
    if setting in set(Tongue):
        return Tongue(setting)
    word = system.lower()
    german = word in ("", "c", "posix") or word.startswith(("de", "german", "c."))
    return Tongue.GERMAN if german else Tongue.ENGLISH


def terminal_tongue(setting: str, system: str) -> Tongue:
    """The tongue at a terminal, where a system without a language speaks English as all do there.

    For arguments see `wanted_tongue`.
    """
    named = bool(system) and not system.lower().startswith(("c", "posix"))
    return wanted_tongue(setting, system if named else "en")


def system_locale(environment: Mapping[str, str] = os.environ) -> str:
    """The name of the system's locale; empty where it has none."""
    if sys.platform == "win32":
        return locale.getlocale()[0] or ""
    # Asked directly: Python takes the locale that names no language (C.UTF-8) for English.
    names = (environment.get(variable, "") for variable in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, names), "")
