from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from datev_connector.desktop.journal.rows import BLOCK, Request, Rows
from datev_connector.domain.calls import Call
from tests.desktop.journal.calls import call, many


def page(kept: list[Call], request: Request) -> list[Call]:
    """What the store would answer; `after` need not be among what is kept."""
    below = kept
    if request.after is not None:
        place = (request.after.began_at, request.after.call)
        below = [one for one in kept if (one.began_at, one.call) < place]
    return below[request.skip : request.skip + request.limit]


def fetch(rows: Rows, kept: list[Call], row: int) -> bool:
    request = rows.request(row)
    return request is not None and rows.answer(request, page(kept, request))


def test_a_row_far_down_is_reckoned_from_what_is_known_above() -> None:
    kept = many(5 * BLOCK)
    rows = Rows(len(kept))
    assert fetch(rows, kept, 0)
    request = rows.request(3 * BLOCK + 7)
    assert request is not None
    assert request.after is kept[BLOCK - 1]
    assert (request.first, request.skip, request.limit) == (3 * BLOCK, 2 * BLOCK, BLOCK)
    assert rows.answer(request, page(kept, request))
    assert rows.at(3 * BLOCK + 7) is kept[3 * BLOCK + 7]


def test_nothing_is_asked_for_twice() -> None:
    rows = Rows(3 * BLOCK)
    request = rows.request(5)
    assert request is not None
    assert rows.request(6) is None
    rows.forget(request)
    assert rows.request(6) is not None


def test_the_last_rows_are_fewer() -> None:
    kept = many(BLOCK + 3)
    rows = Rows(len(kept))
    request = rows.request(BLOCK + 1)
    assert request is not None
    assert (request.first, request.limit) == (BLOCK, 3)
    assert rows.request(BLOCK + 3) is None


def test_an_answer_that_does_not_fit_is_told() -> None:
    kept = many(2 * BLOCK)
    rows = Rows(len(kept))
    request = rows.request(0)
    assert request is not None
    assert not rows.answer(request, kept[: BLOCK - 1])
    assert fetch(rows, kept, 0)
    request = rows.request(BLOCK)
    assert request is not None
    assert not rows.answer(request, kept[BLOCK - 1 : 2 * BLOCK - 1])


def test_memory_is_bounded_and_the_first_row_stays() -> None:
    kept = many(20 * BLOCK)
    rows = Rows(len(kept), kept=3 * BLOCK)
    for row in range(0, len(kept), BLOCK):
        assert fetch(rows, kept, row)
    assert len(rows) == 3 * BLOCK
    assert rows.at(0) is kept[0]
    assert rows.at(len(kept) - 1) is kept[-1]


def test_a_new_call_shifts_what_was_asked_for() -> None:
    kept = many(2 * BLOCK)
    rows = Rows(len(kept))
    assert fetch(rows, kept, 0)
    request = rows.request(BLOCK)
    assert request is not None
    newest = call("new")
    assert rows.place_for(newest) == 0
    rows.insert(0, newest)
    assert rows.answer(request, page([newest, *kept], request))
    assert [rows.at(row) for row in range(rows.total)] == [newest, *kept]


def test_what_is_asked_for_below_a_new_call_is_not_asked_for_again() -> None:
    kept = many(3 * BLOCK)
    rows = Rows(len(kept))
    assert fetch(rows, kept, 0)
    below = rows.request(2 * BLOCK)
    newest = call("new")
    rows.insert(0, newest)
    between = rows.request(2 * BLOCK)
    assert below is not None
    assert between is not None
    assert (between.first, between.limit) == (2 * BLOCK, 1)
    kept = [newest, *kept]
    assert rows.answer(below, page(kept, below))
    assert rows.answer(between, page(kept, between))
    assert rows.at(2 * BLOCK) is kept[2 * BLOCK]


def test_a_row_that_belongs_here_no_longer_is_not_forgotten() -> None:
    kept = many(20 * BLOCK)
    rows = Rows(len(kept), kept=3 * BLOCK)
    assert fetch(rows, kept, 0)
    rows.replace(kept[50], belongs=False)
    for row in range(0, len(kept), BLOCK):
        fetch(rows, kept, row)
    assert rows.at(50) is kept[50]
    assert rows.at(51) is None


def test_calls_of_one_moment_stand_in_the_order_of_their_ids() -> None:
    rows = Rows()
    rows.insert(0, call("b"))
    assert rows.place_for(call("a")) == 1
    assert rows.place_for(call("c")) == 0


def test_a_call_among_rows_that_are_not_known_has_no_place() -> None:
    kept = many(3 * BLOCK)
    rows = Rows(len(kept))
    assert fetch(rows, kept, 0)
    assert rows.place_for(call("old", age_min=2 * BLOCK)) is None
    assert rows.place_for(call("between", age_min=50.5)) == 50


@dataclass
class Truth:
    """The list as the store would have it, and as it stands on the screen."""

    kept: list[Call]
    shown: list[Call] = field(default_factory=list)


class Looking(RuleBasedStateMachine):
    """Somebody scrolls while calls come, change and leave the filter; no row is ever wrong."""

    def __init__(self) -> None:
        super().__init__()
        kept = many(7 * BLOCK + 11)
        self.truth = Truth(kept, list(kept))
        self.rows = Rows(len(kept), kept=2 * BLOCK)
        self.pending: list[tuple[Request, list[Call]]] = []
        self.made = 0

    @rule(share=st.floats(0, 1))
    def look(self, share: float) -> None:
        request = self.rows.request(round(share * (self.rows.total - 1)))
        if request is not None:
            self.pending.append((request, page(self.truth.kept, request)))

    @precondition(lambda self: self.pending)
    @rule(data=st.data())
    def hear(self, data: Any) -> None:
        request, calls = self.pending.pop(data.draw(st.integers(0, len(self.pending) - 1)))
        assert self.rows.answer(request, calls)

    @rule()
    def ring(self) -> None:
        self.made += 1
        new = call(f"new-{self.made}", age_min=-self.made)
        place = self.rows.place_for(new)
        if place is None:
            return
        assert place == 0
        self.truth.kept.insert(0, new)
        self.truth.shown.insert(0, new)
        self.rows.insert(place, new)

    @rule(share=st.floats(0, 1), belongs=st.booleans())
    def change(self, share: float, belongs: bool) -> None:
        row = round(share * (self.rows.total - 1))
        old = self.rows.at(row)
        # While an answer is under way the window asks for all anew instead.
        if old is None or self.pending:
            return
        new = old.but(note=f"{old.note}.")
        assert self.rows.replace(new, belongs=belongs) == row
        self.truth.shown[row] = new
        others = [one for one in self.truth.kept if one.call != new.call]
        self.truth.kept = others
        if belongs:
            order = sorted([*others, new], key=lambda one: (one.began_at, one.call), reverse=True)
            self.truth.kept = order

    @invariant()
    def every_row_is_right(self) -> None:
        assert self.rows.total == len(self.truth.shown)
        for row, shown in enumerate(self.truth.shown):
            known = self.rows.at(row)
            if known is not None:
                assert known == shown
                assert self.rows.row_of(known.call) == row


TestLooking = Looking.TestCase
TestLooking.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
