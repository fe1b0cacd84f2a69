"""Reads what the PBX says about calls: events, states and ids (STARFACE UCI).

Tolerant, because the generations differ and much is not published: timestamps come as times or as
texts, members in two spellings, states in mixed case. What cannot be read is left out and never
stops the rest; an unknown state is no statement at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from datev_connector.domain.calls import PbxState
from datev_connector.starface.wire.xmlrpc import MethodCall, Value
from datev_connector.starface.wire.xmlrpc_reader import parse_time

STATES = {
    "INCOMING": PbxState.REACHED,
    "RINGING": PbxState.RINGING,
    "REQUESTED": PbxState.PROCEEDING,
    "PROCEEDING": PbxState.PROCEEDING,
    "OUTGOING": PbxState.PROCEEDING,
    "CONSULT": PbxState.PROCEEDING,
    "RINGBACK": PbxState.RINGBACK,
    "CONNECTED": PbxState.CONNECTED,
    "LINKED": PbxState.CONNECTED,
    "CONFERENCE_ACTIVE": PbxState.CONNECTED,
    "CONFERENCE_CONSULT": PbxState.CONNECTED,
    "PARKED": PbxState.HELD,
    "CONFERENCE_INACTIVE": PbxState.HELD,
    "VOICEMAIL_LINKED": PbxState.MAILBOX,
    "VOICEMAIL_MAIN": PbxState.MAILBOX,
    "VOICEMAILBOXLINKED": PbxState.MAILBOX,
    "HANGUP": PbxState.HANGUP,
    "COMPLETED": PbxState.HANGUP,
}
LONGEST_ID = 200
LONGEST_TEXT = 500
DAY_FIRST = "%d.%m.%Y %H:%M:%S"
MILLISECONDS_FROM = 100_000_000_000
"""Seconds since 1970 stay below this for three thousand years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReport:
    """What the PBX says about one call; empty strings: it does not know or does not say."""

    pbx_call: str
    state: PbxState
    caller_number: str = ""
    caller_name: str = ""
    called_number: str = ""
    called_name: str = ""
    group: str = ""
    timestamp: datetime | None = None
    """Of the change, by the PBX's clock and mostly without zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdChanged:
    """A call continues under a new id."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SessionReset:
    """The PBX says that it has forgotten everything."""


PbxEvent: TypeAlias = CallReport | IdChanged | SessionReset


def read_event(event: MethodCall, *, known: Callable[[str], bool]) -> PbxEvent | None:
    """What an event says; None if it is not about calls, or says nothing that can be read.

    `known` tells whether a call id was heard of before: it settles which of two ids is the old one
    where the PBX does not name them clearly.
    """
    name = event.method.rpartition(".")[2].lower()
    if not event.method.lower().startswith("ucp."):
        return None
    if name == "receivecallstate":
        return read_call(event.params[0]) if event.params else None
    if name == "callchangesidevent":
        return _read_id_change(event.params, known)
    return SessionReset() if name == "reset" else None


def read_call(value: Value, *, pbx_call: str = "") -> CallReport | None:
    """The call in a struct; None if it is empty, has no known state, or no id (else `pbx_call`)."""
    if not isinstance(value, Mapping):
        return None
    members = {name.lower(): member for name, member in value.items()}
    state = _state(members)
    pbx_call = _id(members.get("id")) or pbx_call
    if state is None or not pbx_call:
        return None
    return CallReport(
        pbx_call=pbx_call,
        state=state,
        caller_number=_text(members.get("callernumber")),
        caller_name=_text(members.get("callername")),
        called_number=_text(members.get("callednumber")),
        called_name=_text(members.get("calledname")),
        group=_text(members.get("groupid")),
        timestamp=read_timestamp(members.get("timestamp")),
    )


def read_ids(value: Value) -> frozenset[str] | None:
    """The ids in the answer to `getCallIds`; None if it is no list of ids."""
    if not isinstance(value, list):
        return None
    ids = [_id(item) for item in value]
    return frozenset(ids) if all(ids) else None


def read_timestamp(value: Value) -> datetime | None:
    """A time as any of the generations writes it: a time, ISO text, German text, or since 1970."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return _since_1970(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) in {10, 13}:
        return _since_1970(int(text))
    return parse_time(text) or _german_time(text)


def _state(members: Mapping[str, Value]) -> PbxState | None:
    """The state; a consultation is under way until it is connected, then it waits behind another.

    The PBX's own state diagram is not public. A consultation call starts as CONSULT, so it must not
    read as an answered one; one that was connected before says so by its `connectedTimestamp`.
    """
    name = members.get("state")
    name = name.strip().upper() if isinstance(name, str) else ""
    if name == "CONSULT" and read_timestamp(members.get("connectedtimestamp")) is not None:
        return PbxState.HELD
    return STATES.get(name)


def _read_id_change(params: tuple[Value, ...], known: Callable[[str], bool]) -> IdChanged | None:
    """The members are not published: names with "old" and "new" are looked for, else two ids."""
    pairs = _named_ids(params)
    old = next((i for name, i in pairs if any(w in name for w in ("old", "prev", "former"))), "")
    new = next((i for name, i in pairs if "new" in name), "")
    ids = list(dict.fromkeys(i for _, i in pairs))
    if len(ids) == 2:
        first, second = ids
        old = old or (new and (first if new == second else second))
        new = new or (old and (first if old == second else second))
        if not old:
            old, new = (second, first) if known(second) and not known(first) else (first, second)
    return IdChanged(old=old, new=new) if old and new and old != new else None


def _named_ids(params: tuple[Value, ...]) -> list[tuple[str, str]]:
    if len(params) == 1 and isinstance(params[0], Mapping):
        named = [(name.lower(), _id(value)) for name, value in params[0].items()]
        named = [(name, i) for name, i in named if "id" in name or name in {"old", "new"}]
    else:
        named = [("", _id(value)) for value in params]
    return [(name, i) for name, i in named if i]


def _id(value: Value) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return text if len(text) <= LONGEST_ID else ""


def _text(value: Value) -> str:
    """A text to show, without what would break a line; numbers are tolerated as texts."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return " ".join(str(value).split())[:LONGEST_TEXT]


def _since_1970(number: int) -> datetime | None:
    seconds = number / 1000 if number >= MILLISECONDS_FROM else number
    try:
        return datetime.fromtimestamp(seconds, UTC) if number > 0 else None
    except (OverflowError, OSError, ValueError):
        return None


def _german_time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, DAY_FIRST)  # noqa: DTZ007 - the PBX names no zone
    except ValueError:
        return None
