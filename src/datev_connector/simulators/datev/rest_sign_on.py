"""Who may use DATEVconnect, and how it is proven: Basic, and Windows sign-on as HTTP.sys does it.

Basic stands in every request. A Windows sign-on (Negotiate, NTLM) is a handshake over several
requests, and what signs in by it is the connection: later requests on it carry no credentials,
another connection has to sign in by itself.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from datev_connector.simulators.datev.ntlm_message import (
    Presented,
    read_presented,
    starts_handshake,
)
from datev_connector.simulators.datev.rest_handshake import (
    Account,
    Handshake,
    OtherChannel,
    SignOnRefused,
)
from datev_connector.simulators.datev.rest_message import Response, unauthorized_response

Headers = tuple[tuple[str, str], ...]


class Scheme(StrEnum):
    """A way to sign in, as it stands in `WWW-Authenticate`."""

    NEGOTIATE = "Negotiate"
    NTLM = "NTLM"
    BASIC = "Basic"


WINDOWS = (Scheme.NEGOTIATE, Scheme.NTLM)
EVERY = (*WINDOWS, Scheme.BASIC)


class ChannelBinding(StrEnum):
    """Whether a Windows sign-on over TLS has to mean this very channel."""

    IGNORED = "ignored"
    IF_PRESENTED = "if-presented"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOn:
    """How the service has people sign in.

    over_http, over_https: the schemes offered. Sources disagree on Basic over plain HTTP: DATEV's
    developer portal knows Windows sign-on only, others use Basic; `over_http=EVERY` is theirs.
    every_request: a Windows sign-on counts for one request, not for the connection.
    lock_after: so many wrong passwords in a row close the account; None never does.
    lock_for_s: so long, by the service's clock.
    """

    over_http: tuple[Scheme, ...] = WINDOWS
    over_https: tuple[Scheme, ...] = EVERY
    every_request: bool = False
    lock_after: int | None = None
    lock_for_s: float = 1800.0
    channel_binding: ChannelBinding = ChannelBinding.IF_PRESENTED


@dataclass(slots=True)
class SignOnCounts:
    """What happened so far.

    challenged: requests without credentials that were sent away to get some.
    handshakes: Windows sign-ons begun; signed_on: those that succeeded.
    basic: requests let in by Basic. refused: wrong credentials. locked_out: while locked.
    """

    challenged: int = 0
    handshakes: int = 0
    signed_on: int = 0
    basic: int = 0
    refused: int = 0
    locked_out: int = 0


@dataclass(slots=True, kw_only=True)
class Visit:
    """One connection: what it is, and how far its sign-on has come.

    end_point: its channel as `tls-server-end-point`; None without TLS.
    """

    end_point: bytes | None = None
    signed_on: bool = False
    handshake: Handshake | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Whether a request may come in: the answer that refuses it, or headers for its answer."""

    refusal: Response | None = None
    headers: Headers = ()


WELCOME = Entry()


