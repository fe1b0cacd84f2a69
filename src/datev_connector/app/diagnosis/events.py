"""Probes of how the news of calls reach us: the way back to this computer, and real events.

Only an event of the PBX proves that events arrive, and it sends one when somebody calls. So it is
waited for a moment, or as long as a person wants who calls meanwhile; and what is not proven is
said to be so.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from datetime import datetime

import h11

from datev_connector.app.diagnosis.beside import is_stale
from datev_connector.app.diagnosis.finding import (
    Observation,
    Step,
    flawed,
    leg_seen,
    trouble_seen,
    well,
)
from datev_connector.app.diagnosis.ground import EVENTS_S, Ground, Notebook
from datev_connector.app.diagnosis.http_answer import ask_unsigned
from datev_connector.app.diagnosis.pbx_attempt import PbxAttempt
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import Probe
from datev_connector.app.running.standing import last_standing
from datev_connector.domain.legs import Leg, Mender
from datev_connector.domain.wording import joined, worded
from datev_connector.starface.commands import Transport
from datev_connector.starface.event_source import Events
from datev_connector.starface.https.client import PbxAddress
from datev_connector.starface.https.reach import local_address_towards, trouble_of
from datev_connector.starface.leg_words import EVENTS_MISSING, UNVERIFIED
from datev_connector.starface.trouble import Complaint
from datev_connector.starface.wire.xmlrpc import encode

FIND_WAY_BACK = worded("find the address to which the PBX sends events")
WAIT = worded("wait for an event of the PBX")
AFTER_FIRST_S = 2.0
"""Who hears of a call on one way hears of it on the other within this time."""
LOOK_S = 0.5
PROMPT = worded(
    "Call this user's telephone now, or dial from it: an event of the PBX is waited for, "
    "{seconds:g} seconds at most."
)
HOW_TO_PROVE = worded(
    "To prove it, have the diagnosis wait for a call that you make (on the command line: "
    "`diagnose --events 60`), and call this user's telephone meanwhile."
)
ONLY_OUR_SIDE = worded(
    "Our own port answers there. Whether the PBX gets through to it (TCP; firewalls, that of this "
    "computer included), only an event proves."
)
MUST_REACH = worded(
    "The PBX must be able to connect to it (TCP, firewall of this computer included). "
    "Whether it can shows with the first call; until then calls are asked for as well."
)
FROM_OUTSIDE = worded(
    "It does not answer to us, which proves nothing where addresses are translated on the way: "
    "only an event does."
)
BLOCKED_HERE = Complaint(
    reason=worded("Our own port does not answer at the address that the PBX is told."),
    mender=Mender.WINDOWS_ADMIN,
    remedy=worded(
        "Check firewall and security software of this computer, and starface.callback_host."
    ),
)
NAMES = {Transport.HTTPS: worded("callback"), Transport.XMPP: "XMPP"}
NONE_CAME = Complaint(
    reason=worded(
        "No event came. If somebody called meanwhile, events do not reach this computer."
    ),
    mender=Mender.NETWORK_ADMIN,
    remedy=worded(
        "Call while it waits. If that does not help, let the PBX connect to this computer "
        "(firewall; starface.callback_host and starface.callback_port where the way back differs)."
    ),
)


class EventProbes:
    """Listens."""

    def __init__(self, ground: Ground, notebook: Notebook, visit: PbxVisit) -> None:
        self._ground = ground
        self._notebook = notebook
        self._visit = visit
        self._options = ground.options

    def probes(self) -> tuple[Probe, ...]:
        """In the order of asking."""
        limit_s = self._ground.limit_s
        return (
            Probe(
                leg=Leg.STARFACE,
                step=Step.CALLBACK,
                ask=self.callback,
                needs=(Step.NAME,),
                limit_s=limit_s,
            ),
            Probe(
                leg=Leg.STARFACE,
                step=Step.EVENTS,
                ask=self.events,
                limit_s=limit_s + self._ground.events_s + AFTER_FIRST_S,
            ),
        )

    # --- the way back -----------------------------------------------------------------------------

    async def callback(self) -> Observation | None:
        """What the PBX must be able to reach, and whether we answer there ourselves."""
        if Transport.HTTPS not in self._options.ways:
            return None
        if Events(self._options.events) is Events.POLLING:
            meaning = worded("Calls are asked for, as set; the PBX need not reach us.")
            return well(FIND_WAY_BACK, worded("none"), meaning)
        https, link = self._visit.https, self._visit.https_link
        if https is None or link is None or not https.accepted:
            return await self._to_be_reached()
        if link.way_back is not None:
            return await self._tested(*link.way_back)
        flaws = [flaw for flaw in https.flaws if flaw != UNVERIFIED]
        return flawed(FIND_WAY_BACK, worded("none"), flaws[0]) if flaws else None

    async def _to_be_reached(self) -> Observation:
        """The address alone: nothing of ours listens there now."""
        options = self._options
        try:
            here = options.callback_host.strip() or await local_address_towards(
                options.address.host, options.address.port
            )
        except OSError as fault:
            return trouble_seen(FIND_WAY_BACK, trouble_of(fault, str(options.address)))
        if options.callback_port:
            return well(FIND_WAY_BACK, f"{here}:{options.callback_port}", MUST_REACH)
        any_port = worded("a port that is chosen at each start (starface.callback_port = 0)")
        return well(FIND_WAY_BACK, joined(here, any_port, between=", "), MUST_REACH)

    async def _tested(self, host: str, port: int, path: str) -> Observation:
        """Send ourselves an event, as the PBX would."""
        address = PbxAddress(host=host, port=port, encrypted=False)
        tried = worded(
            "send an event of our own to {address}, as the PBX is told to", address=str(address)
        )
        with contextlib.suppress(OSError, UnicodeError, h11.ProtocolError):  # it comes in, or not
            await ask_unsigned(
                address,
                None,
                now=self._ground.now,
                timeout_s=0.5 * self._ground.limit_s,
                target=path,
                body=encode(self._visit.test_call),
            )
        if self._visit.tested_back.is_set():
            return well(tried, str(address), ONLY_OUR_SIDE)
        if self._options.callback_host.strip():
            return well(tried, str(address), FROM_OUTSIDE)
        return flawed(
            tried, worded("{address} does not answer", address=str(address)), BLOCKED_HERE
        )

    # --- real events ------------------------------------------------------------------------------

    async def events(self) -> Observation | None:
        """Whether an event of the PBX has come, waited for in a person's company if wanted."""
        if self._notebook.connector:
            return await self._told_by_connector()
        if not self._visit.ready:
            return None
        listening = [attempt for attempt in self._visit.ready if _is_subscribed(attempt)]
        if not listening:
            return well(
                worded("nothing: no events are wanted"),
                worded("none"),
                worded("Calls are asked for."),
            )
        self._prompt()
        await self._listen(listening)
        return self._heard(listening)

    def _prompt(self) -> None:
        if self._ground.events_s > EVENTS_S:
            self._ground.prompt(PROMPT.filled(seconds=self._ground.events_s))

    async def _listen(self, listening: list[PbxAttempt]) -> None:
        """Until all have heard something, or one has and the others had their time as well.

        Who sees a call that no event told has heard enough too. A capture is about the whole call,
        so all of the time is listened.
        """
        clock = asyncio.get_running_loop().time
        begun_s = clock()

        def is_enough() -> bool:
            return all(attempt.events_at for attempt in listening)

        def is_begun() -> bool:
            return any(attempt.events_at or attempt.standing.polling for attempt in listening)

        seconds = self._ground.events_s
        if self._ground.capture is not None and seconds > EVENTS_S:
            await _all_listen(listening, seconds, lambda: False)
            return
        await _all_listen(listening, seconds, is_begun)
        left_s = min(AFTER_FIRST_S, begun_s + seconds - clock())
        await _all_listen(listening, left_s, is_enough)

    def _heard(self, listening: list[PbxAttempt]) -> Observation:
        """What was heard, judged by the best way: it is the one in use."""
        proven = _both(NAMES[one.transport] for one in listening if one.events_at)
        silent = _both(NAMES[one.transport] for one in listening if not one.events_at)
        best = listening[-1]
        found = worded("An event came over {proven}.", proven=proven)
        if silent:
            found = worded(
                "An event came over {proven}, none over {silent}.", proven=proven, silent=silent
            )
        if best.events_at:
            return well(WAIT, found, worded("They arrive."))
        if best.standing.polling and best.report is not None:
            return leg_seen(WAIT, best.report, found=worded("a call without its events"))
        if proven:
            return flawed(WAIT, found, EVENTS_MISSING[best.transport])
        seconds = self._ground.events_s
        if self._ground.events_s > EVENTS_S:
            return flawed(WAIT, worded("none in {seconds:g} s", seconds=seconds), NONE_CAME)
        found = worded(
            "Not proven: no event in {seconds:g} s; nobody seems to have called", seconds=seconds
        )
        return well(WAIT, found, HOW_TO_PROVE)

    # --- beside a running connector ---------------------------------------------------------------

    async def _told_by_connector(self) -> Observation | None:
        standing = self._notebook.standing
        if standing is None or is_stale(standing, self._ground.now()):
            return None
        tried = worded("read when the last event reached the running connector")
        at = standing.starface.event_at
        if self._ground.events_s > EVENTS_S:
            self._prompt()
            at = await self._next_event(at)
            if at is None:
                return flawed(
                    tried, worded("none in {seconds:g} s", seconds=self._ground.events_s), NONE_CAME
                )
        if at is None:
            found = worded("Not proven: no event since it signed in; nobody seems to have called")
            return well(tried, found, HOW_TO_PROVE)
        return well(
            tried,
            worded("The last event came {ago}.", ago=_ago(at, self._ground.now())),
            worded("They arrive."),
        )

    async def _next_event(self, before: datetime | None) -> datetime | None:
        """When an event came that was not there before; None if none came in time."""
        clock = asyncio.get_running_loop().time
        until_s = clock() + self._ground.events_s
        while clock() < until_s:
            standing = last_standing(self._ground.profile)
            at = None if standing is None else standing.starface.event_at
            if at is not None and at != before:
                return at
            await asyncio.sleep(LOOK_S)
        return None


async def _all_listen(
    listening: list[PbxAttempt], seconds: float, enough: Callable[[], bool]
) -> None:
    await asyncio.gather(*(attempt.listen(seconds, enough) for attempt in listening))


def _is_subscribed(attempt: PbxAttempt) -> bool:
    return attempt.answers.get("subscribeEvents") == "true"


def _both(ways: Iterable[str]) -> str:
    """The names of one way or two; empty for none."""
    first, second = (*ways, "", "")[:2]
    return worded("{first} and {second}", first=first, second=second) if second else first


def _ago(at: datetime, now: datetime) -> str:
    seconds = max(0, round((now - at).total_seconds()))
    if seconds < 120:
        return worded("{seconds} s ago", seconds=seconds)
    return worded("at {at:%Y-%m-%d %H:%M:%S}", at=at.astimezone())
