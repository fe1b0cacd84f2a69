"""Takes a detailed level whose time is up out of the person's own settings, without windows."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from datev_connector.app.level_watch import OPTION
from datev_connector.app.log_levels import USUAL
from datev_connector.app.settings.problems import SettingsError
from datev_connector.app.settings.saving import NotUsable, Shelf, draft, keep
from datev_connector.app.settings.writing import CannotEdit

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session

_log = logging.getLogger(__name__)


def take_back_by_itself(session: Session) -> None:
    """Have the settings file follow when the time of a detailed level is up."""
    watch = session.level_watch
    if watch is None:
        return
    shelf = session.shelf

    def begin() -> None:
        threading.Thread(target=take_back, args=(shelf,), name="log level", daemon=True).start()

    watch.give_back = begin


def take_back(shelf: Shelf) -> None:
    """Have the file say the usual level; where it cannot, the usual one counts all the same."""
    try:
        keep(draft({OPTION: USUAL}, shelf), shelf)
    except (OSError, SettingsError, NotUsable, CannotEdit) as fault:
        _log.warning("the settings file still wants a detailed log: %s", fault)