class SignOnDesk:
    """Lets requests in or sends them away; without an account everybody may come."""

    def __init__(
        self, account: Account | None, rules: SignOn, clock: Callable[[], datetime]
    ) -> None:
        self.counts = SignOnCounts()
        self.account = account
        self.rules = rules
        self._clock = clock
        self._wrong_in_a_row = 0
        self._locked_until: datetime | None = None

    @property
    def locked(self) -> bool:
        """Whether the account is closed at the moment."""
        return self._locked_until is not None and self._clock() < self._locked_until

    def unlock(self) -> None:
        """Open the account again."""
        self._locked_until = None
        self._wrong_in_a_row = 0

    def change_password(self, password: str) -> None:
        """Only the new password signs in; connections that have signed in stay so."""
        if self.account is not None:
            self.account = replace(self.account, password=password)

    def admit(self, authorization: str, visit: Visit) -> Entry:
        """Judge one request by its Authorization header (empty if it has none)."""
        account = self.account
        if account is None:
            return WELCOME
        if not authorization:
            if visit.signed_on:
                return WELCOME
            self.counts.challenged += 1
            return self._refusal(visit)
        scheme, _, value = authorization.partition(" ")
        offered = {each.lower(): each for each in self._offered(visit)}.get(scheme.lower())
        if offered is None:
            return self._wrong(visit)
        if offered is Scheme.BASIC:
            return self._basic(account, value.strip(), visit)
        return self._windows(account, offered, value.strip(), visit)

    def _basic(self, account: Account, value: str, visit: Visit) -> Entry:
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return self._wrong(visit)
        domain, _, user = name.rpartition("\\")
        if not account.is_named(user, domain):
            return self._wrong(visit)
        if self.locked:
            return self._locked_out(visit)
        if password != account.password:
            return self._wrong_password(visit)
        self._wrong_in_a_row = 0
        self.counts.basic += 1
        return WELCOME

    def _windows(self, account: Account, scheme: Scheme, value: str, visit: Visit) -> Entry:
        try:
            token = base64.b64decode(value, validate=True)
        except binascii.Error:
            return self._wrong(visit)
        handshake = self._handshake(scheme, token, visit)
        presented = read_presented(token)
        known = presented is not None and account.is_named(presented.user, presented.domain)
        if known and self.locked:
            return self._locked_out(visit)
        try:
            answer = handshake.step(token, account, self._channel(presented, visit))
        except OtherChannel:
            return self._wrong(visit)
        except SignOnRefused:
            return self._wrong_password(visit) if known else self._wrong(visit)
        told = f"{scheme} {base64.b64encode(answer).decode()}"
        if not handshake.complete:
            return Entry(refusal=unauthorized_response((told,)))
        self._arrived(visit)
        return Entry(headers=(("WWW-Authenticate", told),) if answer else ())

    def _handshake(self, scheme: Scheme, token: bytes, visit: Visit) -> Handshake:
        """The handshake that goes on, or a new one; what was signed in before counts no longer."""
        visit.signed_on = False
        under_way = visit.handshake
        if under_way is None or under_way.scheme != scheme or starts_handshake(token):
            self.counts.handshakes += 1
            under_way = visit.handshake = Handshake(scheme)
        return under_way

    def _channel(self, presented: Presented | None, visit: Visit) -> bytes | None:
        """The channel that this message has to mean; None if any will do.

        Raises OtherChannel.
        """
        how = self.rules.channel_binding
        if presented is None or visit.end_point is None or how is ChannelBinding.IGNORED:
            return None
        if presented.bindings:
            return visit.end_point
        if how is ChannelBinding.REQUIRED:
            raise OtherChannel("no channel is meant")
        return None

    def _arrived(self, visit: Visit) -> None:
        visit.handshake = None
        visit.signed_on = not self.rules.every_request
        self._wrong_in_a_row = 0
        self.counts.signed_on += 1

    def _wrong_password(self, visit: Visit) -> Entry:
        self._wrong_in_a_row += 1
        limit = self.rules.lock_after
        if limit is not None and self._wrong_in_a_row >= limit:
            self._locked_until = self._clock() + timedelta(seconds=self.rules.lock_for_s)
            self._wrong_in_a_row = 0
        return self._wrong(visit)

    def _wrong(self, visit: Visit) -> Entry:
        self.counts.refused += 1
        return self._refusal(visit)

    def _locked_out(self, visit: Visit) -> Entry:
        self.counts.locked_out += 1
        return self._refusal(visit)

    def _refusal(self, visit: Visit) -> Entry:
        visit.handshake = None
        visit.signed_on = False
        return Entry(refusal=unauthorized_response(self._offered(visit)))

    def _offered(self, visit: Visit) -> tuple[Scheme, ...]:
        return self.rules.over_http if visit.end_point is None else self.rules.over_https
