"""The exchange itself: makes calls, moves their legs, keeps who is talking to whom."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Protocol

from datev_connector.simulators.starface.accounts import Accounts
from datev_connector.simulators.starface.calls import Call
from datev_connector.simulators.starface.chronicle import CallStory, Chronicle, Outcome
from datev_connector.simulators.starface.config import PbxGroup, PbxUser, StarfaceConfig
from datev_connector.simulators.starface.legs import (
    Forwarding,
    ForwardType,
    Leg,
    Party,
    Side,
    State,
)

NOT_FORWARDED = Forwarding()


class Listener(Protocol):
    """Who is told what the legs do."""

    def leg_changed(self, leg: Leg) -> None:
        """A leg took a step, or its state is to be told again."""

    def leg_renamed(self, leg: Leg, old_id: str) -> None:
        """A leg goes on under another call id."""

    def leg_ended(self, leg: Leg) -> None:
        """A leg hung up."""


class Switchboard:
    """The part of the simulator that a script drives. Users are named by their login."""

    def __init__(
        self,
        config: StarfaceConfig,
        accounts: Accounts,
        chronicle: Chronicle,
        listener: Listener,
    ) -> None:
        self._config = config
        self._accounts = accounts
        self._chronicle = chronicle
        self._listener = listener
        self._groups = {group.group_id: group for group in config.groups}
        self._calls: list[Call] = []
        self._legs: dict[tuple[str, str], Leg] = {}
        self._dialled: asyncio.Queue[Call] = asyncio.Queue()

    # What a script can make happen

    def incoming(
        self,
        user: str,
        number: str,
        name: str = "",
        group: str | None = None,
        forwarded_by: Party | None = None,
        forward_type: ForwardType = ForwardType.NONE,
    ) -> Call:
        """Somebody outside calls `user`, or all members of `group` if that is a known one.

        A direct call is announced as INCOMING at once; a group call, or one that was forwarded
        to the user, first appears when it rings (`ring`).
        """
        called, logins = self._targets(user, group)
        call = self._call(Party(number=number, name=name), called, logins, group_id=group or "")
        forwarding = Forwarding(kind=forward_type, by=forwarded_by or Party())
        for login in logins:
            leg = self.add_leg(call, login, Side.CALLED, forwarding)
            if group is None and forwarded_by is None:
                self.move(leg, State.INCOMING)
        return call

    def outgoing(self, user: str, number: str, name: str = "") -> Call:
        """`user` dials on the phone; a number of one of our users makes an internal call."""
        return self._dial(user, Party(number=number, name=name), State.OUTGOING)

    def internal(self, caller: str, called: str) -> Call:
        """One of our users calls another."""
        return self._dial(caller, self.party_of(called), State.OUTGOING)

    async def dialled(self, timeout_s: float = 10.0) -> Call:
        """The next call that a client has asked for (click-to-dial). Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            return await self._dialled.get()

    @property
    def calls(self) -> tuple[Call, ...]:
        """Calls that are not over."""
        return tuple(self._calls)

    # What clients ask for

    def click_to_dial(self, user: PbxUser, number: str, call_id: str) -> Call | None:
        """A client dials for its user. None when refused.

        STARFACE refuses invalid parameters and a second request while one is still running;
        it runs until the user lifts the own phone or the far end is alerted.
        """
        busy = any(c.own_phone_pending and c.legs[0].login == user.login for c in self._calls)
        if busy or not number.strip() or (call_id and self.find(user.login, call_id)):
            return None
        rings = self._config.behaviour.click_to_dial_rings_own_phone
        first = State.RINGING if rings else State.OUTGOING
        called = Party(number=number.strip())
        call = self._dial(user.login, called, first, call_id=call_id, announce=False)
        call.own_phone_pending = True
        call.story.click_to_dial = True
        self._dialled.put_nowait(call)
        return call

    def find(self, login: str, call_id: str) -> Leg | None:
        """This user's living leg of that id."""
        leg = self._legs.get((login, call_id))
        return leg if leg is not None and leg.alive else None

    def legs_of(self, login: str) -> list[Leg]:
        """The user's living legs, oldest first."""
        return [leg for (owner, _), leg in self._legs.items() if owner == login and leg.alive]

    def call_of(self, leg: Leg) -> Call | None:
        """The living call that this leg belongs to."""
        return next((call for call in self._calls if leg in call.legs), None)

    def forget_everything(self) -> None:
        """A restart: all calls vanish, nobody is told."""
        now = self.now()
        for call in self._calls:
            call.story.outcome, call.story.ended_at = Outcome.LOST, now
        self._calls.clear()
        self._legs.clear()
        self._dialled = asyncio.Queue()
        self._chronicle.touch()

    # What calls need (`Exchange`)

    def now(self) -> datetime:
        """True UTC time."""
        return self._config.now()

    def move(self, leg: Leg, state: State) -> None:
        """Take a leg to a state and tell it; late names come in a second telling."""
        leg.move(state, self.now())
        self._listener.leg_changed(leg)
        if not leg.names_known and state in (State.RINGING, State.RINGBACK, State.CONNECTED):
            leg.names_known = True
            self._listener.leg_changed(leg)
        if state is State.HANGUP:
            self._legs.pop((leg.login, leg.call_id), None)
            self._listener.leg_ended(leg)
        self._chronicle.touch()

    def repeat(self, leg: Leg) -> None:
        """Tell a leg's state once more."""
        self._listener.leg_changed(leg)

    def rename(self, leg: Leg) -> None:
        """Give a leg another call id."""
        old = leg.call_id
        self._legs.pop((leg.login, old), None)
        leg.call_id = self._config.new_id()
        self._legs[leg.login, leg.call_id] = leg
        self._listener.leg_renamed(leg, old)

    def add_leg(
        self, call: Call, login: str, side: Side, forwarding: Forwarding = NOT_FORWARDED
    ) -> Leg:
        """Bring one of our users into a call."""
        user = self._accounts[login]
        shared = self._config.shared_call_ids or not call.legs
        leg = Leg(
            login=login,
            call_id=call.call_id if shared else self._config.new_id(),
            side=side,
            caller=call.caller,
            called=call.called,
            account_id=user.account_id,
            started_at=self.now(),
            changed_at=self.now(),
            group_id=call.story.group_id,
            forwarding=forwarding,
            names_known=not self._config.behaviour.late_names,
        )
        call.legs.append(leg)
        self._legs[login, leg.call_id] = leg
        return leg

    def login_of(self, number: str) -> str:
        """The login meant by a login or an internal number; `""` for anything else."""
        if any(user.login == number for user in self._accounts):
            return number
        user = self._accounts.by_number(number)
        return user.login if user else ""

    def party_of(self, login: str) -> Party:
        """How one of our users appears to others."""
        user = self._accounts[login]
        return Party(number=user.number, name=user.name)

    def close(self, call: Call) -> None:
        """The call is over."""
        if call in self._calls:
            self._calls.remove(call)
        self._chronicle.touch()

    def consultation(self, login: str, number: str, name: str) -> Call:
        """Have a user place a second call, to any number or to the login of a colleague."""
        colleague = self.login_of(number)
        called = self.party_of(colleague) if colleague else Party(number=number, name=name)
        return self._dial(login, called, State.CONSULT)

    # Inner parts

    def _targets(self, user: str, group: str | None) -> tuple[Party, tuple[str, ...]]:
        known = self._groups.get(group or "")
        if known is None:
            return self.party_of(user), (user,)
        return _party_of_group(known), known.members or (user,)

    def _dial(
        self,
        user: str,
        called: Party,
        first: State,
        *,
        call_id: str = "",
        announce: bool = True,
    ) -> Call:
        caller = self.party_of(user)
        target = self._accounts.by_number(called.number)
        if target is not None and target.login != user:
            called = self.party_of(target.login)
            logins: tuple[str, ...] = (user, target.login)
        else:
            target, logins = None, (user,)
        call = self._call(caller, called, logins, call_id=call_id)
        self.move(self.add_leg(call, user, Side.CALLER), first)
        if target is not None:
            leg = self.add_leg(call, target.login, Side.CALLED)
            if announce:
                self.move(leg, State.INCOMING)
        return call

    def _call(
        self,
        caller: Party,
        called: Party,
        users: tuple[str, ...],
        *,
        call_id: str = "",
        group_id: str = "",
    ) -> Call:
        story = CallStory(
            call_id=call_id or self._config.new_id(),
            caller_number=caller.number,
            caller_name=caller.name,
            called_number=called.number,
            called_name=called.name,
            users=users,
            started_at=self.now(),
            group_id=group_id,
        )
        call = Call(self, caller, called, story)
        self._calls.append(call)
        self._chronicle.note_call(story)
        return call


def _party_of_group(group: PbxGroup) -> Party:
    return Party(number=group.number, name=group.name)
