"""What a person still has to set before the program can do its work."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from datev_connector.app.settings.problems import Problem
from datev_connector.app.settings.sections import DatevLink, Settings
from datev_connector.domain.wording import worded


def missing_for_run(
    settings: Settings, *, source: str = "settings", platform: str = sys.platform
) -> tuple[Problem, ...]:
    """What keeps these settings from being enough for `run`; empty if nothing does.

    `source` is the file in which the person should set it.
    """
    return tuple(
        Problem(source=source, key=key, message=message)
        for key, message in _missing(settings, platform)
    )


def _missing(settings: Settings, platform: str) -> Iterator[tuple[str, str]]:
    if not settings.starface.host:
        yield "starface.host", worded("is not set; it names the PBX")
    if not settings.starface.login:
        yield "starface.login", worded("is not set; it names the STARFACE user")
    if settings.datev.link is DatevLink.COM and platform != "win32":
        told = worded('is "com", which exists on Windows only; "simulator" works everywhere')
        yield "datev.link", told
