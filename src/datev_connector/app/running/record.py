"""The log of what the connector did: the same news as everywhere, with names and numbers masked."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from datev_connector.domain.effects import CallChanged, DialReported, Queued, TellUser
from datev_connector.domain.legs import LegReport, LegState
from datev_connector.domain.masking import mask_name, mask_number
from datev_connector.engine.news import DatevTold

if TYPE_CHECKING:
    from datev_connector.domain.calls import Call
    from datev_connector.engine.news import News

_log = logging.getLogger("datev_connector.connector")


def log_of(news: News) -> None:
    """Write a piece of news to the log."""
    match news.matter:
        case LegReport() as report:
            level = logging.INFO if report.state is LegState.UP else logging.WARNING
            _log.log(level, "%s is %s: %s", report.leg, report.state, report.reason)
        case CallChanged(call):
            _log.info("call %s %s", call.call, _words(call))
        case DatevTold() as told:
            _log.info(
                "call %s %s %s: %s, hresult %d",
                told.call,
                told.method,
                told.record.state.name,
                told.delivery,
                told.hresult,
            )
        case Queued() as queued:
            _log.info("call %s waits for DATEV", queued.call)
        case DialReported(number=number, refused=str(refused)):
            _log.warning("dialling %s was refused: %s", mask_number(number), refused)
        case TellUser(text):
            _log.warning("%s", text)
        case _:
            pass


def _words(call: Call) -> str:
    outcome = f" {call.outcome}" if call.outcome else ""
    who = mask_name(call.name) if call.name else "nobody known"
    number = mask_number(call.number)
    return f"{call.direction} {call.state}{outcome}, {number}, {who} ({call.known})"
