"""Whether a call proves that the connector sees calls. Pure: no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from datev_connector.domain.calls import Call
from datev_connector.domain.effects import CallChanged, DialReported, Window
from datev_connector.engine.news import News


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Waits for a call from a moment on."""

    since: datetime | None = None
    """UTC; None: nobody waits yet."""
    call: Call | None = None
    """The call that proves it, as it is known by now."""
    seen_at: datetime | None = None
    """When its first news came (UTC)."""
    refused: str = ""
    """Why a number that was dialled here was not taken; may be `Worded`."""

    def begun(self, now: datetime) -> Watch:
        """Wait from now on; a proof that is there stays."""
        return self if self.since is not None else replace(self, since=now)

    def after(self, news: News) -> Watch:
        """The watch after a piece of news; the same one if it says nothing here."""
        match news.matter:
            case CallChanged(call) | Window(_, call):
                return self._with_call(call, news.at)
            case DialReported(refused=str(refused)) if self.since is not None:
                return replace(self, refused=refused)
            case DialReported():
                return replace(self, refused="") if self.refused else self
            case _:
                return self

    @property
    def proven(self) -> bool:
        """Tell whether a call was seen."""
        return self.call is not None

    def _with_call(self, call: Call, at: datetime) -> Watch:
        if self.call is not None:
            return replace(self, call=call) if call.call == self.call.call else self
        if self.since is None or at < self.since or not proves(call, self.since):
            return self
        return replace(self, call=call, seen_at=at, refused="")


def proves(call: Call, since: datetime) -> bool:
    """Tell whether the phone system itself has told of this call, after a moment (UTC).

    A call that was placed here is known before the phone system has said anything of it.
    """
    told = not call.dialled or call.rang or call.connected_at is not None
    return told and call.began_at >= since
