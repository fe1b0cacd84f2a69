"""What was taken over of the connector that was here before, for the windows."""

from __future__ import annotations

from datev_connector.app.settings.original.report import WORDS, Report
from datev_connector.desktop.taken_over import TakenOver, TakenSetting


def shown_report(report: Report) -> TakenOver:
    """The report as the windows show it."""
    return TakenOver(
        at=report.at,
        summary=report.summary,
        settings=tuple(
            TakenSetting(name=row.name, option=row.option, words=WORDS[row.fate])
            for row in report.telling
        ),
    )
