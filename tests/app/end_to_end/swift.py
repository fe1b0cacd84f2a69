"""The whole connector with short pauses: `python swift.py` in place of `python -m datev_connector`.

Nothing else differs. `SWIFT` in the environment is a JSON object of times in seconds that win.
Some are the usual ones unless they are given: `datev`, those of the line to DATEV, and `beside_s`,
the pause before the module is asked and the address book is read, which goes over HTTPS.
"""

from __future__ import annotations

import json
import os
from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from datev_connector.app import level_watch, office
from datev_connector.app.cli import main
from datev_connector.app.running import (
    datev_links,
    housekeeping,
    module_watch,
    standing,
    wiring,
)
from datev_connector.app.running.address_refresh import AddressRefresh, RefreshTimes
from datev_connector.app.running.module_reports import ModuleReports, ReportTimes
from datev_connector.app.running.module_timetable import WatchTimes
from datev_connector.app.running.module_watch import ModuleWatch
from datev_connector.datev.link import LinkTimes, SimulatorLink
from datev_connector.starface import adapter
from datev_connector.starface.https.client import HttpTimes
from datev_connector.starface.list_reader import ListReader
from datev_connector.starface.pacing import Pacing
from datev_connector.starface.xmpp.link import XmppLink, XmppTimes, XmppWays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datev_connector.app.settings.sections import Settings
    from datev_connector.starface.options import StarfaceOptions

PACING: Mapping[str, Any] = {
    "keep_alive_s": 0.5,
    "slow_poll_s": 0.3,
    "fast_poll_s": 0.1,
    "quick_s": (0.1, 0.3),
    "careful_s": (0.2, 0.4),
    "refused_s": (3600.0, 7200.0),
    "climb_s": (0.3, 0.6),
    "settled_s": 2.0,
}
TIMES: Mapping[str, Any] = {"connect_s": 5.0, "answer_s": 5.0}
XMPP: Mapping[str, Any] = {"ping_s": 1.0, "probe_s": 2.0}
RECALL_PAUSES_S = (0.0, 0.5, 1.0, 2.0)
LOOK_S = 0.1
REPORTS = ReportTimes(every_s=0.1)


def hurry(given: Mapping[str, Any]) -> None:
    """Put these times, and else the short ones, in place of the usual ones."""

    def chosen(usual: Mapping[str, Any], kind: type[Any]) -> dict[str, Any]:
        names = {each.name for each in fields(kind)}
        return {**usual, **{name: value for name, value in given.items() if name in names}}

    usual = office.starface_options

    def swift_options(settings: Settings) -> StarfaceOptions:
        pacing, times = Pacing(**chosen(PACING, Pacing)), HttpTimes(**chosen(TIMES, HttpTimes))
        return replace(usual(settings), pacing=pacing, times=times)

    ways = XmppWays(times=XmppTimes(**chosen(XMPP, XmppTimes)))
    office.starface_options = swift_options
    vars(standing)["LOOK_S"] = LOOK_S
    vars(housekeeping)["EVERY_S"] = LOOK_S
    vars(level_watch)["LOOK_S"] = LOOK_S
    vars(module_watch)["ModuleReports"] = partial(ModuleReports, times=REPORTS)
    link = LinkTimes(**given.get("datev", {}))
    vars(datev_links)["SimulatorLink"] = partial(SimulatorLink, times=link)
    if beside_s := given.get("beside_s"):
        watch, book = WatchTimes(soon_s=beside_s), RefreshTimes(soon_s=beside_s)
        vars(wiring)["ModuleWatch"] = partial(ModuleWatch, times=watch)
        vars(wiring)["AddressRefresh"] = partial(AddressRefresh, times=book)
    vars(adapter)["XmppLink"] = partial(XmppLink, ways=ways)
    vars(adapter)["ListReader"] = partial(ListReader, recall_pauses_s=RECALL_PAUSES_S)


if __name__ == "__main__":
    hurry(json.loads(os.environ.get("SWIFT", "{}")))
    main()
