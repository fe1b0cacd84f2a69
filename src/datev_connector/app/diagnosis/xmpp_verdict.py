"""How grave it is that XMPP cannot be used, and what the probes of its door know of each other.

Many PBXs offer no UCI over XMPP, and nobody misses it as long as HTTPS works: then its absence is
told, and no fault. What is offered but does not work is a flaw. Only where XMPP is set to be the
one way it is the end; otherwise what is broken at HTTPS is the thing to mend.
"""

from __future__ import annotations

from dataclasses import replace

from datev_connector.app.diagnosis.finding import Observation, trouble_seen, well
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.domain.legs import LegState
from datev_connector.domain.wording import Worded, joined, sentence, worded
from datev_connector.starface.commands import Transport
from datev_connector.starface.trouble import Trouble, TroubleKind

NOT_OFFERED = frozenset(
    {TroubleKind.REFUSED_CONNECTION, TroubleKind.UNREACHABLE, TroubleKind.ENDPOINT_MISSING}
)
"""How a PBX looks that does not offer UCI over XMPP."""


class XmppVerdict:
    """Judges troubles of the XMPP door."""

    def __init__(self, ground: Ground, notebook: Notebook, visit: PbxVisit) -> None:
        self.fit = False
        """Whoever stands there may be shown a password."""
        self._notebook = notebook
        self._visit = visit
        self._ways = ground.options.ways

    @property
    def is_last_way(self) -> bool:
        """Tell whether calls are to be reported over XMPP and nothing else."""
        return Transport.HTTPS not in self._ways

    def lacking(self, tried: str, trouble: Trouble, *, found: str = "") -> Observation:
        """What keeps XMPP from being used, as grave as it is here."""
        self._notebook.no_xmpp = trouble.complaint.reason
        seen = trouble_seen(tried, trouble, found=found)
        # The words are those of the other door as well, which is told apart here.
        remedy = seen.remedy
        if isinstance(remedy, Worded):
            remedy = remedy.filled(port="starface.xmpp_port")
        if self.is_last_way:
            return replace(seen, remedy=remedy)
        if trouble.kind in NOT_OFFERED and self._notebook.https_answers:
            return well(tried, sentence(found or seen.meaning), self._not_needed)
        meaning = joined(sentence(seen.meaning), self._meanwhile)
        return replace(seen, state=LegState.DEGRADED, meaning=meaning, remedy=remedy)

    @property
    def _not_needed(self) -> str:
        if self._https_works:
            return worded("Not needed: calls are reported over HTTPS.")
        return worded("Not needed where HTTPS works.")

    @property
    def _meanwhile(self) -> str:
        if self._https_works:
            return worded("Calls are reported over HTTPS meanwhile.")
        if self._notebook.https_answers:
            return worded("Without it calls are reported over HTTPS.")
        return worded("XMPP would be the other way in while HTTPS does not work.")

    @property
    def _https_works(self) -> bool:
        return self._visit.https is not None and self._visit.https.ready
