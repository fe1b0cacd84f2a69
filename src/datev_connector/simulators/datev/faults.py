"""Faults of the telephony link on demand: a plan that says how to handle each next message.

Pure: the link asks `FaultPlan.handle` once per notification and does as it is told. Several
faults may be in force; the rarer one wins, in the order dying, hanging, rejecting, spoiling,
answering late.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from datev_connector.simulators.datev.hresult import S_OK, signed_hresult


class Spoil(StrEnum):
    """What stands on the line instead of a proper message."""

    GARBAGE = "garbage"  # a line that is no JSON
    PARTIAL = "partial"  # the beginning of a line, then the connection ends
    LONG = "long"  # an answer padded to the length of `LONG_LINE_BYTES`
    UNKNOWN_METHOD = "unknown-method"  # a request that no version of the interface has


LONG_LINE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What to do with one message.

    hresult: the answer's code, or None for no answer at all.
    dies: go away after this message, with `forget` as `FaultPlan.die_on` was told.
    """

    record: bool = True
    hresult: int | None = S_OK
    delay_s: float = 0.0
    spoil: Spoil | None = None
    dies: bool = False
    forget: bool = False


@dataclass(slots=True, kw_only=True)
class _Death:
    countdown: int
    before: bool
    forget: bool


@dataclass(slots=True, kw_only=True)
class _Rejection:
    hresult: int
    times: int | None
    method: str | None
    record: bool


@dataclass(slots=True)
class FaultPlan:
    """The faults in force."""

    _death: _Death | None = None
    _hang: Handling | None = None
    _rejection: _Rejection | None = None
    _spoils: list[Spoil] = field(default_factory=list)
    _delay_s: float = 0.0

    def die_on(self, nth: int, *, before: bool, forget: bool = True) -> None:
        """Die on receipt of the nth message from now on, `before` or after recording it."""
        if nth < 1:
            raise ValueError(f"nth counts from 1, not {nth}")
        self._death = _Death(countdown=nth, before=before, forget=forget)

    def hang(self, *, record: bool = False) -> None:
        """Read but never answer; with `record` the messages take effect all the same."""
        self._hang = Handling(record=record, hresult=None)

    def reject(
        self,
        hresult: int,
        *,
        times: int | None = None,
        method: str | None = None,
        record: bool = False,
    ) -> None:
        """Answer with a failure: `times` messages (None: all), only `method` if given."""
        code = signed_hresult(hresult)
        self._rejection = _Rejection(hresult=code, times=times, method=method, record=record)

    def spoil_answers(self, kind: Spoil, times: int = 1) -> None:
        """Record the next messages but spoil their answers."""
        self._spoils += [kind] * times

    def answer_late(self, delay_s: float) -> None:
        """Record at once, answer `delay_s` seconds later; 0 ends it."""
        self._delay_s = delay_s

    def clear(self) -> None:
        """All in order again."""
        self._death = self._hang = self._rejection = None
        self._spoils.clear()
        self._delay_s = 0.0

    def handle(self, method: str) -> Handling:
        """How to handle the message that has just come in."""
        return (
            self._die()
            or self._hang
            or self._reject(method)
            or self._spoil()
            or Handling(delay_s=self._delay_s)
        )

    def _die(self) -> Handling | None:
        death = self._death
        if death is None:
            return None
        death.countdown -= 1
        if death.countdown:
            return None
        self._death = None
        return Handling(record=not death.before, hresult=None, dies=True, forget=death.forget)

    def _reject(self, method: str) -> Handling | None:
        plan = self._rejection
        if plan is None or plan.method not in {None, method} or plan.times == 0:
            return None
        if plan.times is not None:
            plan.times -= 1
        return Handling(record=plan.record, hresult=plan.hresult, delay_s=self._delay_s)

    def _spoil(self) -> Handling | None:
        return Handling(spoil=self._spoils.pop(0)) if self._spoils else None
