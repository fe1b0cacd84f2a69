"""The link to DATEV that the settings name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from datev_connector.app.running.tracing import traced_dial, traced_drop
from datev_connector.app.settings import DatevLink
from datev_connector.datev.absent import NoDatev
from datev_connector.datev.com.link import ComLink
from datev_connector.datev.link import SimulatorLink

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from datev_connector.app.settings import Settings
    from datev_connector.engine import Engine
    from datev_connector.engine.ports import Datev


def datev_link(settings: Settings, engine: Engine, now: Callable[[], datetime]) -> Datev:
    """Make the link; what DATEV wants goes to the engine."""
    if settings.datev.link is DatevLink.COM:
        return _com_link(engine, now)
    return SimulatorLink(
        settings.datev.simulator_address,
        emit=engine.feed,
        on_dial=traced_dial(engine.dial_from_datev),
        on_drop=traced_drop(engine.drop_from_datev),
        now=now,
        local_zone=None,
    )


def _com_link(engine: Engine, now: Callable[[], datetime]) -> Datev:
    link: Datev
    if sys.platform == "win32":
        link = ComLink(
            emit=engine.feed,
            on_dial=traced_dial(engine.dial_from_datev),
            on_drop=traced_drop(engine.drop_from_datev),
            now=now,
            local_zone=None,
        )
    else:
        link = NoDatev(emit=engine.feed, now=now)
    return link
