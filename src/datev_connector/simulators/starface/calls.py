"""
What can happen to a call: it rings, is answered, held, passed on, ended.

A `Call` is a script's handle on one call at the PBX. Every method is one thing that people or the
exchange do; it moves the legs of all our users in the call, and the PBX tells their clients.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from datev_connector.simulators.starface.chronicle import CallStory, Outcome
from datev_connector.simulators.starface.legs import (
    Forwarding,
    ForwardType,
    IllegalStep,
    Leg,
    NotRinging,
    Party,
    Result,
    Side,
    State,
)


class Exchange(Protocol):
    """What a call needs of the PBX it lives in."""

    def now(self) -> datetime:
        """True UTC time."""

    def move(self, leg: Leg, state: State) -> None:
        """Take a leg to a state and tell its user's clients."""

    def repeat(self, leg: Leg) -> None:
        """Tell a leg's state once more."""

    def rename(self, leg: Leg) -> None:
        """Give a leg another call id."""

    def add_leg(self, call: Call, login: str, side: Side, forwarding: Forwarding = ...) -> Leg:
        """Bring one of our users into a call."""

    def login_of(self, number: str) -> str:
        """The login meant by a login or an internal number, or `""`."""

    def party_of(self, login: str) -> Party:
        """How one of our users appears to others."""

    def close(self, call: Call) -> None:
        """The call is over."""

    def consultation(self, login: str, number: str, name: str) -> Call:
        """Have one of our users place a second call."""


