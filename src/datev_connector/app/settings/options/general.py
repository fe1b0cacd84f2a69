"""The program itself."""

from __future__ import annotations

from datev_connector.app.settings import rules
from datev_connector.app.settings.option import Option
from datev_connector.app.settings.sections import Language, LogLevel

GENERAL = (
    Option(
        section="general",
        key="language",
        kind=Language,
        default=Language.AUTO,
        allowed={
            "auto": "German, or English where the operating system speaks another language.",
            "de": "German.",
            "en": "English.",
        },
        restart=True,
        help="Language of the windows; commands and logs are in English.",
    ),
    Option(
        section="general",
        key="start_with_windows",
        kind=bool,
        default=True,
        help="The program starts when the user signs in to Windows.",
    ),
    Option(
        section="general",
        key="start_delay_s",
        kind=int,
        default=0,
        minimum=0,
        maximum=600,
        help="How many seconds it waits then, where DATEV is to come up first.",
    ),
    Option(
        section="general",
        key="dial_shortcut",
        kind=str,
        default="Ctrl+Shift+F10",
        rule=rules.shortcut,
        help="Opens the dialler from any program (Windows): Ctrl, Alt, Shift or Win and a key, "
        "joined by +; empty: none.",
    ),
    Option(
        section="general",
        key="licence_file",
        kind=str,
        default="",
        rule=rules.stripped,
        help="File with the licence, for a PBX without the module; empty: `licence.txt` in the "
        "profile, else beside the settings of the machine.",
    ),
    Option(
        section="general",
        key="log_level",
        kind=LogLevel,
        default=LogLevel.INFO,
        allowed={
            "error": "Faults only.",
            "warning": "Also what is not in order.",
            "info": "Also what happens: calls, connections, notifications.",
            "debug": "Also what the program does for that; for 24 hours, then `info` again.",
            "trace": "Also what goes over the lines, as forms without names, numbers and notes; "
            "for 24 hours, then `info` again.",
        },
        help="How much the log tells; counts at once. Names, numbers, notes and secrets are never "
        "in it.",
    ),
)
