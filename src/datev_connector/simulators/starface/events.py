"""Tells every client of a user what the user's calls do, in that client's version of UCI."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from datev_connector.simulators.starface.call_list import CallList
from datev_connector.simulators.starface.callbacks import Callbacks
from datev_connector.simulators.starface.chronicle import Chronicle, Door, PushRecord
from datev_connector.simulators.starface.config import StarfaceConfig, TimestampForm
from datev_connector.simulators.starface.legs import Leg
from datev_connector.simulators.starface.sessions import CALL_EVENTS, Callback, Session, Sessions
from datev_connector.simulators.starface.wire import write_call, xml_date
from datev_connector.simulators.starface.xmpp.jid import Jid

ANSWERED = 200


class CallView:
    """How a leg looks on the wire (STARFACE UCI, `CallState` of v22 and `Call` of v30)."""

    def __init__(self, config: StarfaceConfig) -> None:
        self._config = config
        self.zone = ZoneInfo(config.zone)

    def wall_clock(self, at: datetime) -> datetime:
        """What the PBX clock shows at the true time `at`."""
        offset: timedelta = self._config.behaviour.clock_offset
        return (at + offset).astimezone(self.zone)

    def event_state(self, leg: Leg, version: str) -> str:
        """State to announce for the newest step; `""`: this version hears nothing of it."""
        return leg.announces(version, v30_incoming=self._config.behaviour.v30_shows_incoming)

    def shown_state(self, leg: Leg, version: str) -> str:
        """State on request; `""`: this version does not see the call."""
        return leg.shown(version, v30_incoming=self._config.behaviour.v30_shows_incoming)

    def struct(self, leg: Leg, version: str, state: str) -> dict[str, object]:
        """The whole struct. Unknown texts are empty, never missing."""
        members: dict[str, object] = {
            "id": leg.call_id,
            "state": state,
            "timestamp": self._timestamp(leg.changed_at),
            "callerNumber": leg.caller.number,
            "callerName": leg.caller.name if leg.names_known else "",
            "calledNumber": leg.called.number,
            "calledName": leg.called.name if leg.names_known else "",
        }
        if version == "v22":
            if leg.group_id:
                members[self._config.group_member_v22] = leg.group_id
            return members
        return members | self._v30(leg)

    def _v30(self, leg: Leg) -> dict[str, object]:
        connected = self._timestamp(leg.connected_at) if leg.connected_at else ""
        return {
            "accountId": leg.account_id,
            "avatarHash": "",
            "channelNames": [],
            "conferenceRoomId": "",
            "connectedTimestamp": connected,
            "doorlineCamUrl": "",
            "doorlineDtmfCode": "",
            "doorlineImageProviderId": "",
            "duration": leg.duration_s(self._config.now()),
            "forwarderCallerIdName": leg.forwarding.by.name,
            "forwarderCallerIdNumber": leg.forwarding.by.number,
            "forwardType": leg.forwarding.kind.value,
            self._config.group_member_v30: leg.group_id,
            "jabberId": "",
            "peerNames": [],
            "referenceOfConsultation": "",
            "sipCallIds": [],
        }

    def _timestamp(self, at: datetime) -> object:
        shown = self.wall_clock(at)
        if self._config.timestamp_form is TimestampForm.DATETIME:
            return xml_date(shown)
        return shown.strftime(self._config.timestamp_format)


class Stanzas(Protocol):
    """Who takes events to XMPP clients."""

    def post(self, to: Jid, body: bytes, done: Callable[[str], None]) -> None:
        """Send one event; `done` is told `""`, or why it did not arrive."""


class Announcer:
    """Hears what legs do, and tells the sessions that subscribed to it."""

    def __init__(
        self,
        config: StarfaceConfig,
        sessions: Sessions,
        callbacks: Callbacks,
        chronicle: Chronicle,
        call_list: CallList,
    ) -> None:
        self._config = config
        self._view = CallView(config)
        self._sessions = sessions
        self._callbacks = callbacks
        self._chronicle = chronicle
        self._call_list = call_list
        self.stanzas: Stanzas | None = None

    def leg_changed(self, leg: Leg) -> None:
        """Tell a step to all sessions whose version knows of it."""
        for version in CALL_EVENTS:
            state = self._view.event_state(leg, version)
            if not state:
                continue
            struct = self._view.struct(leg, version, state)
            for session in self._sessions.listening(leg.login, version):
                self._tell(session, version, struct)

    def leg_renamed(self, leg: Leg, old_id: str) -> None:
        """Tell v30 sessions that a call goes on under another id."""
        old, new = self._config.id_change_members
        for session in self._sessions.listening(leg.login, "v30"):
            method = f"{CALL_EVENTS['v30']}.callChangesIdEvent"
            self._push(session, method, {old: old_id, new: leg.call_id}, old_id, "")

    def leg_ended(self, leg: Leg) -> None:
        """Enter the call in the user's call list."""
        self._call_list.record(leg)

    def _tell(self, session: Session, version: str, struct: Mapping[str, object]) -> None:
        method = f"{CALL_EVENTS[version]}.receiveCallState"
        call_id, state = str(struct["id"]), str(struct["state"])
        behaviour = self._config.behaviour
        if behaviour.empty_first_event and not session.pushed:
            self._push(session, method, {**struct, "state": ""}, call_id, "")
        for _ in range(2 if behaviour.duplicate_events else 1):
            self._push(session, method, struct, call_id, state)

    def _push(
        self,
        session: Session,
        method: str,
        struct: Mapping[str, object],
        call_id: str,
        state: str,
    ) -> None:
        if session.target is None or not self._config.behaviour.deliver_events:
            return
        session.pushed += 1

        def done(status: int, outcome: str = "", door: Door = Door.HTTP) -> None:
            self._chronicle.note_push(
                PushRecord(
                    at=self._config.now(),
                    login=session.login,
                    method=method,
                    call_id=call_id,
                    state=state,
                    status=status,
                    outcome=outcome,
                    door=door,
                )
            )

        body = write_call(method, struct)
        if isinstance(session.target, Callback):
            key = (session.login, session.target, call_id)
            target = session.target.target(session.login, session.token)
            self._callbacks.post(key, session.target, target, body, done)
        elif self.stanzas is not None:

            def answered(why: str) -> None:
                if why and session.lasting:  # nothing else would ever end it
                    self._sessions.close(session.login, session.target)
                done(0 if why else ANSWERED, why, Door.XMPP)

            self.stanzas.post(session.target, body, answered)