class Call:
    """A call at the PBX. Made by `Switchboard`; `call_id` is what clients see."""

    def __init__(self, exchange: Exchange, caller: Party, called: Party, story: CallStory) -> None:
        self._exchange = exchange
        self.caller = caller
        self.called = called
        self.story = story
        self.legs: list[Leg] = []
        self.own_phone_pending = False

    @property
    def call_id(self) -> str:
        """The id that clients see, unless ids are not shared or the call was renamed."""
        return self.story.call_id

    @property
    def over(self) -> bool:
        """Whether it has ended for everybody."""
        return self.story.ended_at is not None

    def leg(self, login: str) -> Leg:
        """This user's newest leg. Raises LookupError."""
        for leg in reversed(self.legs):
            if leg.login == login:
                return leg
        raise LookupError(f"user {login!r} has no part in call {self.call_id}")

    # Ringing and answering

    def ring(self) -> None:
        """The called side is alerted: our called users ring, our caller hears it."""
        called = [leg for leg in self.legs if leg.side is Side.CALLED and leg.waiting]
        callers = [leg for leg in self.legs if leg.dialling]
        if not called and not callers:
            raise self._impossible("ring")
        self.own_phone_pending = False
        self._move(called, State.RINGING)
        self._move(callers, State.RINGBACK)
        if self.story.rang_at is None:
            self.story.rang_at = self._exchange.now()

    def lift(self) -> None:
        """Click-to-dial: the user lifts the own phone; only now is the far end dialled."""
        if not self.own_phone_pending:
            raise self._impossible("lift")
        self.own_phone_pending = False
        leg = self._one(Side.CALLER)
        if leg.state is State.RINGING:
            self._exchange.move(leg, State.OUTGOING)

    def answer(self, by: str = "") -> None:
        """The called side answers. `by`: which of our ringing users; empty: the first.

        Other users at whom the call rang lose it to the one who answered. Refused while the call is
        announced to that user and does not ring yet; then nothing has changed.
        """
        ringing = [leg for leg in self.legs if leg.side is Side.CALLED and leg.waiting]
        callers = [leg for leg in self.legs if leg.dialling]
        winner = self._winner(ringing, by)
        if winner is None and not callers:
            raise self._impossible("answer")
        self._require_ringing([winner] if winner else [])
        self._note_answer(winner.login if winner else self.called.number)
        for leg in ringing:
            if leg is not winner:
                self._end(leg, Result.ANSWERED_ELSEWHERE)
        self._move(callers, State.CONNECTED)
        if winner is not None:
            self._exchange.move(winner, State.CONNECTED)

    def answer_elsewhere(self, colleague: str = "") -> None:
        """Somebody else takes the call: `colleague` is one of our users, or any name or number."""
        if any(leg.login == colleague and leg.waiting for leg in self.legs):
            self.answer(colleague)
            return
        ringing = [leg for leg in self.legs if leg.side is Side.CALLED and leg.waiting]
        if not ringing:
            raise self._impossible("be answered elsewhere")
        self._note_answer(colleague or "a colleague")
        for leg in ringing:
            self._end(leg, Result.ANSWERED_ELSEWHERE)
        self._move([leg for leg in self.legs if leg.dialling], State.CONNECTED)
        if not self._living():
            self._finish(Outcome.ANSWERED_ELSEWHERE)

    def name_arrives(self, name: str, number: str = "") -> None:
        """The other side's name (and number) becomes known late; the state is told again."""
        for leg in self.legs:
            if leg.alive:
                self._rename_remote(leg, name, number)
                self._exchange.repeat(leg)

    def repeat(self) -> None:
        """Tell the present state once more."""
        for leg in self.legs:
            if leg.alive:
                self._exchange.repeat(leg)

    # Ending

    def hangup(self, by: str = "") -> None:
        """The call ends. `by`: only this ringing group member gives up, the others ring on."""
        if by and self._rings_elsewhere(by):
            self._end(self.leg(by), Result.MISSED)
            return
        if self.over:
            raise self._impossible("hang up")
        for leg in self._living():
            self._end(leg)
        self._finish(self._natural_outcome())

    def reject(self) -> None:
        """The called user presses the phone's reject key."""
        self._end_with(Outcome.REJECTED)

    def busy(self) -> None:
        """The called side is engaged (or does not want to be disturbed)."""
        self._end_with(Outcome.BUSY)

    def no_answer(self) -> None:
        """Nobody answers: missed for a called user, unreached for a caller."""
        self._end_with(self._natural_outcome())

    # Holding and passing on

    def hold(self, by: str = "") -> None:
        """A user puts the call on hold."""
        self._exchange.move(self._talking(by, State.CONNECTED), State.PARKED)

    def resume(self, by: str = "") -> None:
        """Back from hold."""
        self._exchange.move(self._talking(by, State.PARKED), State.CONNECTED)

    def voicemail(self) -> None:
        """The mailbox takes the call; it is over with `hangup`."""
        ringing = [leg for leg in self.legs if leg.side is Side.CALLED and leg.waiting]
        if not ringing:
            raise self._impossible("go to voicemail")
        self._require_ringing(ringing)
        self._move(ringing, State.VOICEMAIL_LINKED)
        self.story.remarks.append("taken by the mailbox")

    def forward(self, to: str, kind: ForwardType = ForwardType.NO_REPLY) -> None:
        """The exchange sends a ringing call on to `to`, a login or any number."""
        giving = [leg for leg in self.legs if leg.side is Side.CALLED and leg.waiting]
        if not giving:
            raise self._impossible("be forwarded")
        self._pass_on(giving, to, kind)

    def blind_transfer(self, to: str, by: str = "") -> None:
        """A user sends the call on to `to`, a login or any number, without asking first."""
        leg = self._talking(by, State.CONNECTED, State.PARKED)
        self._pass_on([leg], to, ForwardType.BLIND_TRANSFER)

    def consult(self, number: str, name: str = "", by: str = "") -> Call:
        """A user holds the call and calls `number` to ask; returns the second call."""
        leg = self._talking(by, State.CONNECTED, State.PARKED)
        if leg.state is State.CONNECTED:
            self._exchange.move(leg, State.PARKED)
        return self._exchange.consultation(leg.login, number, name)

    def transfer(self, consultation: Call, *, new_id: bool = False, by: str = "") -> Call:
        """A user joins this call's other side with that of `consultation` and leaves both.

        Returns the call that goes on: the consultation, now without that user. `new_id`: it
        continues under another id, which v30 clients are told (`callChangesIdEvent`) and v22
        clients are not.
        """
        mine = self._talking(by, State.CONNECTED, State.PARKED)
        theirs = consultation.leg(mine.login)
        if theirs.state is State.HANGUP:
            raise consultation._impossible("be joined: it is over for the user")
        here, there = self._remote(mine), self._remote(theirs)
        self._end(mine)
        consultation._end(theirs)
        giver = self._exchange.party_of(mine.login)
        for leg in consultation._living():
            consultation.change_remote(leg.login, here, by=giver, new_id=new_id)
        for leg in self._living():
            consultation.legs.append(leg)
            consultation.change_remote(leg.login, there, by=giver, new_id=new_id)
        self.story.remarks.append("transferred")
        self._finish(self._natural_outcome())
        consultation._close_if_empty()
        return consultation

    def change_remote(
        self, login: str, remote: Party, *, by: Party | None = None, new_id: bool = False
    ) -> None:
        """This user finds somebody else at the other end (an attended transfer received)."""
        leg = self.leg(login)
        if leg.side is Side.CALLED:
            leg.caller = remote
        else:
            leg.called = remote
        leg.forwarding = Forwarding(kind=ForwardType.TRANSFER, by=by or self._remote_of_call(leg))
        if new_id:
            self._exchange.rename(leg)
        self._exchange.repeat(leg)

    # Inner parts

    def _move(self, legs: Iterable[Leg], state: State) -> None:
        for leg in list(legs):
            if leg.state is not state:
                self._exchange.move(leg, state)

    def _end(self, leg: Leg, result: Result | None = None) -> None:
        leg.result = result or (Result.ANSWERED if leg.was_connected else Result.MISSED)
        self._exchange.move(leg, State.HANGUP)

    def _end_with(self, outcome: Outcome) -> None:
        living = self._living()
        if self.over or any(leg.was_connected for leg in living):
            raise self._impossible(f"end as {outcome}")
        for leg in living:
            self._end(leg)
        self._finish(outcome)

    def _finish(self, outcome: Outcome) -> None:
        self.story.outcome = outcome
        self.story.ended_at = self._exchange.now()
        self.own_phone_pending = False
        self._exchange.close(self)

    def _close_if_empty(self) -> None:
        if not self.over and not self._living():
            self._finish(self._natural_outcome())

    def _living(self) -> list[Leg]:
        return [leg for leg in self.legs if leg.state is not State.HANGUP]

    def _note_answer(self, by: str) -> None:
        if self.story.answered_at is None:
            self.story.answered_at = self._exchange.now()
            self.story.answered_by = by

    def _natural_outcome(self) -> Outcome:
        if any(State.VOICEMAIL_LINKED in leg.history for leg in self.legs):
            return Outcome.VOICEMAIL
        if self.story.answered_at is not None:
            return Outcome.ANSWERED
        ours = any(leg.side is Side.CALLED for leg in self.legs)
        return Outcome.MISSED if ours else Outcome.UNREACHED

    def _winner(self, ringing: list[Leg], by: str) -> Leg | None:
        if not by:
            return ringing[0] if ringing else None
        for leg in ringing:
            if leg.login == by:
                return leg
        raise LookupError(f"call {self.call_id} does not ring at {by!r}")

    def _require_ringing(self, legs: Iterable[Leg]) -> None:
        if any(leg.state is State.INCOMING for leg in legs):
            raise NotRinging(f"call {self.call_id} does not ring yet")

    def _rings_elsewhere(self, login: str) -> bool:
        return self.leg(login).waiting and any(
            leg.waiting and leg.side is Side.CALLED and leg.login != login for leg in self.legs
        )

    def _talking(self, by: str, *states: State) -> Leg:
        for leg in self.legs:
            if leg.state in states and by in ("", leg.login):
                return leg
        wanted = " or ".join(states)
        raise self._impossible(f"go on: no user {by or '(any)'} is {wanted} in it")

    def _one(self, side: Side) -> Leg:
        return next(leg for leg in self.legs if leg.side is side and leg.alive)

    def _pass_on(self, giving: list[Leg], to: str, kind: ForwardType) -> None:
        by, remote = self._exchange.party_of(giving[0].login), self._remote(giving[0])
        for leg in giving:
            self._end(leg)
        self.story.remarks.append(f"passed on ({kind})")
        login = self._exchange.login_of(to)
        if login:
            leg = self._exchange.add_leg(self, login, Side.CALLED, Forwarding(kind=kind, by=by))
            leg.caller, leg.called = remote, self._exchange.party_of(login)
            self._exchange.move(leg, State.RINGING)
        elif not self._living():
            answered = self.story.answered_at is not None
            self._finish(Outcome.ANSWERED if answered else Outcome.FORWARDED)

    def _remote(self, leg: Leg) -> Party:
        return leg.caller if leg.side is Side.CALLED else leg.called

    def _remote_of_call(self, leg: Leg) -> Party:
        return self.caller if leg.side is Side.CALLED else self.called

    def _rename_remote(self, leg: Leg, name: str, number: str) -> None:
        remote = self._remote(leg)
        renamed = Party(number=number or remote.number, name=name or remote.name)
        if leg.side is Side.CALLED:
            leg.caller = renamed
        else:
            leg.called = renamed

    def _impossible(self, what: str) -> IllegalStep:
        states = ", ".join(f"{leg.login}: {leg.state}" for leg in self.legs) or "no legs"
        return IllegalStep(f"call {self.call_id} cannot {what} ({states})")
