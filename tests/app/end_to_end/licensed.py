"""The connector with keys of the tests, on another day: in place of `python -m datev_connector`.

`LICENSED` in the environment is a JSON object: `keys`, as `vendor_keys.toml` has them, and `days`
by which the clock is ahead. Pauses are short; nothing else differs.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from datev_connector.app.cli import main
from datev_connector.app.commands.session import Session
from datev_connector.app.licence import keeper, keys
from datev_connector.app.running import module_watch, wiring
from datev_connector.app.running.module_timetable import WatchTimes
from tests.app.end_to_end import swift

LOOK_S = 0.2
TIMES = WatchTimes(soon_s=0.05, every_s=0.3, alone_s=0.3)


def license_by(given: dict[str, Any]) -> None:
    """Put these keys and this day in place of the real ones."""
    ahead = timedelta(days=given.get("days", 0))
    believed = keys.VendorKeys.read(given["keys"])
    vars(keys)["shipped"] = lambda: believed
    vars(keeper)["LOOK_S"] = LOOK_S
    vars(wiring)["ModuleWatch"] = partial(module_watch.ModuleWatch, times=TIMES)
    Session.__init__.__defaults__ = (lambda: datetime.now(UTC) + ahead, None)


if __name__ == "__main__":
    swift.hurry({})
    license_by(json.loads(os.environ["LICENSED"]))
    main()
