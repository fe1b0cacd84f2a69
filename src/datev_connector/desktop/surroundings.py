"""What every window is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from datev_connector.desktop.look.look import Look
from datev_connector.desktop.ports import Office
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The program behind the windows, their language and their look."""

    office: Office
    language: Language
    moments: Moments
    look: Look
    now: Callable[[], datetime]
    """UTC."""
