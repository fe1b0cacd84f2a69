"""The office's rules, table by table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.calls import Call, CallState, Direction
from datev_connector.domain.rules import (
    NOTE_LIMIT,
    CallRules,
    goes_to_datev,
    is_hidden,
    note_length,
    opens_window,
)

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
RULES = st.builds(
    CallRules,
    transfer_automatically=st.booleans(),
    only_datev_matches=st.booleans(),
    skip_internal=st.booleans(),
    only_answered=st.booleans(),
    open_window=st.booleans(),
    hide_internal=st.booleans(),
)


def a_call(**facts: Any) -> Call:
    known: dict[str, Any] = {
        "call": "k1",
        "pbx_call": "p1",
        "direction": Direction.INCOMING,
        "state": CallState.RINGING,
        "began_at": AT,
        "last_seen_at": AT,
    }
    return Call(**(known | facts))


OUTSIDE: dict[str, Any] = {}
INTERNAL: dict[str, Any] = {"internal": True}
FROM_DATEV: dict[str, Any] = {"from_datev": True}
MATCHED: dict[str, Any] = {"datev_hits": 1}
ANSWERED: dict[str, Any] = {"connected_at": AT, "state": CallState.CONNECTED}


@pytest.mark.parametrize(
    ("facts", "hide_internal", "hidden"),
    [
        (OUTSIDE, True, False),
        (INTERNAL, False, False),
        (INTERNAL, True, True),
        (INTERNAL | FROM_DATEV, True, False),
    ],
)
def test_only_internal_calls_are_hidden_and_never_one_that_datev_dialled(
    facts: dict[str, Any], *, hide_internal: bool, hidden: bool
) -> None:
    assert is_hidden(a_call(**facts), CallRules(hide_internal=hide_internal)) is hidden


@pytest.mark.parametrize(
    ("automatic", "open_window", "hide_internal", "facts", "opens"),
    [
        (False, False, False, OUTSIDE, True),
        (False, True, False, OUTSIDE, True),
        (True, True, False, OUTSIDE, True),
        (True, False, False, OUTSIDE, False),
        (False, True, False, INTERNAL, True),
        (False, True, True, INTERNAL, False),
        (True, True, True, INTERNAL, False),
        (True, True, True, OUTSIDE, True),
        (True, True, True, INTERNAL | FROM_DATEV, True),
    ],
)
def test_which_calls_open_a_window(
    facts: dict[str, Any], *, automatic: bool, open_window: bool, hide_internal: bool, opens: bool
) -> None:
    rules = CallRules(
        transfer_automatically=automatic, open_window=open_window, hide_internal=hide_internal
    )
    assert opens_window(a_call(**facts), rules) is opens


@pytest.mark.parametrize(
    ("rules", "facts", "goes"),
    [
        ({}, OUTSIDE, True),
        ({"transfer_automatically": False}, MATCHED | ANSWERED, False),
        ({}, INTERNAL, False),
        ({"skip_internal": False}, INTERNAL, True),
        ({"skip_internal": False, "hide_internal": True}, INTERNAL, False),
        ({"only_datev_matches": True}, ANSWERED, False),
        ({"only_datev_matches": True}, MATCHED, True),
        ({"only_datev_matches": True}, {"datev_hits": 2}, True),
        ({"only_answered": True}, MATCHED, False),
        ({"only_answered": True}, ANSWERED, True),
        ({"only_answered": True, "only_datev_matches": True}, ANSWERED, False),
        ({"only_answered": True, "only_datev_matches": True}, ANSWERED | MATCHED, True),
    ],
)
def test_what_the_automatic_transfer_takes(
    rules: dict[str, bool], facts: dict[str, Any], *, goes: bool
) -> None:
    automatic = CallRules(**({"transfer_automatically": True} | rules))
    assert goes_to_datev(a_call(**facts), automatic) is goes


@given(rules=RULES, facts=st.sampled_from([OUTSIDE, INTERNAL, MATCHED, ANSWERED]))
def test_the_button_and_datev_itself_count_whatever_the_rules(
    rules: CallRules, facts: dict[str, Any]
) -> None:
    assert goes_to_datev(a_call(wanted=True, **facts), rules)
    assert goes_to_datev(a_call(from_datev=True, **facts), rules)
    assert goes_to_datev(a_call(wanted=True, owed=False, **facts), rules)
    assert goes_to_datev(a_call(from_datev=True, owed=False, **facts), rules)


@given(rules=RULES, facts=st.sampled_from([OUTSIDE, INTERNAL, MATCHED, ANSWERED]))
def test_what_was_decided_at_the_end_stays(rules: CallRules, facts: dict[str, Any]) -> None:
    assert goes_to_datev(a_call(owed=True, **facts), rules)
    assert not goes_to_datev(a_call(owed=False, **facts), rules)


@pytest.mark.parametrize(
    ("note", "length"),
    [
        ("", 0),
        ("Steuererklärung", 15),
        ("\n", 1),
        ("\uffff", 1),
        ("\U00010000", 2),
        ("\N{TELEPHONE RECEIVER} ruft an", 10),
        ("x" * NOTE_LIMIT, NOTE_LIMIT),
    ],
)
def test_a_note_is_as_long_as_datev_counts_it(note: str, length: int) -> None:
    assert note_length(note) == length
    assert len(note.encode("utf-16-le")) == 2 * length
