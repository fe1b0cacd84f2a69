"""The probe of the way in use: over which transport calls are reported, and why over no better one.

The best is XMPP: the PBX sends events over a line that we open. Next is HTTPS with callback, where
the PBX must be able to connect to this computer. Last is HTTPS with polling.
"""

from __future__ import annotations

from datev_connector.app.diagnosis.beside import age, is_stale
from datev_connector.app.diagnosis.finding import (
    Observation,
    Step,
    leg_seen,
    well,
)
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import Probe
from datev_connector.app.running.standing import LastStanding
from datev_connector.domain.legs import Leg, LegReport
from datev_connector.domain.wording import joined, sentence, worded
from datev_connector.starface.commands import Transport
from datev_connector.starface.event_source import Events
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.standing import Standing

XMPP, CALLBACK, POLLING = "XMPP", worded("HTTPS with callback"), worded("HTTPS with polling")
LOOK_AT_WAYS = worded("see which way the connector would take")
LOOK_AT_CONNECTOR = worded("read what the running connector wrote down")


class WayProbes:
    """Asks nobody: the answers before it tell."""

    def __init__(self, ground: Ground, notebook: Notebook, visit: PbxVisit) -> None:
        self._ground = ground
        self._notebook = notebook
        self._visit = visit
        self._options = ground.options

    def probes(self) -> tuple[Probe, ...]:
        """The one question."""
        limit_s = self._ground.limit_s
        return (Probe(leg=Leg.STARFACE, step=Step.WAY, ask=self.way, limit_s=limit_s),)

    async def way(self) -> Observation | None:
        """Which way is in use, or would be."""
        standing = self._notebook.standing
        if standing is not None and not is_stale(standing, self._ground.now()):
            return self._of_connector(standing)
        if self._notebook.connector:
            return None
        xmpp, https = self._visit.xmpp, self._visit.https
        if xmpp is not None and xmpp.ready:
            return well(
                LOOK_AT_WAYS, XMPP, worded("The best one: events come over a line that we open.")
            )
        if https is None or not https.ready:
            return None
        not_xmpp = self._notebook.no_xmpp
        return self._over_https(LOOK_AT_WAYS, "", https.standing, not_xmpp, https.report)

    def _of_connector(self, standing: LastStanding) -> Observation | None:
        now = self._ground.now()
        way, report = standing.starface, standing.of(Leg.STARFACE)
        since = age(standing, now)
        if way.transport is None:
            return (
                None
                if report is None
                else leg_seen(
                    LOOK_AT_CONNECTOR, report, found=joined(worded("none"), since, between=", ")
                )
            )
        if way.transport is Transport.XMPP:
            return well(
                LOOK_AT_CONNECTOR, joined(XMPP, since, between=", "), worded("The best one.")
            )
        if unwanted := why_no_xmpp(self._options):
            not_xmpp = unwanted
        elif way.barred is not None:
            not_xmpp = way.barred.complaint.reason
        else:
            not_xmpp = worded("it is being made ready.")
        return self._over_https(LOOK_AT_CONNECTOR, since, way, not_xmpp, report)

    def _over_https(
        self, tried: str, since: str, way: Standing, not_xmpp: str, report: LegReport | None
    ) -> Observation:
        """`since`: how old that is."""
        why = worded("Not XMPP: {why}", why=sentence(not_xmpp or worded("it was not tried")))
        used = joined(POLLING if way.polling else CALLBACK, since, between=", ")
        if not way.polling:
            return well(tried, used, why)
        if Events(self._options.events) is Events.POLLING:
            why_polling = worded('Not callback: starface.events = "polling" is set.')
            return well(tried, used, joined(why, why_polling))
        if report is None:
            return well(tried, used, why)
        return leg_seen(tried, report, found=joined(sentence(used), why))


def why_no_xmpp(options: StarfaceOptions) -> str:
    """Which setting keeps XMPP from being used, a sentence; empty: none."""
    if Transport.XMPP in options.ways:
        return ""
    if options.transport != "auto":
        return worded('starface.transport = "{transport}" is set.', transport=options.transport)
    return worded(
        'starface.events = "{events}" is set, which keeps to HTTPS.', events=options.events
    )
