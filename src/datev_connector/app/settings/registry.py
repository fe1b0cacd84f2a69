"""Every option there is, in the order people read them.

From these rows come the check of files and policies, the overview of `settings show`, and the
page `docs/settings.md`. A new option is a row in its section's file of `options` and a field in
`sections`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from datev_connector.app.settings.option import Option
from datev_connector.app.settings.options.calls import CALLS
from datev_connector.app.settings.options.datev import DATEV
from datev_connector.app.settings.options.dial_plan import DIAL_PLAN
from datev_connector.app.settings.options.general import GENERAL
from datev_connector.app.settings.options.starface import STARFACE

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "starface": "How to reach the STARFACE PBX and sign in.",
        "dial_plan": "How numbers are read and dialled in this office.",
        "calls": "What happens with a call by itself.",
        "datev": "How to reach DATEV and its master data.",
        "general": "The program itself.",
    }
)

OPTIONS: tuple[Option, ...] = (*STARFACE, *DIAL_PLAN, *CALLS, *DATEV, *GENERAL)
