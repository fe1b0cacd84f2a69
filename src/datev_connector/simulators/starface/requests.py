"""
What a signed-in client can ask of the PBX: one method for each UCI request.

Names are those after `ucp.v30.requests.`; `TABLE` says which version knows which request, what
parameters it takes, and whether it needs a session.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from datev_connector.simulators.starface.call_list import CallList, Entry, Query
from datev_connector.simulators.starface.config import PbxUser, StarfaceConfig
from datev_connector.simulators.starface.events import CallView
from datev_connector.simulators.starface.legs import IllegalStep
from datev_connector.simulators.starface.sessions import CALL_EVENTS, Session
from datev_connector.simulators.starface.switchboard import Switchboard
from datev_connector.simulators.starface.wire import xml_date

BOTH = frozenset({"v22", "v30"})
V30 = frozenset({"v30"})
UUID_LENGTH_MIN, UUID_LENGTH_MAX = 8, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts of the PBX that requests work on."""

    config: StarfaceConfig
    pbx: Switchboard
    view: CallView
    call_list: CallList


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: the user, in which version, with which session (None where none is needed)."""

    user: PbxUser
    version: str
    session: Session | None


Answer = Callable[..., object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """How a request is called."""

    answer: Answer
    takes: tuple[type, ...] = ()
    versions: frozenset[str] = BOTH
    needs_session: bool = True

    def accepts(self, params: tuple[Any, ...]) -> bool:
        """Whether number and types of the parameters are right."""
        return len(params) == len(self.takes) and all(
            type(value) is wanted for value, wanted in zip(params, self.takes, strict=True)
        )


class Requests:
    """Everything a signed-in client can ask."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get_server_version(self, asker: Asker) -> str:
        """Version of the PBX, as text."""
        return self._desk.config.server_version

    def subscribe(self, asker: Asker, service: str) -> bool:
        """Whether events of that service will be sent from now on."""
        accepted = self._desk.config.behaviour.accept_subscriptions
        if asker.session is None or not accepted or service not in _services(asker):
            return False
        asker.session.subscriptions.add(service)
        return True

    def unsubscribe(self, asker: Asker, service: str) -> bool:
        """Whether there was a subscription to end."""
        if asker.session is None or service not in asker.session.subscriptions:
            return False
        asker.session.subscriptions.remove(service)
        return True

    def provided_events(self, asker: Asker) -> list[str]:
        """Services that events can be had of."""
        return _services(asker)

    def provides_events(self, asker: Asker, service: str) -> bool:
        """Whether events of that service can be had."""
        return service in _services(asker)

    def provided_requests(self, asker: Asker) -> list[str]:
        """Services that requests can be made of."""
        known = {
            name.rpartition(".")[0] for name, e in TABLE.items() if asker.version in e.versions
        }
        return sorted(f"ucp.{asker.version}.requests.{name}" for name in known)

    def provides_requests(self, asker: Asker, service: str) -> bool:
        """Whether requests can be made of that service."""
        return service in self.provided_requests(asker)

    def get_call_ids(self, asker: Asker) -> list[str]:
        """Ids of the user's living calls."""
        legs = self._desk.pbx.legs_of(asker.user.login)
        return [leg.call_id for leg in legs if self._desk.view.shown_state(leg, asker.version)]

    def get_call_state(self, asker: Asker, call_id: str) -> dict[str, object]:
        """The call as a struct, empty if there is none of that id."""
        leg = self._desk.pbx.find(asker.user.login, call_id)
        state = self._desk.view.shown_state(leg, asker.version) if leg else ""
        return self._desk.view.struct(leg, asker.version, state) if leg and state else {}

    def hangup_call(self, asker: Asker, call_id: str) -> bool:
        """Whether there was a call to end."""
        leg = self._desk.pbx.find(asker.user.login, call_id)
        call = self._desk.pbx.call_of(leg) if leg else None
        if call is None:
            return False
        call.hangup(by=asker.user.login)
        return True

    def place_call(self, asker: Asker, number: str, phone_id: str, call_id: str) -> str:
        """The call's id, or `""`: refused."""
        proper_id = not call_id or UUID_LENGTH_MIN <= len(call_id) <= UUID_LENGTH_MAX
        phone_known = not phone_id or phone_id in asker.user.phone_ids
        if not (proper_id and phone_known and self._desk.config.behaviour.accept_dials):
            return ""
        call = self._desk.pbx.click_to_dial(asker.user, number, call_id)
        return call.call_id if call else ""

    def hold(self, asker: Asker, call_id: str) -> bool:
        """Whether the call could be put on hold."""
        leg = self._desk.pbx.find(asker.user.login, call_id)
        call = self._desk.pbx.call_of(leg) if leg else None
        if call is None:
            return False
        try:
            call.hold(asker.user.login)
        except IllegalStep:
            return False
        return True

    def get_call_list(  # noqa: PLR0913, PLR0917 -- the protocol has nine parameters in a row
        self,
        asker: Asker,
        start_before: datetime,
        start_after: datetime,
        direction: str,
        result: str,
        group: str,
        order: str,
        order_direction: str,
        offset: int,
        limit: int,
    ) -> dict[str, object]:
        """One page of the user's call list (UCI v30, nine parameters)."""
        query = Query(
            start_before=self._true_time(start_before),
            start_after=self._true_time(start_after),
            direction=direction,
            result=result,
            group=group,
            order=order,
            descending=order_direction != "ASCENDING",
            offset=max(0, offset),
            limit=max(0, limit),
        )
        page, total = self._desk.call_list.search(asker.user.login, query)
        return {"entries": [self._entry(entry) for entry in page], "totalCount": total}

    def delete_entry(self, asker: Asker, entry_id: str) -> bool:
        """Whether there was such an entry."""
        return self._desk.call_list.delete(asker.user.login, [entry_id])

    def delete_entries(self, asker: Asker, entry_ids: list[Any]) -> bool:
        """Whether all of these existed."""
        return self._desk.call_list.delete(
            asker.user.login, [str(entry_id) for entry_id in entry_ids]
        )

    def get_phone_ids(self, asker: Asker) -> list[str]:
        """Ids of the user's telephones."""
        return list(asker.user.phone_ids)

    def get_primary_phone_id(self, asker: Asker) -> str:
        """Id of the telephone that dials unless another is named."""
        return asker.user.phone_ids[0]

    def _true_time(self, wall_clock: datetime) -> datetime:
        """A wall-clock time of the PBX, as true UTC."""
        shown = wall_clock.replace(tzinfo=self._desk.view.zone).astimezone(UTC)
        return shown - self._desk.config.behaviour.clock_offset

    def _entry(self, entry: Entry) -> dict[str, object]:
        return {
            "id": entry.id,
            "direction": entry.side.value,
            "result": entry.result.value,
            "callerNumber": entry.caller_number,
            "calledNumber": entry.called_number,
            "callDescription": "",
            "startTime": xml_date(self._desk.view.wall_clock(entry.started_at)),
            "duration": entry.duration_s,
            "groupId": entry.group_id,
        }


