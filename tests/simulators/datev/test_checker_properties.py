"""Random valid conversations break no rule, and every kind of mutation is caught."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datev_connector.simulators.datev import (
    CallState,
    ContractChecker,
    Direction,
    Method,
    Rule,
    Rules,
)
from tests.simulators.datev.records import OWN_SOURCE
from tests.simulators.datev.sequences import Said, conversations, play

RULES = Rules(own_source=OWN_SOURCE, late_after_s=None)
# A busy machine is no reason to fail.
FAIR = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
Mutation = Callable[[list[Said], int], list[Said]]


def rules_of(checker: ContractChecker) -> list[Rule]:
    return [finding.rule for finding in checker.violations]


@settings(FAIR)
@given(conversations())
def test_a_valid_conversation_earns_neither_violation_nor_hint(said: list[Said]) -> None:
    checker = ContractChecker(RULES)
    play(checker, said)
    assert checker.violations == ()
    assert checker.hints == ()
    journal_ids = {step.record.call_id for step in said if step.method is Method.NEW_JOURNAL}
    assert {entry.call_id for entry in checker.journal} == journal_ids
    assert all(call.over for call in checker.calls)


@settings(FAIR)
@given(conversations(with_journal=True))
def test_after_a_restart_the_journal_is_known_and_the_calls_are_not(said: list[Said]) -> None:
    checker = ContractChecker(RULES)
    play(checker, said)
    checker.restarted()
    entries = [step for step in said if step.method is Method.NEW_JOURNAL]
    play(checker, entries)
    assert checker.violations == ()
    live = next(step for step in said if step.method is Method.NEW_CALL)
    play(checker, [live])
    assert rules_of(checker) == [Rule.LATE_LIVE]


def _first(said: list[Said], *methods: Method) -> list[int]:
    """Where these methods stand; of a repeated journal entry only the first."""
    return [
        index
        for index, step in enumerate(said)
        if step.method in methods and step not in said[:index]
    ]


def _edit(**fields: object) -> Mutation:
    def mutate(said: list[Said], at: int) -> list[Said]:
        record = replace(said[at].record, **fields)  # type: ignore[arg-type]
        return [*said[:at], replace(said[at], record=record), *said[at + 1 :]]

    return mutate


def _end_before_begin(said: list[Said], at: int) -> list[Said]:
    return _edit(end=said[at].record.begin - timedelta(seconds=1))(said, at)


def _other_direction(said: list[Said], at: int) -> list[Said]:
    return _edit(direction=Direction(3 - said[at].record.direction))(said, at)


def _leave_out(said: list[Said], at: int) -> list[Said]:
    return [*said[:at], *said[at + 1 :]]


def _say_twice(said: list[Said], at: int) -> list[Said]:
    return [*said[: at + 1], *said[at:]]


def _say_at_the_end_again(said: list[Said], at: int) -> list[Said]:
    return [*said, said[at]]


def _change_state(said: list[Said], at: int) -> list[Said]:
    other = {
        CallState.OFFERED: CallState.FINISHED,
        CallState.CONNECTED: CallState.OFFERED,
        CallState.FINISHED: CallState.ABSENCE,
        CallState.ABSENCE: CallState.FINISHED,
    }[said[at].record.call_state]
    return _edit(call_state=other)(said, at)


def _repeat_otherwise(said: list[Said], at: int) -> list[Said]:
    record = replace(said[at].record, note=said[at].record.note + "!")
    return [*said, replace(said[at], record=record)]


def _journal_first(said: list[Said], at: int) -> list[Said]:
    """The entry comes right after its call began: while it is going on."""
    first = _first(said, Method.NEW_CALL)[0]
    return [*said[: first + 1], said[at], *said[first + 1 :]]


def _call_id_of_a_call(said: list[Said], at: int) -> list[Said]:
    return _edit(call_id=said[_first(said, Method.NEW_CALL)[0]].record.call_id)(said, at)


def _other_method(said: list[Said], at: int) -> list[Said]:
    other = {
        Method.CALL_STATE_CHANGED: Method.CALL_ADRESSAT_CHANGED,
        Method.CALL_ADRESSAT_CHANGED: Method.CALL_STATE_CHANGED,
    }[said[at].method or Method.NEW_CALL]
    return [*said[:at], replace(said[at], method=other), *said[at + 1 :]]


LIVE = (Method.NEW_CALL, Method.CALL_STATE_CHANGED, Method.CALL_ADRESSAT_CHANGED)
LATER = LIVE[1:]
JOURNAL = (Method.NEW_JOURNAL,)
ALL = tuple(Method)

MUTATIONS: list[tuple[str, tuple[Method, ...], Mutation, set[Rule]]] = [
    ("no CallID", ALL, _edit(call_id=" "), {Rule.CALL_ID}),
    ("another CallID", LATER, _edit(call_id="c-other"), {Rule.CHAIN}),
    ("SyncID made up", LIVE, _edit(sync_id="S-mine"), {Rule.SYNC_ID}),
    ("direction unknown", ALL, _edit(direction=Direction.UNKNOWN), {Rule.DIRECTION}),
    ("direction turned", LATER, _other_direction, {Rule.DIRECTION}),
    ("End before Begin", ALL, _end_before_begin, {Rule.TIMES}),
    ("reserved source", ALL, _edit(data_source="DATEV_Mandanten"), {Rule.SOURCE}),
    ("foreign source", ALL, _edit(data_source="3CX", contact_id=""), {Rule.SOURCE}),
    ("no source", ALL, _edit(data_source="", contact_id=""), {Rule.SOURCE}),
    (
        "DATEV source without id",
        ALL,
        _edit(data_source="DATEV_Adressaten", name="X", contact_id=""),
        {Rule.CONTACT, Rule.ADRESSAT},
    ),
    (
        "DATEV source without name",
        ALL,
        _edit(data_source="DATEV_Institutionen", name=" ", contact_id="i-9"),
        {Rule.CONTACT},
    ),
    (
        "id with the own source",
        ALL,
        _edit(data_source=OWN_SOURCE, name="", contact_id="i-9"),
        {Rule.CONTACT},
    ),
    ("left out", LIVE[:1], _leave_out, {Rule.CHAIN, Rule.ADRESSAT}),
    ("live said twice", LIVE, _say_twice, {Rule.CHAIN, Rule.ADRESSAT}),
    ("said again after the end", LIVE, _say_at_the_end_again, {Rule.CHAIN}),
    ("another state", LIVE, _change_state, {Rule.CHAIN, Rule.ADRESSAT}),
    ("other method", LATER, _other_method, {Rule.CHAIN, Rule.ADRESSAT}),
    ("journal with SyncID", JOURNAL, _edit(sync_id="S-0"), {Rule.SYNC_ID}),
    ("journal while offered", JOURNAL, _edit(call_state=CallState.OFFERED), {Rule.JOURNAL}),
    ("journal again, other fields", JOURNAL, _repeat_otherwise, {Rule.JOURNAL}),
    ("journal during a call", JOURNAL, _journal_first, {Rule.JOURNAL}),
    ("journal with a call's id", JOURNAL, _call_id_of_a_call, {Rule.CALL_ID}),
    ("journal, other direction", JOURNAL, _other_direction, {Rule.DIRECTION}),
]


@pytest.mark.parametrize(
    ("methods", "mutate", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in MUTATIONS],
)
@settings(FAIR, max_examples=30)
@given(data=st.data())
def test_each_kind_of_mutation_is_caught(
    methods: tuple[Method, ...], mutate: Mutation, expected: set[Rule], data: st.DataObject
) -> None:
    with_journal = True if methods == JOURNAL else None
    said = data.draw(conversations(with_journal=with_journal))
    places = _first(said, *methods)
    checker = ContractChecker(RULES)
    play(checker, mutate(said, data.draw(st.sampled_from(places))))
    assert expected & {finding.rule for finding in checker.violations}


@settings(FAIR)
@given(said=conversations(), data=st.data())
def test_each_field_is_needed_and_has_its_type(said: list[Said], data: st.DataObject) -> None:
    step = said[data.draw(st.sampled_from(_first(said, *ALL)))]
    call: dict[str, object] = dict(step.record.as_json())
    name = data.draw(st.sampled_from(sorted(call)))
    wrong: object = data.draw(
        st.sampled_from(["missing", None, True, 7.5, [], {}, "2026-13-01", 99])
    )
    if wrong == "missing":
        del call[name]
    elif wrong == "2026-13-01" and isinstance(call[name], str):
        name, call["Begin"] = "Begin", wrong
    else:
        call[name] = wrong
    checker = ContractChecker(RULES)
    verdict = checker.notify(str(step.method), call)
    assert {finding.rule for finding in verdict.findings} == {Rule.FIELDS}
    assert all(name in finding.text for finding in verdict.findings)
    assert checker.calls == ()
    assert checker.journal == ()