TABLE: dict[str, Entrance] = {
    "system.getServerVersion": Entrance(
        answer=Requests.get_server_version, versions=V30, needs_session=False
    ),
    "service.subscribeEvents": Entrance(answer=Requests.subscribe, takes=(str,)),
    "service.unsubscribeEvents": Entrance(answer=Requests.unsubscribe, takes=(str,)),
    "service.getProvidedEvents": Entrance(answer=Requests.provided_events),
    "service.getProvidedRequests": Entrance(answer=Requests.provided_requests),
    "service.providesEvents": Entrance(answer=Requests.provides_events, takes=(str,)),
    "service.providesRequests": Entrance(answer=Requests.provides_requests, takes=(str,)),
    "call.getCallIds": Entrance(answer=Requests.get_call_ids),
    "call.getCallState": Entrance(answer=Requests.get_call_state, takes=(str,)),
    "call.hangupCall": Entrance(answer=Requests.hangup_call, takes=(str,)),
    "call.placeCallWithPhone": Entrance(answer=Requests.place_call, takes=(str, str, str)),
    "call.hold": Entrance(answer=Requests.hold, takes=(str,), versions=V30),
    "callList.getCallList": Entrance(
        answer=Requests.get_call_list,
        takes=(datetime, datetime, str, str, str, str, str, int, int),
        versions=V30,
    ),
    "callList.deleteCallListEntry": Entrance(
        answer=Requests.delete_entry, takes=(str,), versions=V30
    ),
    "callList.deleteCallListEntries": Entrance(
        answer=Requests.delete_entries, takes=(list,), versions=V30
    ),
    "phone.getPhoneIds": Entrance(answer=Requests.get_phone_ids),
    "phone.getPrimaryPhoneId": Entrance(answer=Requests.get_primary_phone_id),
}


def _services(asker: Asker) -> list[str]:
    return [CALL_EVENTS[asker.version]]
